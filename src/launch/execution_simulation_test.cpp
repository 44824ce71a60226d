// Plays seeded histories to the real machine with a pretended world: instances that crash, refuse,
// answer late or twice or not at all; metrics that are silent or lie; a database clock that jumps;
// people who pause, resume and abort; requests that are edited, withdrawn or approved for too short
// a time; and two drivers that crash at any point between doing and recording. In some of them the
// world is measured and the real assessment judges it, in the rest verdicts are pretended too,
// which takes a hundredth of the time.
#include <cstdint>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "launch/internal/measured_simulation.h"
#include "launch/internal/pretended_simulation.h"
#include "testing/histories.h"

namespace accubooks::launch {
namespace {

constexpr std::uint64_t kMeasuredIn = 40;

TEST(ExecutionSimulation, KeepsItsPromisesWhateverHappens) {
    std::uint64_t count = 0;
    std::map<ExecutionState, std::uint64_t> ends;
    std::map<ExecutionState, std::uint64_t> measured_ends;
    std::uint64_t over_before = 0;
    std::uint64_t over_behind = 0;
    testing::play_histories(5000, [&](std::uint64_t seed) {
        ++count;
        if (seed % kMeasuredIn == 0) {
            simulated::MeasuredSimulation simulation{seed};
            std::string broken = simulation.play();
            ++measured_ends[simulation.execution.state];
            return broken.empty() ? simulation.broken_when_judged_again() : broken;
        }
        simulated::PretendedSimulation simulation{seed};
        std::string broken = simulation.play();
        ++ends[simulation.execution.state];
        over_before += simulation.was_over_before ? 1 : 0;
        over_behind +=
            simulation.was_over && simulation.execution.state == ExecutionState::succeeded ? 1 : 0;
        return broken;
    });
    for (const auto& [state, times] : ends) {
        ::testing::Test::RecordProperty(std::string{to_string(state)}, std::to_string(times));
    }
    for (const auto& [state, times] : measured_ends) {
        ::testing::Test::RecordProperty(
            "measured_" + std::string{to_string(state)}, std::to_string(times)
        );
    }
    // Histories that all end alike would prove little.
    if (count >= 1000) {
        for (const ExecutionState state :
             {ExecutionState::succeeded,
              ExecutionState::rolled_back,
              ExecutionState::rehearsed,
              ExecutionState::cancelled}) {
            EXPECT_GT(ends[state], count / 50) << to_string(state);
            EXPECT_GT(measured_ends[state], count / kMeasuredIn / 50) << to_string(state);
        }
        EXPECT_GT(over_before, count / 100) << "approvals that are over cancel";
        EXPECT_GT(over_behind, count / 100)
            << "what is under way goes on behind its approval's end";
    }
}

}  // namespace
}  // namespace accubooks::launch
