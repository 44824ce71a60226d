#include "interchange/internal/gnucash_values.h"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace accubooks::interchange {
namespace {

/// The decimal number that a text is, or the code of why it isn't one.
std::string read(std::string_view text) {
    const auto fraction = parse_fraction(text);
    if (!fraction) {
        return std::string{fraction.error().code};
    }
    const auto decimal = exact_decimal(*fraction);
    return decimal ? base::to_string(*decimal) : std::string{decimal.error().code};
}

TEST(GnucashFractionTest, IsExactOrRefused) {
    constexpr std::pair<const char*, const char*> kCases[] = {
        {"12345/100", "123.45"},
        {" -12345/100\n", "-123.45"},
        {"12300/100", "123"},
        {"0/100", "0"},
        {"-0/1", "0"},
        {"3/8", "0.375"},
        {"300/900000", "interchange.not_decimal"},
        {"1/3", "interchange.not_decimal"},
        {"3/3", "1"},
        {"1/4096", "0.000244140625"},
        {"1/8192", "interchange.too_fine"},
        {"1/1000000000000", "0.000000000001"},
        {"1/10000000000000", "interchange.too_fine"},
        {"9223372036854775807/1", "9223372036854775807"},
        {"-9223372036854775808/1", "-9223372036854775808"},
        {"-9223372036854775808/9223372036854775807", "interchange.not_decimal"},
        {"9223372036854775808/1", "interchange.out_of_range"},
        {"1/9223372036854775808", "interchange.out_of_range"},
        {"1/0", "interchange.bad_gnucash"},
        {"1/-100", "interchange.bad_gnucash"},
        {"1", "interchange.bad_gnucash"},
        {"1.5", "interchange.bad_gnucash"},
        {"", "interchange.bad_gnucash"},
        {"/100", "interchange.bad_gnucash"},
        {"1/", "interchange.bad_gnucash"},
        {"1 /100", "interchange.bad_gnucash"},
        {"1/100x", "interchange.bad_gnucash"},
        {"0x10/100", "interchange.bad_gnucash"},
    };
    for (const auto& [text, expected] : kCases) {
        EXPECT_EQ(read(text), expected) << text;
    }
}

TEST(GnucashFractionTest, OfAPriceMayBeRounded) {
    constexpr auto kLargest = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(base::to_string(rounded_decimal({1, 3})), "0.333333333333");
    EXPECT_EQ(base::to_string(rounded_decimal({-2, 3})), "-0.666666666667");
    EXPECT_EQ(base::to_string(rounded_decimal({kLargest, 1})), "9223372036854775807");
    EXPECT_EQ(base::to_string(rounded_decimal({1, kLargest})), "0");
}

TEST(GnucashDateTest, IsTheDayAsItIsWritten) {
    constexpr std::pair<const char*, const char*> kCases[] = {
        {"2016-09-18 10:59:00 +0000", "2016-09-18"},
        {"2000-12-31 00:00:00 -0500", "2000-12-31"},
        {"2000-12-31 23:30:00 +1300", "2000-12-31"},
        {"2000-12-31", "2000-12-31"},
        {"2023-02-29 10:59:00 +0000", ""},
        {"2023-2-28", ""},
        {"20230228", ""},
        {"2023-02-281", ""},
        {"", ""},
    };
    for (const auto& [text, expected] : kCases) {
        const auto day = calendar_part(text);
        EXPECT_EQ(day ? base::to_string(*day) : "", expected) << text;
    }
}

}  // namespace
}  // namespace accubooks::interchange
