#include "ledger/draft_json.h"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace accubooks::ledger {
namespace {

base::Result<Draft> read(std::string_view json, const std::string& pointer = "") {
    return draft_of(boost::json::parse(json), pointer);
}

TEST(DraftJson, ReadsAllMembers) {
    const auto draft = read(R"({
        "date": "2026-02-28", "description": "Sale", "reference": "R-1",
        "tags": {"project": "atlas", "empty": ""},
        "lines": [
            {"account_id": 7, "amount": "-12.50", "currency": "EUR", "base_amount": "-13.75", "memo": "till"},
            {"account_id": 9223372036854775807, "amount": "12.5", "currency": "EUR"}
        ]})");
    ASSERT_TRUE(draft.has_value()) << draft.error().detail;
    EXPECT_EQ(base::to_string(draft->date), "2026-02-28");
    EXPECT_EQ(draft->description, "Sale");
    EXPECT_EQ(draft->reference, "R-1");
    EXPECT_EQ(draft->tags, (Tags{{"empty", ""}, {"project", "atlas"}}));
    ASSERT_EQ(draft->lines.size(), 2U);
    const DraftLine& first = draft->lines[0];
    EXPECT_EQ(first.account.value, 7);
    EXPECT_EQ(base::to_string(first.amount), "-12.50");
    EXPECT_EQ(first.commodity, "EUR");
    ASSERT_TRUE(first.base_amount.has_value());
    EXPECT_EQ(base::to_string(*first.base_amount), "-13.75");
    EXPECT_EQ(first.memo, "till");
    EXPECT_EQ(draft->lines[1].account.value, std::numeric_limits<std::int64_t>::max());
    EXPECT_FALSE(draft->lines[1].base_amount.has_value());
    EXPECT_EQ(draft->lines[1].memo, "");
}

TEST(DraftJson, TakesTagsAsPairsToo) {
    const auto draft = read(
        R"({"date": "2026-02-28", "description": "", "lines": [], "tags": ["a=1", "b=x=y", "c="]})"
    );
    ASSERT_TRUE(draft.has_value());
    EXPECT_EQ(draft->tags, (Tags{{"a", "1"}, {"b", "x=y"}, {"c", ""}}));
}

TEST(DraftJson, NamesEveryWrongField) {
    struct Case {
        const char* name;
        std::string_view json;
        std::vector<std::string> pointers;
    };
    const Case cases[] = {
        {"no object", "[]", {"/entries/3"}},
        {"nothing in it", "{}", {"/entries/3/date", "/entries/3/description", "/entries/3/lines"}},
        {"nulls are absent",
         R"({"date": null, "description": null, "lines": null, "tags": null, "reference": null})",
         {"/entries/3/date", "/entries/3/description", "/entries/3/lines"}},
        {"a misspelt member",
         R"({"date": "2026-02-28", "description": "", "lines": [], "refrence": ""})",
         {"/entries/3/refrence"}},
        {"a day that isn't",
         R"({"date": "2026-02-29", "description": 1, "lines": {}})",
         {"/entries/3/date", "/entries/3/description", "/entries/3/lines"}},
        {"tags of another kind",
         R"({"date": "2026-02-28", "description": "", "lines": [], "tags": "a=b"})",
         {"/entries/3/tags"}},
        {"a tag that is a number",
         R"({"date": "2026-02-28", "description": "", "lines": [], "tags": {"a": 1}})",
         {"/entries/3/tags"}},
        {"a pair without a value",
         R"({"date": "2026-02-28", "description": "", "lines": [], "tags": ["a"]})",
         {"/entries/3/tags"}},
        {"a pair that is a number",
         R"({"date": "2026-02-28", "description": "", "lines": [], "tags": [1]})",
         {"/entries/3/tags"}},
        {"a key twice",
         R"({"date": "2026-02-28", "description": "", "lines": [], "tags": ["a=1", "a=2"]})",
         {"/entries/3/tags"}},
        {"wrong lines",
         R"({"date": "2026-02-28", "description": "", "lines": [
             {"account_id": 0, "amount": 12.5, "currency": "EUR"},
             {"account_id": "7", "amount": "1e3", "currency": "EUR", "side": "debit"},
             7,
             {"account_id": 7.0, "amount": "1,5", "currency": 1, "base_amount": 1, "memo": 1}
         ]})",
         {"/entries/3/lines/0/account_id",
          "/entries/3/lines/0/amount",
          "/entries/3/lines/1/account_id",
          "/entries/3/lines/1/amount",
          "/entries/3/lines/1/side",
          "/entries/3/lines/2",
          "/entries/3/lines/3/account_id",
          "/entries/3/lines/3/amount",
          "/entries/3/lines/3/currency",
          "/entries/3/lines/3/base_amount",
          "/entries/3/lines/3/memo"}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto draft = read(c.json, "/entries/3");
        ASSERT_FALSE(draft.has_value());
        EXPECT_EQ(draft.error().code, "ledger.bad_entry");
        EXPECT_EQ(draft.error().kind, base::ErrorKind::invalid);
        std::vector<std::string> pointers;
        for (const auto& field : draft.error().fields) {
            pointers.push_back(field.pointer);
        }
        EXPECT_EQ(pointers, c.pointers);
    }
}

