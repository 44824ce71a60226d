#include "ledger/period.h"

#include <gtest/gtest.h>

namespace accubooks::ledger {
namespace {

base::Date day(std::string_view text) {
    return *base::Date::parse(text);
}

TEST(Periods, AreMonthsOfTheFiscalYear) {
    const struct {
        const char* name;
        Calendar calendar;
        const char* within;
        const char* first;
        const char* last;
    } cases[] = {
        {"of the calendar", {}, "2026-02-14", "2026-02-01", "2026-02-28"},
        {"a leap year's", {}, "2024-02-29", "2024-02-01", "2024-02-29"},
        {"the last of a year", {}, "2026-12-31", "2026-12-01", "2026-12-31"},
        {"from the 6th, its first day", {4, 6}, "2026-04-06", "2026-04-06", "2026-05-05"},
        {"from the 6th, the day before", {4, 6}, "2026-04-05", "2026-03-06", "2026-04-05"},
        {"over the end of a year", {4, 6}, "2026-01-01", "2025-12-06", "2026-01-05"},
        {"from the 28th", {1, 28}, "2026-03-01", "2026-02-28", "2026-03-27"},
        {"before all of them", {1, 28}, "0001-01-01", "0002-01-28", "0002-02-27"},
        {"after all of them", {1, 28}, "9999-12-31", "9998-11-28", "9998-12-27"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const Period period = period_of(day(c.within), c.calendar);
        EXPECT_EQ(period, (Period{day(c.first), day(c.last)}));
        EXPECT_EQ(period_after(period).first_day, period.last_day.plus_days(1));
        EXPECT_EQ(parse_period(name_of(period), c.calendar), period);
    }
}

TEST(Periods, OfOtherNamesAreNone) {
    for (const char* name :
         {"", "2026", "2026-1", "2026-13", "2026-03-01", "march", "0001-12", "9999-01"}) {
        SCOPED_TRACE(name);
        const auto period = parse_period(name, {});
        ASSERT_FALSE(period.has_value());
        EXPECT_EQ(period.error().code, "ledger.no_such_period");
    }
}

TEST(FiscalYears, HoldTheirFirstAndLastDay) {
    const Calendar british{4, 6};
    EXPECT_EQ(
        fiscal_year_of(day("2026-06-30"), {}), (Period{day("2026-01-01"), day("2026-12-31")})
    );
    for (const char* within : {"2025-04-06", "2025-12-31", "2026-04-05"}) {
        EXPECT_EQ(
            fiscal_year_of(day(within), british), (Period{day("2025-04-06"), day("2026-04-05")})
        );
    }
}

TEST(FiscalYears, AreCutAtTheEndsOfAllDays) {
    const Calendar british{4, 6};
    EXPECT_EQ(
        fiscal_year_of(day("0001-01-01"), british), (Period{day("0001-01-01"), day("0001-04-05")})
    );
    for (const Calendar& calendar : {Calendar{}, british}) {
        EXPECT_EQ(fiscal_year_of(day("9999-12-31"), calendar).last_day, day("9999-12-31"));
    }
}

TEST(Closure, SaysOfADayHowFarItIsClosed) {
    const Closure closure{.closed_through = day("2026-02-28"), .locked_through = day("2026-01-31")};
    EXPECT_EQ(closure.state_of(day("2026-01-31")), PeriodState::hard_locked);
    EXPECT_EQ(closure.state_of(day("2026-02-01")), PeriodState::soft_closed);
    EXPECT_EQ(closure.state_of(day("2026-02-28")), PeriodState::soft_closed);
    EXPECT_EQ(closure.state_of(day("2026-03-01")), PeriodState::open);
    EXPECT_EQ(Closure{}.state_of(day("0001-01-01")), PeriodState::open);
}

}  // namespace
}  // namespace accubooks::ledger
