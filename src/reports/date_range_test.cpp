#include "reports/date_range.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

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

}  // namespace
}  // namespace accubooks::reports