TEST(DraftJson, BoundsLinesBeforeItReadsThem) {
    boost::json::array lines(10001, boost::json::object{});
    const boost::json::value body{
        {"date", "2026-02-28"}, {"description", ""}, {"lines", std::move(lines)}
    };
    const auto draft = draft_of(body, "");
    ASSERT_FALSE(draft.has_value());
    ASSERT_EQ(draft.error().fields.size(), 1U);
    EXPECT_EQ(draft.error().fields[0].pointer, "/lines");
}

TEST(DraftJson, ReadsWhatThereIsOfAnUnfinishedEntry) {
    const auto entry = unfinished_of(boost::json::parse(
        R"({"date": null, "tags": ["a=1"], "lines": [{}, {"amount": "-1.5", "account_id": 7, "currency": null}]})"
    ));
    ASSERT_TRUE(entry.has_value()) << entry.error().detail;
    EXPECT_FALSE(entry->date.has_value());
    EXPECT_EQ(entry->tags, (Tags{{"a", "1"}}));
    ASSERT_EQ(entry->lines.size(), 2U);
    EXPECT_FALSE(entry->lines[0].account.has_value());
    EXPECT_FALSE(entry->lines[0].amount.has_value());
    EXPECT_EQ(entry->lines[1].account, base::AccountId{7});
    EXPECT_EQ(base::to_string(*entry->lines[1].amount), "-1.5");
}

TEST(DraftJson, RefusesOfAnUnfinishedEntryWhatIsWrongByItself) {
    struct Case {
        std::string_view json;
        std::string pointer;
    };
    const Case cases[] = {
        {"{}", ""},
        {"[]", ""},
        {R"({"date": "2026-02-30"})", "/date"},
        {R"({"dates": "2026-02-28"})", "/dates"},
        {R"({"lines": {}})", "/lines"},
        {R"({"lines": [{}, {"account_id": "7"}]})", "/lines/1/account_id"},
        {R"({"lines": [{"amount": 1.5}]})", "/lines/0/amount"},
        {R"({"lines": [{"memo": "a\u0000"}]})", "/lines/0/memo"},
        {R"({"lines": [{"currency": "U\u0000"}]})", "/lines/0/currency"},
        {R"({"description": "a\u202eb"})", "/description"},
        {R"({"tags": {"": "x"}})", "/tags"},
    };
    for (const Case& each : cases) {
        SCOPED_TRACE(each.json);
        const auto entry = unfinished_of(boost::json::parse(each.json));
        ASSERT_FALSE(entry.has_value());
        EXPECT_EQ(entry.error().code, "ledger.bad_entry");
        ASSERT_EQ(entry.error().fields.size(), 1U);
        EXPECT_EQ(entry.error().fields[0].pointer, each.pointer);
    }
}

}  // namespace
}  // namespace accubooks::ledger
