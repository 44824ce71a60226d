#pragma once

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace accubooks::testing {

namespace internal {

inline std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* const text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// How to play the history again that is being played.
inline char how_to_replay[256];

extern "C" inline void tell_how_to_replay(int signal) {
    std::size_t size = 0;
    while (how_to_replay[size] != '\0') {
        ++size;
    }
    // Where it can't be written there is nobody to read it.
    [[maybe_unused]] const auto written = write(STDERR_FILENO, how_to_replay, size);
    std::signal(signal, SIG_DFL);
}

}  // namespace internal

/// Plays one history for each seed from ACCUBOOKS_SEED on (1), ACCUBOOKS_SEEDS of them (`usual`),
/// in the test that calls. `play` answers the rule that was broken, or nothing. The first that
/// breaks one ends the test and says how to play it again, also when it ends the process.
template <class Play>
void play_histories(std::uint64_t usual, Play play) {
    const auto& test = *::testing::UnitTest::GetInstance()->current_test_info();
    const std::uint64_t first = internal::number_from("ACCUBOOKS_SEED", 1);
    const std::uint64_t count = internal::number_from("ACCUBOOKS_SEEDS", usual);
    auto* const before = std::signal(SIGABRT, internal::tell_how_to_replay);
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        std::snprintf(
            internal::how_to_replay,
            sizeof internal::how_to_replay,
            "Replay: ACCUBOOKS_SEED=%llu ACCUBOOKS_SEEDS=1 %s --gtest_filter='%s.%s'\n",
            static_cast<unsigned long long>(seed),
            program_invocation_short_name,
            test.test_suite_name(),
            test.name()
        );
        const std::string broken = play(seed);
        ASSERT_EQ(broken, "") << internal::how_to_replay;
    }
    std::signal(SIGABRT, before);
}

}  // namespace accubooks::testing
