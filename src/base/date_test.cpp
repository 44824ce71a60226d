#include "base/date.h"

#include <optional>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace accubooks::base {
namespace {

TEST(Date, ReadsRealDaysAndRefusesTheRest) {
    struct Case {
        const char* name;
        std::string_view text;
        std::optional<std::int32_t> days;  // none: refused
    };
    const Case cases[] = {
        {"the epoch", "1970-01-01", 0},
        {"the day before", "1969-12-31", -1},
        {"a leap day", "2024-02-29", 19782},
        {"a leap day of a century that has one", "2000-02-29", 11016},
        {"the first day", "0001-01-01", -719162},
        {"the last day", "9999-12-31", 2932896},
        {"no leap day", "2023-02-29", std::nullopt},
        {"a century without leap day", "1900-02-29", std::nullopt},
        {"month 13", "2024-13-01", std::nullopt},
        {"month 0", "2024-00-01", std::nullopt},
        {"day 0", "2024-01-00", std::nullopt},
        {"31 April", "2024-04-31", std::nullopt},
        {"year 0", "0000-01-01", std::nullopt},
        {"slashes", "2024/01/01", std::nullopt},
        {"short", "2024-1-1", std::nullopt},
        {"a sign for a digit", "2024--1-01", std::nullopt},
        {"a sign before the year", "-024-01-01", std::nullopt},
        {"a space", "2024- 1-01", std::nullopt},
        {"a time behind it", "2024-01-01T", std::nullopt},
        {"nothing", "", std::nullopt},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto date = Date::parse(c.text);
        ASSERT_EQ(date.has_value(), c.days.has_value());
        if (c.days) {
            EXPECT_EQ(date->unix_days(), *c.days);
            EXPECT_EQ(to_string(*date), c.text);
        } else {
            EXPECT_EQ(date.error().code, "base.bad_date");
        }
    }
}

TEST(Date, RefusesNumbersThatNoCalendarHas) {
    EXPECT_FALSE(Date::of(2024, 1 + 256, 1).has_value());  // chrono keeps eight bits of a month
    EXPECT_FALSE(Date::of(2024, 1, 1 + 256).has_value());
    EXPECT_FALSE(Date::of(10000, 1, 1).has_value());
    EXPECT_FALSE(Date::of(-1, 1, 1).has_value());
}

TEST(Date, KnowsItsMonth) {
    const auto day = *Date::parse("2024-12-31");
    EXPECT_EQ(to_string(day.first_of_month()), "2024-12-01");
    EXPECT_EQ(to_string(day.first_of_next_month()), "2025-01-01");
    EXPECT_EQ(to_string(Date::parse("2023-02-01")->first_of_next_month()), "2023-03-01");
    EXPECT_EQ(to_string(day.plus_days(-366)), "2023-12-31");
}

TEST(DateDeathTest, StopsPastTheLastDay) {
    EXPECT_DEATH(Date::parse("9999-12-31")->first_of_next_month(), "four-digit years");
}

RC_GTEST_PROP(Date, TextReadsBackAsTheSameDay, ()) {
    const auto date = Date::from_unix_days(*rc::gen::inRange(-719162, 2932897));
    RC_ASSERT(*Date::parse(to_string(date)) == date);
    RC_ASSERT(date.first_of_month() <= date);
    RC_ASSERT(to_string(date.first_of_month()).substr(0, 7) == to_string(date).substr(0, 7));
}

}  // namespace
}  // namespace accubooks::base
