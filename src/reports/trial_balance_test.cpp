#include "reports/trial_balance.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/json.h"

namespace accubooks::reports {
namespace {

using base::Date;

Date day(std::string_view text) {
    return *Date::parse(text);
}

bool has(const Days& days, Date date) {
    return days.first <= date && date <= days.last;
}

/// How often the plan counts an entry of `date`, as opening and as movement.
struct Counted {
    int opening = 0;
    int movement = 0;

    friend bool operator==(const Counted&, const Counted&) = default;
};

Counted count(const RangePlan& plan, Date date) {
    const Date month = date.first_of_month();
    return {
        .opening = has(plan.opening_months, month) + has(plan.opening_days, date),
        .movement = has(plan.movement_months, month) + has(plan.movement_head, date) +
                    has(plan.movement_tail, date),
    };
}

Counted expected(const DateRange& range, Date date) {
    const bool is_before = range.from && date < *range.from;
    const bool is_after = range.to && date > *range.to;
    return {.opening = is_before ? 1 : 0, .movement = !is_before && !is_after ? 1 : 0};
}

constexpr std::int32_t kFirstDay = -719'162;  // 0001-01-01
constexpr std::int32_t kLastDay = 2'932'896;  // 9999-12-31

/// Days near the ends of months and of time more often than others.
Date random_day() {
    const auto any = *rc::gen::inRange(kFirstDay, kLastDay + 1);
    const auto near = *rc::gen::element(kFirstDay, kLastDay - 40, 20'453);  // the last: 2025-12-31
    const auto close = *rc::gen::inRange(0, 41);
    return Date::from_unix_days(*rc::gen::element(any, near + close));
}

RC_GTEST_PROP(RangePlan, CountsEachDayOnceWhereItBelongs, ()) {
    DateRange range;
    if (*rc::gen::arbitrary<bool>()) {
        range.from = random_day();
    }
    if (*rc::gen::arbitrary<bool>()) {
        range.to = random_day();
    }
    const auto plan = plan_for(range);
    if (range.from && range.to && *range.to < *range.from) {
        RC_ASSERT(!plan.has_value());
        RC_ASSERT(plan.error().code == "reports.bad_range");
        return;
    }
    RC_ASSERT(plan.has_value());
    for (int at = 0; at < 20; ++at) {
        const Date date = random_day();
        RC_ASSERT(count(*plan, date) == expected(range, date));
    }
}

TEST(RangePlan, CountsEachDayOnceForEveryShortRange) {
    // 2024: a leap year's February and the turn of the year on either side.
    const std::int32_t first = day("2023-12-30").unix_days();
    const std::int32_t last = day("2024-03-02").unix_days();
    for (std::int32_t from = first; from <= last; ++from) {
        for (std::int32_t to = from; to <= last; ++to) {
            const DateRange range{Date::from_unix_days(from), Date::from_unix_days(to)};
            const auto plan = plan_for(range);
            ASSERT_TRUE(plan.has_value());
            for (std::int32_t at = first - 40; at <= last + 40; ++at) {
                const Date date = Date::from_unix_days(at);
                ASSERT_EQ(count(*plan, date), expected(range, date))
                    << base::to_string(*range.from) << " to " << base::to_string(*range.to)
                    << ", day " << base::to_string(date);
            }
        }
    }
}

TEST(RangePlan, ReadsOnlyTheMonthsAtTheEdgesFromTheJournal) {
    const auto whole = plan_for({.from = day("2026-01-01"), .to = day("2026-12-31")});
    ASSERT_TRUE(whole.has_value());
    for (const Days& days : {whole->opening_days, whole->movement_head, whole->movement_tail}) {
        EXPECT_LT(days.last, days.first);
    }
    const auto ragged = plan_for({.from = day("2026-01-15"), .to = day("2026-12-15")});
    ASSERT_TRUE(ragged.has_value());
    EXPECT_EQ(ragged->movement_months.first, day("2026-02-01"));
    EXPECT_EQ(ragged->movement_months.last, day("2026-11-30"));
}

TEST(RangePlan, HoldsAtTheEndsOfTime) {
    const DateRange ranges[] = {
        {},
        {.from = day("0001-01-01")},
        {.to = day("0001-01-01")},
        {.from = day("9999-12-15")},
        {.from = day("9999-12-31")},
        {.to = day("9999-12-31")},
        {.from = day("9999-11-30"), .to = day("9999-12-31")},
        {.from = day("9999-12-31"), .to = day("9999-12-31")},
    };
    for (const DateRange& range : ranges) {
        const auto plan = plan_for(range);
        ASSERT_TRUE(plan.has_value());
        for (const std::string_view text :
             {"0001-01-01", "0001-01-02", "9999-11-30", "9999-12-01", "9999-12-30", "9999-12-31"}) {
            EXPECT_EQ(count(*plan, day(text)), expected(range, day(text))) << text;
        }
    }
}

TrialBalance sample() {
    TrialBalance balance;
    balance.range = {.from = day("2026-01-01"), .to = day("2026-12-31")};
    balance.base = {.code = "USD", .scale = 2};
    balance.last_entry = base::EntryNumber{42};
    balance.rows = {
        {.account = base::AccountId{1},
         .code = "1000",
         .path = "Assets:Büro \"Süd\", Köln",
         .type = "asset",
         .commodity = {.code = "USD", .scale = 2},
         .opening = 5,
         .debit = 123456,
         .credit = 0,
         .closing = 123461,
         .base_opening = 5,
         .base_debit = 123456,
         .base_credit = 0,
         .base_closing = 123461},
        {.account = base::AccountId{2},
         .code = "Income",
         .path = "Income",
         .type = "revenue",
         .commodity = {.code = "", .scale = 0},
         .opening = -5,
         .debit = 0,
         .credit = 7,
         .closing = -12,
         .base_opening = -5,
         .base_debit = 0,
         .base_credit = 123456,
         .base_closing = -123461},
    };
    balance.debit = 123456;
    balance.credit = 123456;
    return balance;
}

TEST(TrialBalance, IsCsvThatSpreadsheetsRead) {
    EXPECT_EQ(
        to_csv(sample()),
        "account_code,account,commodity,opening,debit,credit,closing\n"
        "1000,\"Assets:Büro \"\"Süd\"\", Köln\",USD,0.05,1234.56,0.00,1234.61\n"
        "Income,Income,,-5,0,7,-12\n"
    );
    TrialBalance odd = sample();
    odd.rows.resize(1);
    odd.rows[0].path = "a\rb\nc";
    EXPECT_NE(to_csv(odd).find(",\"a\rb\nc\","), std::string::npos);
    EXPECT_EQ(
        to_csv(TrialBalance{}), "account_code,account,commodity,opening,debit,credit,closing\n"
    );
}

TEST(TrialBalance, IsATableForPeople) {
    EXPECT_EQ(
        to_table(sample()),
        "Trial balance 2026-01-01 to 2026-12-31\n"
        "\n"
        "Code  Account                  Commodity  Opening    Debit   Credit  Closing\n"
        "1000  Assets:Büro \"Süd\", Köln  USD           0.05  1234.56     0.00  1234.61\n"
        "      Income                                   -5        0        7      -12\n"
        "      Total in base currency   USD           0.00  1234.56  1234.56     0.00\n"
        "\n"
        "Debits equal credits. As of entry 42.\n"
    );
    TrialBalance broken = sample();
    broken.range = {};
    broken.debit = 1;
    const std::string table = to_table(broken);
    EXPECT_TRUE(table.starts_with("Trial balance from the first entry to the last entry\n"));
    EXPECT_NE(table.find("DEBITS AND CREDITS DIFFER"), std::string::npos);
}

TEST(TrialBalance, OnATerminalNamesCantActButElsewhereTheyAreExact) {
    TrialBalance hostile = sample();
    hostile.rows[0].path =
        "Assets:\x1B[2J\xE2\x80\xAE"
        "evil";
    hostile.rows[0].code = "1\x07";
    hostile.rows[0].commodity.code = "\xC2\x9B";
    const std::string table = to_table(hostile);
    EXPECT_NE(table.find("1\\x07  Assets:\\x1b[2J\\u202eevil"), std::string::npos) << table;
    EXPECT_NE(table.find("\\u009b"), std::string::npos);
    EXPECT_EQ(table.find('\x1B'), std::string::npos);
    EXPECT_EQ(table.find("\xE2\x80\xAE"), std::string::npos);
    EXPECT_NE(to_csv(hostile).find(hostile.rows[0].path), std::string::npos);
    const auto json = base::parse_json(to_json(hostile));
    ASSERT_TRUE(json.has_value());
    EXPECT_EQ(json->at("items").at(0).at("account").as_string(), hostile.rows[0].path);
}

TEST(TrialBalance, IsJsonWithItsAssertion) {
    const auto json = base::parse_json(to_json(sample()));
    ASSERT_TRUE(json.has_value());
    EXPECT_EQ(json->at("from"), "2026-01-01");
    EXPECT_EQ(json->at("to"), "2026-12-31");
    EXPECT_EQ(json->at("base_currency"), "USD");
    EXPECT_EQ(json->at("last_entry"), 42);
    EXPECT_EQ(json->at("balanced"), true);
    ASSERT_EQ(json->at("items").as_array().size(), 2U);
    const boost::json::value expected_row{
        {"account_id", 1},
        {"account_code", "1000"},
        {"account", "Assets:Büro \"Süd\", Köln"},
        {"type", "asset"},
        {"commodity", "USD"},
        {"opening", "0.05"},
        {"debit", "1234.56"},
        {"credit", "0.00"},
        {"closing", "1234.61"},
        {"base_opening", "0.05"},
        {"base_debit", "1234.56"},
        {"base_credit", "0.00"},
        {"base_closing", "1234.61"},
    };
    EXPECT_EQ(json->at("items").at(0), expected_row);
    const boost::json::value expected_totals{
        {"opening", "0.00"}, {"debit", "1234.56"}, {"credit", "1234.56"}, {"closing", "0.00"}
    };
    EXPECT_EQ(json->at("totals"), expected_totals);

    TrialBalance open = sample();
    open.range = {};
    open.closing = 1;
    const auto other = base::parse_json(to_json(open));
    ASSERT_TRUE(other.has_value());
    EXPECT_TRUE(other->at("from").is_null());
    EXPECT_TRUE(other->at("to").is_null());
    EXPECT_EQ(other->at("balanced"), false);
}

}  // namespace
}  // namespace accubooks::reports
