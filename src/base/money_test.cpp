#include "base/money.h"

#include <limits>
#include <numeric>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace accubooks::base {
namespace {

using testing::ElementsAre;

const Commodity kDollar{.code = "USD", .scale = 2};
const Commodity kYen{.code = "JPY", .scale = 0};
constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();

TEST(ParseMoney, ReadsWhatPeopleWriteAndRefusesTheRest) {
    struct Case {
        const char* name;
        std::string_view text;
        std::optional<std::int64_t> cents;
        std::string_view code;
    };
    const Case cases[] = {
        {"negative", "-0.05", -5, ""},
        {"whole", "12", 1200, ""},
        {"one digit", "12.5", 1250, ""},
        {"zeros past the scale lose nothing", "12.500", 1250, ""},
        {"the largest", "92233720368547758.07", kMost, ""},
        {"a third digit is not rounded away", "0.005", std::nullopt, "money.too_fine"},
        {"one more than the largest", "92233720368547758.08", std::nullopt, "money.out_of_range"},
        {"40 digits", "1234567890123456789012345678901234567890", std::nullopt, "money.out_of_range"
        },
        {"a word", "ten", std::nullopt, "base.bad_decimal"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto money = parse_money(c.text, kDollar);
        ASSERT_EQ(money.has_value(), c.cents.has_value());
        if (c.cents) {
            EXPECT_EQ(money->units(), *c.cents);
        } else {
            EXPECT_EQ(money.error().code, c.code);
        }
    }
}

TEST(Money, NeverMixesOrWraps) {
    EXPECT_EQ(*add(Money{5, kDollar}, Money{-7, kDollar}), (Money{-2, kDollar}));
    EXPECT_EQ(add(Money{5, kDollar}, Money{5, kYen}).error().code, "money.commodity_mismatch");
    EXPECT_EQ(add(Money{kMost, kYen}, Money{1, kYen}).error().code, "money.out_of_range");
    EXPECT_EQ(*negate(Money{5, kYen}), (Money{-5, kYen}));
    EXPECT_EQ(negate(Money{kLeast, kYen}).error().code, "money.out_of_range");
    EXPECT_NE((Money{5, kDollar}), (Money{5, kYen}));
    EXPECT_EQ(to_string(Money{-1250, kDollar}), "-12.50");
}

TEST(SumUnits, JudgesTheTotalAndNotTheSteps) {
    EXPECT_EQ(*sum_units(std::vector<std::int64_t>{kMost, 1, -1}), kMost);
    EXPECT_EQ(*sum_units({}), 0);
    EXPECT_EQ(sum_units(std::vector<std::int64_t>{kMost, 1}).error().code, "money.out_of_range");
    EXPECT_EQ(sum_units(std::vector<std::int64_t>{kLeast, -1}).error().code, "money.out_of_range");
    EXPECT_EQ(add_units(kLeast, -1).error().code, "money.out_of_range");
    EXPECT_EQ(*add_units(kLeast, kMost), -1);
}

TEST(Iso4217, KnowsTheDigitsOfEachCurrency) {
    struct Case {
        const char* code;
        std::optional<std::uint8_t> scale;
    };
    const Case cases[] = {
        {"USD", 2},
        {"EUR", 2},
        {"JPY", 0},
        {"KRW", 0},
        {"CLP", 0},
        {"ISK", 0},
        {"VND", 0},
        {"PYG", 0},
        {"UGX", 0},
        {"RWF", 0},
        {"XOF", 0},
        {"XAF", 0},
        {"XPF", 0},
        {"BHD", 3},
        {"IQD", 3},
        {"JOD", 3},
        {"KWD", 3},
        {"LYD", 3},
        {"OMR", 3},
        {"TND", 3},
        {"CLF", 4},
        {"UYW", 4},
        {"MGA", 2},
        {"MRU", 2},
        {"AED", 2},
        {"ZWG", 2},
        {"XAU", std::nullopt},
        {"XXX", std::nullopt},
        {"usd", std::nullopt},
        {"", std::nullopt},
        {"$", std::nullopt},
        {"US", std::nullopt},
        {"USDX", std::nullopt},
        {"SD ", std::nullopt},
        {"DE ", std::nullopt},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(iso4217_scale(c.code), c.scale) << c.code;
    }
}

TEST(Allocate, SplitsAsTheWorkedExamplesSay) {
    const std::vector<std::int64_t> three{1, 1, 1};
    EXPECT_THAT(allocate(10000, three), ElementsAre(3334, 3333, 3333));
    EXPECT_THAT(allocate(-5, std::vector<std::int64_t>{1, 1}), ElementsAre(-3, -2));

    // EUR 33.33, 33.33, 33.34 at 1.08375: the base of the whole is rounded once, then allocated.
    const std::vector<std::int64_t> lines{3333, 3333, 3334};
    const auto rate = Decimal::parse("1.08375").value();
    const auto whole = multiply(Decimal{10000, 2}, rate)
                           .value()
                           .rescaled(2, Rounding::half_away_from_zero)
                           .value();
    EXPECT_EQ(to_string(whole), "108.38");
    EXPECT_THAT(allocate(*whole.units_at(2), lines), ElementsAre(3612, 3612, 3614));
}

TEST(Allocate, DefersAThousandOverTwelveMonths) {
    // A schedule is the difference of rounded running totals: 83.33, 83.34, 83.33 repeated.
    std::vector<std::int64_t> months;
    std::int64_t before = 0;
    for (int month = 1; month <= 12; ++month) {
        const auto running =
            divide(Decimal{100000 * month, 2}, Decimal{12, 0}, 2, Rounding::half_away_from_zero);
        months.push_back(*running->units_at(2) - before);
        before += months.back();
    }
    EXPECT_THAT(std::span{months}.first(4), ElementsAre(8333, 8334, 8333, 8333));
    EXPECT_EQ(*sum_units(months), 100000);
    // The same whole by equal weights gives the cents to the first months instead; the sum is the
    // same.
    EXPECT_THAT(
        allocate(100000, std::vector<std::int64_t>(12, 1)),
        ElementsAre(8334, 8334, 8334, 8334, 8333, 8333, 8333, 8333, 8333, 8333, 8333, 8333)
    );
}

TEST(Allocate, HoldsAtTheEndsOfTheRange) {
    const std::vector<std::int64_t> weights{kMost, kMost, 0, kMost};
    EXPECT_THAT(
        allocate(kMost, weights),
        ElementsAre(3074457345618258603, 3074457345618258602, 0, 3074457345618258602)
    );
    EXPECT_THAT(allocate(kLeast, std::vector<std::int64_t>{7}), ElementsAre(kLeast));
    EXPECT_THAT(allocate(0, weights), ElementsAre(0, 0, 0, 0));
}

TEST(AllocateDeathTest, ExpectsSharesOfSomething) {
    EXPECT_DEATH(allocate(1, {}), "at least one share");
    EXPECT_DEATH(allocate(1, std::vector<std::int64_t>{0}), "at least one share");
    EXPECT_DEATH(allocate(1, std::vector<std::int64_t>{2, -1}), "no negative share");
}

std::vector<std::int64_t> any_weights() {
    auto weights =
        *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 1'000'000)
        );
    weights.push_back(*rc::gen::inRange<std::int64_t>(1, 1'000'000));
    return weights;
}

RC_GTEST_PROP(Allocate, PartsSumToTheWhole, (std::int64_t total)) {
    const auto parts = allocate(total, any_weights());
    RC_ASSERT(*sum_units(parts) == total);
}

RC_GTEST_PROP(Allocate, EachPartIsWithinOneUnitOfItsShare, (std::int64_t total)) {
    const auto weights = any_weights();
    const auto parts = allocate(total, weights);
    const auto whole = std::accumulate(weights.begin(), weights.end(), __int128{0});
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const __int128 miss = __int128{parts[i]} * whole - __int128{total} * weights[i];
        RC_ASSERT(miss < whole);
        RC_ASSERT(miss > -whole);
        RC_ASSERT(weights[i] != 0 || parts[i] == 0);
    }
}

RC_GTEST_PROP(Allocate, ACreditMirrorsItsInvoice, (std::int64_t total)) {
    RC_PRE(total != kLeast);
    const auto weights = any_weights();
    auto mirrored = allocate(-total, weights);
    for (auto& part : mirrored) {
        part = -part;
    }
    RC_ASSERT(mirrored == allocate(total, weights));
}

}  // namespace
}  // namespace accubooks::base
