#include "pg/value.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace accubooks::pg {
namespace {

using namespace std::string_view_literals;

/// What the server would send back for a parameter.
std::string_view bytes_of(const Params& params, std::size_t index = 0) {
    return params.value(index).value();
}

TEST(Params, HaveTheTypeOfTheirValue) {
    struct Case {
        const char* name;
        Params params;
        wire::Oid type;
    };
    const Case cases[] = {
        {"bool", Params::of(true), 16},
        {"int2", Params::of(std::int16_t{1}), 21},
        {"int4", Params::of(std::int32_t{1}), 23},
        {"int8", Params::of(std::int64_t{1}), 20},
        {"id", Params::of(base::TenantId{1}), 20},
        {"text literal", Params::of("x"), 25},
        {"text", Params::of(std::string{"x"}), 25},
        {"date", Params::of(base::Date{}), 1082},
        {"timestamptz", Params::of(base::Instant{}), 1184},
        {"bytea", Params::of(std::vector<std::uint8_t>{1}), 17},
        {"digest", Params::of(base::Digest{}), 17},
        {"uuid", Params::of(base::Uuid{}), 2950},
        {"null keeps the type", Params::of(std::optional<std::int64_t>{}), 20},
        {"array", Params::of(std::vector<base::AccountId>{}), 1016},
        {"array of optionals", Params::of(std::vector<std::optional<std::string>>{}), 1009},
        {"array of bool", Params::of(std::vector<bool>{true}), 1000},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        ASSERT_EQ(c.params.size(), 1U);
        EXPECT_EQ(c.params.types()[0], c.type);
    }
}

TEST(Params, TravelInNetworkByteOrder) {
    EXPECT_EQ(bytes_of(Params::of(std::int16_t{-2})), "\xff\xfe"sv);
    EXPECT_EQ(bytes_of(Params::of(std::int32_t{1})), "\0\0\0\1"sv);
    EXPECT_EQ(bytes_of(Params::of(std::int64_t{258})), "\0\0\0\0\0\0\1\2"sv);
    EXPECT_EQ(bytes_of(Params::of(base::Date{})), "\xff\xff\xd5\x33"sv);  // -10957 days
    EXPECT_EQ(bytes_of(Params{}.add_json("[]")), "\1[]"sv);
    EXPECT_FALSE(Params::of(std::optional<bool>{}).value(0).has_value());
}

TEST(Params, WriteAnArrayWithItsHead) {
    const Params params = Params::of(std::vector<std::optional<std::int16_t>>{1, std::nullopt});
    EXPECT_EQ(
        bytes_of(params),
        "\0\0\0\1\0\0\0\1\0\0\0\x15\0\0\0\2\0\0\0\1"
        "\0\0\0\2\0\1\xff\xff\xff\xff"sv
    );
}

template <class T>
std::vector<std::optional<T>> read_back(std::string_view bytes) {
    std::vector<std::optional<T>> values;
    wire::read_array(bytes, wire::Format<T>::kOid, [&values](std::optional<std::string_view> one) {
        values.push_back(one ? std::optional{wire::Format<T>::read(*one)} : std::nullopt);
    });
    return values;
}

RC_GTEST_PROP(Arrays, OfNumbersComeBackAsTheyWent, (const std::vector<std::int64_t>& numbers)) {
    std::vector<std::optional<std::int64_t>> sent;
    for (const auto number : numbers) {
        sent.push_back(number % 3 == 0 ? std::nullopt : std::optional{number});
    }
    RC_ASSERT(read_back<std::int64_t>(bytes_of(Params::of(sent))) == sent);
}

RC_GTEST_PROP(Arrays, OfTextsComeBackAsTheyWent, (const std::vector<std::string>& texts)) {
    const std::vector<std::optional<std::string>> sent{texts.begin(), texts.end()};
    RC_ASSERT(read_back<std::string>(bytes_of(Params::of(sent))) == sent);
}

TEST(ArraysDeathTest, OfAnotherTypeOrCutShortStopTheProcess) {
    const Params params = Params::of(std::vector<std::int64_t>{1});
    EXPECT_DEATH((void)read_back<std::int32_t>(bytes_of(params)), "own element type");
    const std::string_view cut = bytes_of(params).substr(0, 23);
    EXPECT_DEATH((void)read_back<std::int64_t>(cut), "whole arrays");
}

TEST(Types, OfTextIncludeTheServersOtherTextTypes) {
    EXPECT_TRUE(wire::reads_as(25, 1043));
    EXPECT_TRUE(wire::reads_as(25, 3802));
    EXPECT_TRUE(wire::reads_as(1009, 1003));
    EXPECT_FALSE(wire::reads_as(25, 17));
    EXPECT_FALSE(wire::reads_as(20, 23));
}

TEST(Rows, AreEmptyWithoutAResult) {
    const Rows rows;
    EXPECT_EQ(rows.size(), 0);
    EXPECT_EQ(rows.affected(), 0);
}

}  // namespace
}  // namespace accubooks::pg
