#include "app/cluster_keeper.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <latch>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"

namespace accubooks::app {
namespace {

using namespace std::chrono_literals;

constexpr ClusterKeeper::Pace kQuick{
    .look = 1ms, .first_pause = 1ms, .attempts = 5, .looks_till_trusted = 3
};

/// A server that dies and starts as its test says.
class ClusterKeeperTest : public ::testing::Test {
protected:
    ClusterKeeper keeper(ClusterKeeper::Pace pace = kQuick) {
        return {
            {.is_running =
                 [this] {
                     ++looks_;
                     return runs_.load();
                 },
             .start_again = [this](const std::stop_token& called_off) { return start(called_off); }
            },
            pace,
            log_,
            [this] { given_up_.count_down(); }
        };
    }

    base::Result<void> start(const std::stop_token& called_off) {
        ++starts_;
        return on_start_(called_off);
    }

    static bool comes(const std::function<bool()>& condition) {
        const auto until = std::chrono::steady_clock::now() + 60s;
        while (!condition() && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(1ms);
        }
        return condition();
    }

    /// How often the log says so.
    int times_said(std::string_view words) {
        const std::lock_guard lock{mutex_};
        int times = 0;
        for (auto at = said_.find(words); at != std::string::npos; at = said_.find(words, at + 1)) {
            ++times;
        }
        return times;
    }

    std::atomic<bool> runs_ = true;
    std::atomic<int> looks_ = 0;
    std::atomic<int> starts_ = 0;
    std::function<base::Result<void>(const std::stop_token&)> on_start_ =
        [this](const std::stop_token&) {
            runs_ = true;
            return base::Result<void>{};
        };
    std::latch given_up_{1};
    base::SystemClock clock_;
    std::mutex mutex_;
    std::string said_;  // guarded
    telemetry::Log log_{clock_, telemetry::Level::warning, [this](std::string_view line) {
                            const std::lock_guard lock{mutex_};
                            said_ += line;
                        }};
};

base::Result<void> no_room() {
    return base::refuse(base::ErrorKind::invalid, "cluster.disk_full", "no room");
}

base::Result<void> no_library() {
    return base::refuse(base::ErrorKind::invalid, "cluster.start_failed", "no library");
}

TEST_F(ClusterKeeperTest, LeavesAServerThatRunsAlone) {
    ClusterKeeper keeping = keeper();
    keeping.start();
    EXPECT_TRUE(comes([this] { return looks_ > 5; }));
    keeping.stop();
    EXPECT_EQ(starts_, 0);
    EXPECT_FALSE(keeping.gave_up());
}

TEST_F(ClusterKeeperTest, TriesAgainUntilTheServerRuns) {
    on_start_ = [this](const std::stop_token&) -> base::Result<void> {
        if (starts_ == 1) {
            throw std::runtime_error{"no process can be made"};
        }
        if (starts_ < 4) {
            return no_library();
        }
        runs_ = true;
        return {};
    };
    runs_ = false;
    ClusterKeeper keeping = keeper();
    keeping.start();
    EXPECT_TRUE(comes([this] { return runs_.load(); }));
    keeping.stop();
    EXPECT_EQ(starts_, 4);
    EXPECT_FALSE(keeping.gave_up());
}

TEST_F(ClusterKeeperTest, GivesUpAfterTheLastAttemptAndSaysWhy) {
    on_start_ = [](const std::stop_token&) { return no_library(); };
    runs_ = false;
    ClusterKeeper keeping = keeper();
    keeping.start();
    given_up_.wait();
    keeping.stop();
    EXPECT_EQ(starts_, kQuick.attempts);
    ASSERT_TRUE(keeping.gave_up());
    EXPECT_EQ(keeping.gave_up()->code, "cluster.lost");
    EXPECT_THAT(keeping.gave_up()->detail, ::testing::HasSubstr("no library"));
}

TEST_F(ClusterKeeperTest, WaitsForRoomAsLongAsItTakesAndSaysSoOnce) {
    on_start_ = [this](const std::stop_token&) -> base::Result<void> {
        if (starts_ <= 3 * kQuick.attempts) {
            return no_room();
        }
        runs_ = true;
        return {};
    };
    runs_ = false;
    ClusterKeeper keeping = keeper();
    keeping.start();
    EXPECT_TRUE(comes([this] { return runs_.load(); }));
    keeping.stop();
    EXPECT_FALSE(keeping.gave_up());
    EXPECT_TRUE(comes([this] { return times_said("runs again") == 1; }));
    EXPECT_EQ(times_said("didn't start again"), 1);
}

TEST_F(ClusterKeeperTest, GivesUpAServerThatDiesAgainAndAgain) {
    on_start_ = [](const std::stop_token&) { return base::Result<void>{}; };
    runs_ = false;
    ClusterKeeper keeping = keeper();
    keeping.start();
    given_up_.wait();
    keeping.stop();
    EXPECT_EQ(starts_, kQuick.attempts);
}

TEST_F(ClusterKeeperTest, TrustsAServerThatHasRunForAWhile) {
    ClusterKeeper keeping = keeper();
    keeping.start();
    for (int death = 1; death <= 2 * kQuick.attempts; ++death) {
        runs_ = false;
        ASSERT_TRUE(comes([this] { return runs_.load(); }));
        const int before = looks_;
        ASSERT_TRUE(comes([this, before] { return looks_ > before + kQuick.looks_till_trusted; }));
    }
    keeping.stop();
    EXPECT_EQ(starts_, 2 * kQuick.attempts);
    EXPECT_FALSE(keeping.gave_up());
}

TEST_F(ClusterKeeperTest, CallsAStartUnderWayOff) {
    on_start_ = [](const std::stop_token& called_off) {
        comes([&called_off] { return called_off.stop_requested(); });
        return no_room();
    };
    runs_ = false;
    ClusterKeeper keeping = keeper();
    keeping.start();
    EXPECT_TRUE(comes([this] { return starts_ > 0; }));
    keeping.stop();
    EXPECT_EQ(starts_, 1);
    EXPECT_FALSE(keeping.gave_up());
}

TEST_F(ClusterKeeperTest, CanStopAtOnceWhileItWaits) {
    ClusterKeeper keeping = keeper({.look = 1h});
    keeping.start();
    keeping.stop();
    EXPECT_EQ(looks_, 0);
}

}  // namespace
}  // namespace accubooks::app
