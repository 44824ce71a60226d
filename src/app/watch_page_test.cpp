#include "app/watch_page.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace accubooks::app {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

json::object criterion(
    const char* text, const char* outcome, json::value found, const char* reason
) {
    return {
        {"criterion", text},
        {"outcome", outcome},
        {"text", std::move(found)},
        {"samples", 120},
        {"samples_needed", 300},
        {"reason", reason},
    };
}

json::object check(const char* name, const char* outcome, const char* why) {
    return {{"check", name}, {"outcome", outcome}, {"why", why}};
}

json::value view() {
    return json::object{
        {"at", "2026-01-01T02:10:00.000000Z"},
        {"execution",
         json::object{
             {"change", "CHG-0001"},
             {"revision", 1},
             {"attempt", 2},
             {"rehearsal", true},
             {"time_scale", 60},
             {"state", "sustained"},
             {"intent", "none"},
             {"ended", false},
             {"why", ""},
             {"events_count", 31},
         }},
        {"covered_ms", 15'400},
        {"window_ms", 60'000},
        {"deadline_in_ms", 3'725'000},
        {"why_not_yet", "15 s of 60 s are measured."},
        {"checks", json::array{check("backup", "pass", "It is 3 min 38 s.")}},
        {"criteria",
         json::array{
             criterion("error_rate < 0.1 %", "pass", "0 %", "It holds."),
             criterion("latency_p95 < 500 ms", "inconclusive", nullptr, "Too few requests."),
             criterion("pool_utilisation < 70 %", "fail", "91 %", "It is \x1b[2J 91 %."),
         }},
        {"triggers", json::array{criterion("success_gap > 2 s", "fail", "3 s", "Nobody answered.")}
        },
    };
}

TEST(WatchPage, ShowsWhereItStandsAndWhyNotYet) {
    const std::string page = watch_page(view());
    EXPECT_THAT(page, HasSubstr("CHG-0001 revision 1, attempt 2 (rehearsal, 60 times faster)"));
    EXPECT_THAT(
        page,
        HasSubstr("[##########..............................] 0:15 of 1:00 measured, 0:44 to go")
    );
    EXPECT_THAT(page, HasSubstr("at the latest in 1:02:05"));
    EXPECT_THAT(page, HasSubstr("not yet: 15 s of 60 s are measured."));
    EXPECT_THAT(page, HasSubstr("TRIGGER success_gap > 2 s: Nobody answered."));
}

TEST(WatchPage, SaysOutcomesInWordsAndWhatIsMissingAsMissing) {
    const std::string page = watch_page(view());
    EXPECT_THAT(page, HasSubstr("  ok     error_rate < 0.1 %"));
    EXPECT_THAT(page, HasSubstr("no data      120/300    Too few requests."));
    EXPECT_THAT(page, HasSubstr("  FAILS  pool_utilisation < 70 %"));
    EXPECT_THAT(page, Not(HasSubstr("It holds."))) << "what passes needs no reason";
}

TEST(WatchPage, NothingOfAViewActsOnTheTerminal) {
    EXPECT_THAT(watch_page(view()), Not(HasSubstr("\x1b")));
}

TEST(WatchLine, IsOneLine) {
    EXPECT_EQ(
        watch_line(view()),
        "2026-01-01T02:10:00.000000Z  sustained  0:15 of 1:00  1 of 3 criteria pass  "
        "15 s of 60 s are measured."
    );
    json::value ended = view();
    ended.at("execution").as_object()["state"] = "rolled_back";
    ended.as_object()["why_not_yet"] = "";
    ended.as_object()["window_ms"] = 0;
    ended.as_object()["criteria"] = json::array{};
    EXPECT_EQ(watch_line(ended), "2026-01-01T02:10:00.000000Z  rolled_back");
    EXPECT_NE(watch_standing(ended), watch_standing(view()));
}

json::value looked_at() {
    json::value early = view();
    early.at("execution").as_object()["state"] = "precheck";
    early.as_object()["window_ms"] = 0;
    early.as_object()["criteria"] = json::array{};
    early.as_object()["triggers"] = json::array{};
    early.as_object()["why_not_yet"] = "Waiting for error_rate: Too few requests.";
    early.as_object()["checks"] = json::array{
        check("backup", "pass", "It is 3 min 38 s."),
        check("error_rate", "inconclusive", "Too few requests."),
        check("window", "fail", "It is 21:45 UTC."),
    };
    return early;
}

TEST(WatchPage, ShowsEachPrecheckWhileTheyAreLookedAt) {
    const std::string page = watch_page(looked_at());
    EXPECT_THAT(page, HasSubstr("\n  ok     backup               It is 3 min 38 s.\n"));
    EXPECT_THAT(page, HasSubstr("\n  ..     error_rate           Too few requests.\n"));
    EXPECT_THAT(page, HasSubstr("\n  FAILS  window               It is 21:45 UTC.\n"));
    EXPECT_THAT(watch_page(view()), HasSubstr("\npre-checks: 1 ok\n"));
}

TEST(WatchLine, SaysWhichPrechecksAreWaitedForAndWhatTheOthersCameTo) {
    EXPECT_EQ(
        watch_line(looked_at()),
        "2026-01-01T02:10:00.000000Z  precheck  2 of 3 are known  "
        "Waiting for error_rate: Too few requests."
    );
    const auto known = watch_checks(looked_at());
    ASSERT_EQ(known.size(), 2U);
    EXPECT_EQ(
        known[0].line, "2026-01-01T02:10:00.000000Z  precheck  ok    backup: It is 3 min 38 s."
    );
    EXPECT_EQ(known[1].standing, "window fail");
    EXPECT_THAT(watch_line(view()), Not(HasSubstr("backup"))) << "known once, said once";
}

TEST(WatchPage, AViewOfAnotherFormIsNoView) {
    json::value strange = view();
    strange.as_object().erase("criteria");
    EXPECT_ANY_THROW((void)watch_page(strange));
}

}  // namespace
}  // namespace accubooks::app
