#include "launch/plan.h"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace accubooks::launch {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string file(std::string_view name) {
    std::ifstream input{std::string{ACCUBOOKS_SOURCE_DIR "/"} + std::string{name}};
    return {std::istreambuf_iterator<char>{input}, {}};
}

// The shipped plan with one piece of it replaced.
std::string with(std::string_view piece, std::string_view instead) {
    std::string text{default_plan_text()};
    const auto at = text.find(piece);
    EXPECT_NE(at, std::string::npos) << piece;
    return at == std::string::npos ? text : text.replace(at, piece.size(), instead);
}

TEST(Plan, TheShippedOneSaysTheFiguresOfPhaseOne) {
    const auto parsed = parse_plan(default_plan_text());
    ASSERT_TRUE(parsed.has_value()) << parsed.error().detail;
    const PoolScaling& phase1 = parsed->phase1;
    EXPECT_EQ(phase1.change.at(1).setting, "database.pool.max");
    EXPECT_EQ(phase1.change.at(1).from, 50);
    EXPECT_EQ(phase1.change.at(1).to, 200);
    EXPECT_EQ(phase1.stages.sustained.window, minutes{60});
    EXPECT_EQ(phase1.stages.sustained.passes.at(3).bound, 1000);  // 0.1 %
    EXPECT_EQ(phase1.workload.requests, 500);
    EXPECT_EQ(phase1.statistics.error_process.limit.ppm, 10'000);
    EXPECT_EQ(phase1.statistics.smoke.levels.back().requests, 6000);
    EXPECT_TRUE(parsed->may(RoleName::executive_operator, Right::approve));
    EXPECT_FALSE(parsed->may(RoleName::requester_lead, Right::approve));
}

TEST(Plan, TheShippedFileIsTheOneCompiledIn) {
    EXPECT_EQ(file("launch/plan.yaml"), default_plan_text());
}

TEST(Plan, TheCanonicalFormIsReadBackAsTheSame) {
    const std::string canonical = canonical_json(default_plan());
    const auto again = parse_canonical_plan(canonical);
    ASSERT_TRUE(again.has_value()) << again.error().detail;
    EXPECT_EQ(canonical_json(*again), canonical);
    EXPECT_EQ(digest_of(*again), digest_of(default_plan()));
    EXPECT_THAT(canonical, HasSubstr(R"("requests_max":6000)"));
    EXPECT_THAT(canonical, HasSubstr(R"("window_ms":3600000)"));
}

TEST(Plan, SpellingIsNotContent) {
    const auto other = parse_plan(with("window: 60 min", "window: 1 h"));
    ASSERT_TRUE(other.has_value()) << other.error().detail;
    EXPECT_EQ(digest_of(*other), digest_of(default_plan()));
}

TEST(Plan, EveryFigureIsInTheDigest) {
    const auto other = parse_plan(with("evidence: 100", "evidence: 101"));
    ASSERT_TRUE(other.has_value()) << other.error().detail;
    EXPECT_NE(digest_of(*other), digest_of(default_plan()));
}

TEST(Plan, EvidenceLiesBelowItsFolder) {
    for (const char* name : {"../outside", "/etc", "a/b", "..", "Phase1", "''"}) {
        SCOPED_TRACE(name);
        const auto other = parse_plan(with("phase1_pool_scaling", name));
        ASSERT_FALSE(other.has_value());
        EXPECT_EQ(other.error().code, "plan.bad_value");
        EXPECT_THAT(other.error().detail, HasSubstr("A folder is named"));
    }
    EXPECT_FALSE(parse_folder_name(std::string(65, 'a')).has_value());
    EXPECT_TRUE(parse_folder_name(std::string(64, 'a')).has_value());
}

TEST(Plan, RefusesWhatItWouldNotUnderstandWithItsPlace) {
    struct Case {
        const char* name;
        std::string text;
        std::string_view code;
        const char* detail;
    };
    const Case cases[] = {
        {"unknown key",
         with("  quorum: 1", "  quorum: 1\n  forgives: 2"),
         "plan.unknown_key",
         "There is no forgives here"},
        {"key twice", with("  quorum: 1", "  quorum: 1\n  quorum: 2"), "plan.bad_yaml", "twice"},
        {"missing key", with("  quorum: 1\n", ""), "plan.bad_value", "quorum is missing"},
        {"alias", with("quorum: 1", "quorum: *one"), "plan.bad_yaml", "anchor"},
        {"anchor", with("quorum: 1", "quorum: &one 1"), "plan.bad_yaml", "Anchors"},
        {"tag", with("quorum: 1", "quorum: !!int 1"), "plan.bad_yaml", "Tags"},
        {"nothing", with("quorum: 1", "quorum:"), "plan.bad_yaml", "Nothing is said"},
        {"not whole", with("quorum: 1", "quorum: 1.5"), "plan.bad_value", "whole number"},
        {"a text for a number", with("quorum: 1", "quorum: \"1\""), "plan.bad_value", "whole"},
        {"a number for a text",
         with("name: AccuBooks", "name: 7"),
         "plan.bad_value",
         "put it in quotes"},
        {"no unit", with("window: 60 min", "window: 60"), "plan.bad_value", "no time"},
        {"unknown metric",
         with("pool_utilisation < 70 %", "pool_utilization < 70 %"),
         "plan.unknown_metric",
         "There is no metric pool_utilization."},
        {"wrong unit",
         with("pool_utilisation < 70 %", "pool_utilisation < 70 ms"),
         "plan.bad_value",
         "counted in ppm"},
        {"too fine", with("error_rate > 0.5 %", "error_rate > 0.00005 %"), "plan.bad_value", "no v"
        },
        {"unknown role",
         with("approver: executive_operator", "approver: intern"),
         "plan.bad_value",
         "none of"},
        {"second document",
         std::string{default_plan_text()} + "---\na: 1\n",
         "plan.bad_yaml",
         "second"},
        {"empty", "", "plan.bad_yaml", "empty"},
        {"not UTF-8", "version: \xff", "plan.bad_yaml", "UTF-8"},
        {"too large", std::string(kPlanBytesMax + 1, '#'), "plan.bad_yaml", "larger"},
        {"too deep",
         "version: " + std::string(2000, '[') + std::string(2000, ']'),
         "plan.bad_yaml",
         "deep"},
        {"too deep by dashes",
         [] {
             std::string text;
             for (int i = 0; i < 2000; ++i) {
                 text += "- ";
             }
             return text;
         }(),
         "plan.bad_yaml",
         "deep"},
        {"a list as key", "? [a]\n: 1\n", "plan.bad_yaml", "key must be a text"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        const auto parsed = parse_plan(c.text);
        ASSERT_FALSE(parsed.has_value());
        EXPECT_EQ(parsed.error().code, c.code);
        EXPECT_THAT(parsed.error().detail, HasSubstr(c.detail));
    }
}

TEST(Plan, NamesLineAndColumn) {
    const auto parsed = parse_plan("version: 1\nsystem:\n  name: A\n  version: v1\n  extra: 2\n");
    ASSERT_FALSE(parsed.has_value());
    EXPECT_THAT(parsed.error().detail, StartsWith("5:10: "));
}

TEST(Plan, TheSchemaInTheRepositoryIsTheReadersOwn) {
    EXPECT_EQ(file("launch/plan.schema.json"), plan_schema())
        << "write it anew: accubooks launch lint --schema > launch/plan.schema.json";
}

TEST(Metrics, AreSortedByNameWithoutTwins) {
    const auto all = metrics();
    for (std::size_t i = 1; i < all.size(); ++i) {
        EXPECT_LT(all[i - 1].name, all[i].name);
    }
}

TEST(Condition, ReadsWhatItWrites) {
    for (const char* text :
         {"error_rate > 1 % for 5 min",
          "latency_p95 < 500 ms",
          "latency_p95 > 1 s",
          "satisfaction >= 4.5",
          "request_rate <= 500 /s",
          "cache_evictions > 200 /min",
          "pool_max = 200",
          "longest_downtime > 1 h",
          "error_rate < 0.0001 %"}) {
        const auto condition = parse_condition(text);
        ASSERT_TRUE(condition.has_value()) << condition.error().detail;
        EXPECT_EQ(to_text(*condition), text);
    }
}

TEST(Condition, HoldsByItsSign) {
    const auto at_most = parse_condition("error_rate <= 1 %");
    ASSERT_TRUE(at_most.has_value());
    EXPECT_TRUE(at_most->holds(10'000));
    EXPECT_FALSE(at_most->holds(10'001));
    const auto below = parse_condition("error_rate < 1 %");
    ASSERT_TRUE(below.has_value());
    EXPECT_FALSE(below->holds(10'000));
}

}  // namespace
}  // namespace accubooks::launch
