// Plays seeded histories to the real machine with a pretended world: instances that crash, refuse,
// answer late or twice or not at all; metrics that are silent or lie; a database clock that jumps;
// people who pause, resume and abort; and two drivers that crash at any point between doing and
// recording.
#include "launch/internal/execution_simulation.h"

#include <cstdint>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "testing/histories.h"

namespace accubooks::launch {
namespace {

TEST(ExecutionSimulation, KeepsItsPromisesWhateverHappens) {
    std::uint64_t count = 0;
    std::map<ExecutionState, std::uint64_t> ends;
    testing::play_histories(5000, [&](std::uint64_t seed) {
        simulated::Simulation simulation{seed};
        std::string broken = simulation.play();
        ++count;
        ++ends[simulation.execution.state];
        return broken;
    });
    for (const auto& [state, times] : ends) {
        ::testing::Test::RecordProperty(std::string{to_string(state)}, std::to_string(times));
    }
    // Histories that all end alike would prove little.
    if (count >= 1000) {
        for (const ExecutionState state :
             {ExecutionState::succeeded,
              ExecutionState::rolled_back,
              ExecutionState::rehearsed,
              ExecutionState::cancelled}) {
            EXPECT_GT(ends[state], count / 50) << to_string(state);
        }
    }
}

}  // namespace
}  // namespace accubooks::launch
