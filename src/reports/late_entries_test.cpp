#include "reports/late_entries.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/json.h"
#include "reports/csv.h"

namespace accubooks::reports {
namespace {

base::Date day(std::string_view text) {
    return *base::Date::parse(text);
}

LateEntry entry(std::string_view date, std::int64_t number, std::string reason) {
    return {
        .period = ledger::period_of(day(date), {}),
        .date = day(date),
        .number = base::EntryNumber{number},
        .description = "=SUM(1)",
        .reference = "R-1",
        .base_debit = 1250,
        .posted_by = "user:ann",
        .posted_at = base::Instant{},
        .reason = std::move(reason),
    };
}

LateEntries sample() {
    return {
        .range = {.from = day("2026-01-01"), .to = day("2026-12-31")},
        .scope = {.closing = Closing::include},
        .base = {.code = "USD", .scale = 2},
        .last_entry = base::EntryNumber{42},
        .entries =
            {entry("2026-01-15", 7, "Came by post"),
             entry("2026-01-31", 5, "Forgotten"),
             entry("2026-02-01", 9, "Found later")},
    };
}

TEST(LateEntries, AreATableByPeriod) {
    EXPECT_EQ(
        to_table(sample()),
        "Late entries 2026-01-01 to 2026-12-31, with closing entries\n"
        "\n"
        "Date        Number  Description     Posted by  Posted at                    Reason        "
        "  USD\n"
        "                    Period 2026-01\n"
        "2026-01-15  7       =SUM(1)         user:ann   1970-01-01T00:00:00.000000Z  Came by post  "
        "12.50\n"
        "2026-01-31  5       =SUM(1)         user:ann   1970-01-01T00:00:00.000000Z  Forgotten     "
        "12.50\n"
        "                    Period 2026-02\n"
        "2026-02-01  9       =SUM(1)         user:ann   1970-01-01T00:00:00.000000Z  Found later   "
        "12.50\n"
        "\n"
        "3 entries are late. As of entry 42.\n"
    );
}

TEST(LateEntries, AreCsvWithoutFormulas) {
    LateEntries late = sample();
    late.entries.resize(1);
    EXPECT_EQ(
        to_csv(late),
        "period,date,number,description,reference,base_debit,posted_by,posted_at,reason\n"
        "2026-01,2026-01-15,7,'=SUM(1),R-1,12.50,user:ann,1970-01-01T00:00:00.000000Z,Came by "
        "post\n"
        ",,,1 entry is late. As of entry 42.,,,,,\n"
    );
    late.entries.clear();
    EXPECT_TRUE(to_csv(late).ends_with("\n,,,No entry is late. As of entry 42.,,,,,\n"));
}

TEST(LateEntries, AreJsonInWhichEachSaysWhoWhenAndWhy) {
    const auto json = base::parse_json(to_json(sample()));
    ASSERT_TRUE(json.has_value());
    EXPECT_EQ(json->at("from"), "2026-01-01");
    EXPECT_EQ(json->at("closing"), "include");
    EXPECT_EQ(json->at("last_entry"), 42);
    const boost::json::value expected = {
        {"period", "2026-01"},
        {"date", "2026-01-15"},
        {"number", 7},
        {"description", "=SUM(1)"},
        {"reference", "R-1"},
        {"base_debit", "12.50"},
        {"posted_by", "user:ann"},
        {"posted_at", "1970-01-01T00:00:00.000000Z"},
        {"reason", "Came by post"},
    };
    EXPECT_EQ(json->at("items").at(0), expected);
}

}  // namespace
}  // namespace accubooks::reports
