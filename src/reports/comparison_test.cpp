#include "reports/comparison.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace accubooks::reports {
namespace {

base::Date day(std::string_view text) {
    return *base::Date::parse(text);
}

TEST(Comparison, GoesBackByPeriodsMonthsQuartersOrYears) {
    using enum CompareWith;
    struct Case {
        const char* name;
        std::string_view from;
        std::string_view to;
        CompareWith with;
        std::string_view earlier_from;  // two columns back
        std::string_view earlier_to;
    };
    const Case cases[] = {
        {"months", "2026-03-01", "2026-03-31", period, "2026-01-01", "2026-01-31"},
        {"a February", "2026-04-01", "2026-04-30", period, "2026-02-01", "2026-02-28"},
        {"quarters", "2026-04-01", "2026-06-30", period, "2025-10-01", "2025-12-31"},
        {"years", "2026-01-01", "2026-12-31", period, "2024-01-01", "2024-12-31"},
        {"fiscal years by days", "2026-04-06", "2027-04-05", period, "2024-04-06", "2025-04-05"},
        {"weeks", "2026-03-16", "2026-03-22", period, "2026-03-02", "2026-03-08"},
        {"days", "2026-03-01", "2026-03-01", period, "2026-02-27", "2026-02-27"},
        {"the same month", "2026-03-01", "2026-03-31", year, "2024-03-01", "2024-03-31"},
        {"the end of February", "2026-02-01", "2026-02-28", year, "2024-02-01", "2024-02-29"},
        {"months before", "2026-03-01", "2026-03-31", month, "2026-01-01", "2026-01-31"},
        {"half of a month", "2026-03-16", "2026-03-31", month, "2026-01-16", "2026-01-31"},
        {"quarters before", "2026-01-01", "2026-03-31", quarter, "2025-07-01", "2025-09-30"},
        {"a day of quarters", "2026-05-15", "2026-05-15", quarter, "2025-11-15", "2025-11-15"},
        {"a leap day", "2024-02-29", "2024-02-29", year, "2022-02-28", "2022-02-28"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        const auto columns = columns_of({day(c.from), day(c.to)}, {.earlier = 2, .with = c.with});
        ASSERT_TRUE(columns.has_value()) << columns.error().detail;
        ASSERT_EQ(columns->size(), 3U);
        EXPECT_EQ(columns->at(0), (DateRange{day(c.from), day(c.to)}));
        EXPECT_EQ(columns->at(2), (DateRange{day(c.earlier_from), day(c.earlier_to)}));
    }
}

TEST(Comparison, OfAWholeLifeIsByYears) {
    const auto columns =
        columns_of({.to = day("2026-03-31")}, {.earlier = 1, .with = CompareWith::year});
    ASSERT_TRUE(columns.has_value());
    EXPECT_EQ(columns->at(1), (DateRange{.to = day("2025-03-31")}));
    for (const DateRange& open :
         {DateRange{}, DateRange{.to = day("2026-03-31")}, DateRange{.from = day("2026-03-31")}}) {
        const auto refused = columns_of(open, {.earlier = 1});
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().code, "reports.bad_comparison");
    }
}

TEST(Comparison, IsCalledByItsWord) {
    EXPECT_EQ(compare_with_of("period"), CompareWith::period);
    EXPECT_EQ(compare_with_of("month"), CompareWith::month);
    EXPECT_EQ(compare_with_of("quarter"), CompareWith::quarter);
    EXPECT_EQ(compare_with_of("year"), CompareWith::year);
    EXPECT_EQ(compare_with_of("budget"), std::nullopt);
}

TEST(Comparison, EndsWithTheFirstDayThereIs) {
    const DateRange first{day("0001-01-01"), day("0001-01-31")};
    for (const std::string_view word : kCompareWith) {
        const auto with = compare_with_of(word).value();
        EXPECT_TRUE(columns_of(first, {.earlier = 0, .with = with}).has_value());
        const auto refused = columns_of(first, {.earlier = 1, .with = with});
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().code, "reports.bad_comparison");
    }
    EXPECT_FALSE(columns_of({day("0001-01-02"), day("0001-01-03")}, {.earlier = 1}).has_value());
    EXPECT_TRUE(columns_of({day("0001-01-03"), day("0001-01-04")}, {.earlier = 1}).has_value());
}

RC_GTEST_PROP(Comparison, PeriodsLieSideBySide, ()) {
    const auto from = base::Date::from_unix_days(*rc::gen::inRange(0, 30'000));
    const auto to = from.plus_days(*rc::gen::inRange(0, 800));
    const auto columns = columns_of({from, to}, {.earlier = Comparison::kEarlierMax});
    RC_ASSERT(columns.has_value());
    for (std::size_t at = 1; at < columns->size(); ++at) {
        RC_ASSERT(columns->at(at).to->plus_days(1) == *columns->at(at - 1).from);
    }
}

TEST(Comparison, TellsTheChangeInPercentOfWhatWas) {
    struct Case {
        Total now;
        Total before;
        std::optional<std::string> percent;
    };
    const Case cases[] = {
        {150, 100, "50.0"},
        {100, 150, "-33.3"},
        {0, 100, "-100.0"},
        {100, 100, "0.0"},
        {100, 0, std::nullopt},
        {0, 0, std::nullopt},
        {-50, -100, "50.0"},  // less of a loss is more
        {50, -100, "150.0"},
        {20'001, 20'000, "0.0"},
        {2001, 2000, "0.1"},  // 0.05 away from zero
        {1999, 2000, "-0.1"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(percent_of_change(c.now, c.before), c.percent);
    }
}

}  // namespace
}  // namespace accubooks::reports
