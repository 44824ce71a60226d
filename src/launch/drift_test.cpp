#include "launch/drift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace accubooks::launch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string settings_with(std::int64_t max) {
    ops::Values values = ops::presets(ops::Takes::live);
    values["database.pool.max"] = max;
    return ops::to_json(values);
}

ops::Answer answer(std::string instance, ops::Standing standing, std::int64_t max) {
    ops::Answer made{.boot = {}, .standing = standing};
    made.boot.who.instance = std::move(instance);
    if (standing == ops::Standing::accepted) {
        made.said =
            ops::Acknowledgement{.revision = 3, .boot_id = {}, .effective = settings_with(max)};
    }
    return made;
}

/// Everything as approved: 50.
DriftSources in_order() {
    DriftSources sources{
        .rightful = {{.setting = "database.pool.max", .value = 50}},
        .newest = {},
        .progress = {.answers = {answer("a:1", ops::Standing::accepted, 50)}},
        .instance = "a:1",
        .in_effect = {{"database.pool.max", std::int64_t{50}}},
    };
    sources.newest.number = 3;
    sources.newest.settings = settings_with(50);
    return sources;
}

TEST(Drift, IsNoneWhenEverythingIsAsApproved) {
    DriftSources sources = in_order();
    EXPECT_THAT(drifts(sources), IsEmpty());
    // What isn't governed may be as it likes, and who has left runs on nothing.
    sources.rightful.clear();
    sources.progress.answers.push_back(answer("b:1", ops::Standing::left, 0));
    sources.in_effect = {{"database.pool.max", std::int64_t{60}}};
    EXPECT_THAT(drifts(sources), IsEmpty());
}

TEST(Drift, IsARevisionThatNobodyOrdered) {
    DriftSources sources = in_order();
    sources.newest.settings = settings_with(200);
    sources.progress.answers = {answer("a:1", ops::Standing::accepted, 200)};
    sources.in_effect = {{"database.pool.max", std::int64_t{200}}};
    EXPECT_THAT(drifts(sources), ElementsAre("revision 3 has database.pool.max = 200, not 50"));
}

TEST(Drift, IsAnInstanceThatRunsOnSomethingElse) {
    DriftSources sources = in_order();
    sources.progress.answers.push_back(answer("b:1", ops::Standing::accepted, 60));
    sources.progress.answers.push_back(answer("c:1", ops::Standing::waiting, 0));
    sources.in_effect = {{"database.pool.max", std::int64_t{70}}};
    EXPECT_THAT(
        drifts(sources),
        ElementsAre(
            "b:1 has database.pool.max = 60, not 50",
            "c:1 doesn't take revision 3",
            "the pool of a:1 has database.pool.max = 70, not 50"
        )
    );
}

}  // namespace
}  // namespace accubooks::launch
