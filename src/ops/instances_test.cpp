#include "ops/instances.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace accubooks::ops {
namespace {

using ::testing::HasSubstr;

base::Uuid boot_id(std::uint8_t number) {
    base::Uuid uuid;
    uuid.bytes[15] = number;
    return uuid;
}

struct Case {
    const char* name;
    bool is_expected;
    bool is_live;
    bool has_ended;
    bool is_replaced;
    std::optional<Outcome> said;
    std::optional<Standing> standing;  // none: the revision has nothing to do with it
};

TEST(Progress, JudgesEachInstance) {
    using enum Standing;
    const std::optional<Outcome> silence;
    const Case cases[] = {
        {"it runs on it", true, true, false, false, Outcome::accepted, accepted},
        {"it is silent so far", true, true, false, false, silence, waiting},
        {"it came since and runs on it", false, true, false, false, Outcome::accepted, accepted},
        {"it came since and is silent", false, true, false, false, silence, waiting},
        {"it refused", true, true, false, false, Outcome::refused, refused},
        {"it refused and is gone", true, false, false, false, Outcome::refused, refused},
        {"it went back", true, true, false, false, Outcome::went_back, refused},
        {"it isn't seen any more", true, false, false, false, silence, vanished},
        {"it isn't seen any more, and another took its name",
         true,
         false,
         false,
         true,
         silence,
         vanished},
        {"it took it and isn't seen any more",
         true,
         false,
         false,
         false,
         Outcome::accepted,
         accepted},
        {"it said goodbye first", true, false, true, false, silence, left},
        {"it took it and said goodbye", true, false, true, false, Outcome::accepted, accepted},
        {"it was lost before", false, false, false, false, silence, missing},
        {"it was lost before, and another took its name",
         false,
         false,
         false,
         true,
         silence,
         std::nullopt},
        {"it had said goodbye before", false, false, true, false, silence, std::nullopt},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        Revision revision{
            .number = 7, .settings = "{}", .author = "x", .reason = "x", .created_at = {}
        };
        if (c.is_expected) {
            revision.expected = {boot_id(1)};
        }
        const Boot boot{
            .who = {.instance = "a", .boot_id = boot_id(1)},
            .started_at = {},
            .last_seen_at = {},
            .is_live = c.is_live,
            .has_ended = c.has_ended,
            .is_replaced = c.is_replaced,
        };
        std::vector<Acknowledgement> said;
        if (c.said) {
            said.push_back(
                {.revision = 7, .boot_id = boot_id(1), .outcome = *c.said, .effective = "{}"}
            );
        }
        // What was said to another revision, or by another boot, is nothing to this one.
        said.push_back(
            {.revision = 6, .boot_id = boot_id(1), .outcome = Outcome::refused, .effective = "{}"}
        );
        said.push_back(
            {.revision = 7, .boot_id = boot_id(2), .outcome = Outcome::refused, .effective = "{}"}
        );
        const Progress progress = progress_of(revision, {boot}, said);
        ASSERT_EQ(progress.answers.size(), c.standing ? 1U : 0U);
        if (c.standing) {
            EXPECT_EQ(progress.answers.front().standing, *c.standing);
        }
    }
}

Progress progress_with(const std::vector<Standing>& standings) {
    Progress progress;
    for (const Standing standing : standings) {
        progress.answers.push_back(
            {.boot =
                 {.who = {.instance = "a", .boot_id = boot_id(1)},
                  .started_at = {},
                  .last_seen_at = {}},
             .standing = standing}
        );
    }
    return progress;
}

TEST(Progress, IsCompleteOnlyWhenAllHaveAccepted) {
    using enum Standing;
    struct Case {
        const char* name;
        std::vector<Standing> standings;
        bool complete;
        bool failed;
    };
    const Case cases[] = {
        {"nobody is there", {}, true, false},
        {"all accepted", {accepted, accepted}, true, false},
        {"one left", {accepted, left}, true, false},
        {"one is missing since long", {accepted, missing}, true, false},
        {"one is silent", {accepted, waiting}, false, false},
        {"one refused", {accepted, refused, waiting}, false, true},
        {"one vanished, another is still to answer", {vanished, waiting}, false, false},
        {"one vanished, the rest are done", {accepted, vanished}, false, true},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        const Progress progress = progress_with(c.standings);
        EXPECT_EQ(progress.is_complete(), c.complete);
        EXPECT_EQ(progress.has_failed(), c.failed);
    }
}

TEST(Progress, NamesInstancesWithTheirReason) {
    Progress progress = progress_with({Standing::refused});
    progress.answers.front().said = Acknowledgement{
        .revision = 7,
        .boot_id = boot_id(1),
        .outcome = Outcome::refused,
        .effective = "{}",
        .error = "no room",
    };
    EXPECT_EQ(
        name(progress, Standing::refused), "a (boot 00000000-0000-0000-0000-000000000001: no room)"
    );
    EXPECT_EQ(name(progress, Standing::waiting), "");
}

}  // namespace
}  // namespace accubooks::ops
