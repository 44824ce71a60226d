#include "launch/fingerprint.h"

#include <string>

#include <gtest/gtest.h>

namespace accubooks::launch {
namespace {

Fingerprint taken(std::string what, std::string_view of) {
    return {.what = std::move(what), .digest = base::sha256(of)};
}
Fingerprint not_applicable(std::string what) {
    return {.what = std::move(what), .is_applicable = false};
}
Fingerprint unknown(std::string what) {
    return {.what = std::move(what), .why = "Nobody answers."};
}

TEST(Fingerprints, AreComparedByName) {
    struct Case {
        const char* name;
        std::vector<Fingerprint> before;
        std::vector<Fingerprint> after;
        ReadingKind kind;
        std::int64_t value;
    };
    const Case cases[] = {
        {"the same",
         {taken("a", "1"), taken("b", "2")},
         {taken("b", "2"), taken("a", "1")},
         ReadingKind::value,
         0},
        {"one differs",
         {taken("a", "1"), taken("b", "2")},
         {taken("a", "1"), taken("b", "3")},
         ReadingKind::value,
         1},
        {"applicable on neither side",
         {not_applicable("a")},
         {not_applicable("a")},
         ReadingKind::value,
         0},
        {"it came", {not_applicable("a")}, {taken("a", "1")}, ReadingKind::value, 1},
        {"it went", {taken("a", "1")}, {not_applicable("a")}, ReadingKind::value, 1},
        {"unknown now", {taken("a", "1")}, {unknown("a")}, ReadingKind::provider_error, 0},
        {"unknown then", {unknown("a")}, {taken("a", "1")}, ReadingKind::provider_error, 0},
        {"unknown both times", {unknown("a")}, {unknown("a")}, ReadingKind::provider_error, 0},
        {"left out", {taken("a", "1")}, {}, ReadingKind::provider_error, 0},
        {"unknown beside a difference",
         {taken("a", "1"), taken("b", "2")},
         {unknown("a"), taken("b", "3")},
         ReadingKind::value,
         1},
        {"nothing", {}, {}, ReadingKind::no_data, 0},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        const Reading reading = differences(c.before, c.after);
        EXPECT_EQ(reading.kind, c.kind);
        EXPECT_EQ(reading.value, c.value);
        EXPECT_EQ(reading.why.empty(), c.kind == ReadingKind::value && c.value == 0);
    }
}

TEST(Fingerprints, AreKnownOnceAllAre) {
    const Fingerprint known{.what = "build", .digest = base::sha256("1")};
    const Fingerprint absent{.what = "web_bundle", .is_applicable = false};
    const Fingerprint unknown{.what = "schema", .why = "The database didn't answer."};
    EXPECT_TRUE(are_known({known, absent}));
    EXPECT_FALSE(are_known({known, unknown}));
}

TEST(Fingerprints, SurviveBeingWritten) {
    const std::vector<Fingerprint> before{taken("a", "1"), not_applicable("b"), unknown("c")};
    const auto texts = texts_of(before);
    ASSERT_EQ(texts.size(), 3U);
    EXPECT_EQ(texts[1].second, "not applicable");
    const auto after = fingerprints_of(texts);
    for (std::size_t at = 0; at < before.size(); ++at) {
        SCOPED_TRACE(before[at].what);
        EXPECT_EQ(after[at].what, before[at].what);
        EXPECT_EQ(after[at].digest, before[at].digest);
        EXPECT_EQ(after[at].is_applicable, before[at].is_applicable);
        EXPECT_EQ(after[at].why, before[at].why);
    }
}

TEST(OwnFingerprints, AreReadOnlyWhole) {
    const std::string digest(64, 'a');
    const auto answer = [&](std::string_view instance, std::string_view bundle) {
        return std::string{R"({"instance":")"} + std::string{instance} + R"(","build":")" + digest +
               R"(","api_description":")" + digest + R"(","calculation_suite":")" + digest +
               R"(","web_bundle":)" + std::string{bundle} + "}";
    };
    const auto none = read_own_fingerprints(answer("a", "null"), "a");
    ASSERT_TRUE(none) << none.error().detail;
    EXPECT_EQ(base::to_hex(none->build), digest);
    EXPECT_FALSE(none->web_bundle);
    const auto some = read_own_fingerprints(answer("a", "\"" + digest + "\""), "a");
    ASSERT_TRUE(some) << some.error().detail;
    EXPECT_TRUE(some->web_bundle);
    for (const std::string& bad :
         {answer("b", "null"),
          answer("a", "7"),
          answer("a", "\"x\""),
          std::string{"{}"},
          std::string{"[]"},
          std::string{"x"}}) {
        SCOPED_TRACE(bad);
        const auto refused = read_own_fingerprints(bad, "a");
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, "launch.bad_fingerprints");
    }
}

}  // namespace
}  // namespace accubooks::launch
