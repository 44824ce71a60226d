#include "net/body_fields.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace accubooks::net {
namespace {

std::vector<std::string> pointers_of(const std::vector<base::FieldError>& wrong) {
    std::vector<std::string> pointers;
    for (const auto& field : wrong) {
        pointers.push_back(field.pointer);
    }
    return pointers;
}

TEST(BodyFields, ReadsEachType) {
    const auto body = boost::json::parse(
        R"({"t": "x", "d": "2026-02-28", "a": "-12.50", "id": 9223372036854775807, "l": [1], "v": true})"
    );
    std::vector<base::FieldError> wrong;
    BodyFields fields{body, "", wrong};
    EXPECT_EQ(fields.text("t"), "x");
    EXPECT_EQ(base::to_string(fields.date("d")), "2026-02-28");
    EXPECT_EQ(base::to_string(fields.decimal("a")), "-12.50");
    EXPECT_EQ(fields.id("id"), std::numeric_limits<std::int64_t>::max());
    ASSERT_NE(fields.array("l"), nullptr);
    EXPECT_EQ(fields.array("l")->size(), 1U);
    ASSERT_NE(fields.optional_value("v"), nullptr);
    EXPECT_TRUE(fields.optional_value("v")->as_bool());
    EXPECT_EQ(fields.optional_truth("v"), true);
    fields.refuse_unknown();
    EXPECT_TRUE(wrong.empty());
}

TEST(BodyFields, TellsAbsentFromWrong) {
    const auto body = boost::json::parse(R"({"null": null, "t": 1, "d": "1.1.2026", "a": 1.5})");
    std::vector<base::FieldError> wrong;
    BodyFields fields{body, "/p", wrong};
    EXPECT_EQ(fields.optional_text("none"), std::nullopt);
    EXPECT_EQ(fields.optional_date("none"), std::nullopt);
    EXPECT_EQ(fields.optional_decimal("null"), std::nullopt);
    EXPECT_EQ(fields.optional_value("null"), nullptr);
    EXPECT_EQ(fields.optional_truth("null"), std::nullopt);
    fields.refuse_unknown();
    EXPECT_EQ(pointers_of(wrong), (std::vector<std::string>{"/p/t", "/p/d", "/p/a"}));
    wrong.clear();

    EXPECT_EQ(fields.optional_text("t"), std::nullopt);
    EXPECT_EQ(fields.date("d"), base::Date{});
    EXPECT_TRUE(fields.decimal("a").is_zero());
    EXPECT_EQ(fields.text("null"), "");
    EXPECT_EQ(fields.id("none"), 0);
    EXPECT_EQ(fields.array("t"), nullptr);
    EXPECT_EQ(fields.optional_truth("t"), std::nullopt);
    EXPECT_EQ(
        pointers_of(wrong),
        (std::vector<std::string>{"/p/t", "/p/d", "/p/a", "/p/null", "/p/none", "/p/t", "/p/t"})
    );
}

TEST(BodyFields, TakesOnlyWholeNumbersAboveZeroAsIds) {
    for (const std::string_view id :
         {"0", "-1", "1.0", "1e3", "9223372036854775808", "\"1\"", "true"}) {
        SCOPED_TRACE(id);
        const boost::json::value body{{"id", boost::json::parse(id)}};
        std::vector<base::FieldError> wrong;
        BodyFields fields{body, "", wrong};
        EXPECT_EQ(fields.id("id"), 0);
        EXPECT_EQ(wrong.size(), 1U);
    }
}

TEST(BodyFields, SaysOnceThatABodyIsNoObject) {
    for (const std::string_view json : {"[]", "null", "1", "\"x\""}) {
        SCOPED_TRACE(json);
        const auto body = boost::json::parse(json);
        std::vector<base::FieldError> wrong;
        BodyFields fields{body, "/entries/0", wrong};
        EXPECT_EQ(fields.text("a"), "");
        EXPECT_EQ(fields.id("b"), 0);
        EXPECT_EQ(fields.array("c"), nullptr);
        fields.refuse_unknown();
        EXPECT_EQ(pointers_of(wrong), std::vector<std::string>{"/entries/0"});
    }
}

TEST(BodyFields, EscapesNamesInPointers) {
    const auto body = boost::json::parse(R"({"a/b~c": 1})");
    std::vector<base::FieldError> wrong;
    BodyFields fields{body, "", wrong};
    fields.refuse_unknown();
    EXPECT_EQ(pointers_of(wrong), std::vector<std::string>{"/a~1b~0c"});
}

}  // namespace
}  // namespace accubooks::net
