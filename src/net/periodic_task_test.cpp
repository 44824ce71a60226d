#include "net/periodic_task.h"

#include <future>
#include <stdexcept>
#include <string>
#include <thread>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "net/lanes.h"

namespace accubooks::net {
namespace {

using namespace std::chrono_literals;

/// Work that says when it has come to its third time; the second fails.
struct Counted {
    int times = 0;
    std::promise<void> third{};

    base::Task<void> work() {
        ++times;
        if (times == 2) {
            throw std::runtime_error{"not this time"};
        }
        if (times == 3) {
            third.set_value();
        }
        co_return;
    }
};

TEST(PeriodicTask, WorksAgainAlsoAfterAFailure) {
    Lanes lanes{1};
    Counted counted;
    std::string told;
    PeriodicTask task{{
        .on = lanes.executor(0),
        .pause = 1ms,
        .work = [&counted] { return counted.work(); },
        .failed = [&told](const std::exception& failure) { told = failure.what(); },
    }};
    task.start();
    counted.third.get_future().wait();
    task.stop();
    EXPECT_EQ(told, "not this time");
}

TEST(PeriodicTask, TellsOfAFailureAgainOnlyWhenSomethingElseWasInBetween) {
    Lanes lanes{1};
    const std::vector<std::string> script{"away", "away", "full", "", "full", "full"};
    std::size_t at = 0;
    std::vector<std::string> told;
    std::promise<void> done;
    PeriodicTask task{{
        .on = lanes.executor(0),
        .pause = 0ms,
        .work = [&]() -> base::Task<void> {
            if (at == script.size()) {
                done.set_value();
            }
            const std::string now = at < script.size() ? script[at] : "";
            ++at;
            if (!now.empty()) {
                throw std::runtime_error{now};
            }
            co_return;
        },
        .failed = [&told](const std::exception& failure) { told.emplace_back(failure.what()); },
    }};
    task.start();
    done.get_future().wait();
    task.stop();
    EXPECT_EQ(told, (std::vector<std::string>{"away", "full", "full"}));
}

/// Work that goes on until it may end.
struct Held {
    std::promise<void> begun{};
    std::promise<void> may_end{};
    bool has_ended = false;

    base::Task<void> work() {
        begun.set_value();
        may_end.get_future().wait();
        has_ended = true;
        co_return;
    }
};

TEST(PeriodicTask, EndsItsPauseWhenItIsStopped) {
    Lanes lanes{1};
    Held held;
    held.may_end.set_value();
    PeriodicTask task{{
        .on = lanes.executor(0),
        .pause = 1h,
        .work = [&held] { return held.work(); },
        .failed = {},
    }};
    task.start();
    held.begun.get_future().wait();
    task.stop();
    EXPECT_TRUE(task.is_stopping());
    task.stop();
}

TEST(PeriodicTask, WorksWithoutAPauseWhenItIsWoken) {
    Lanes lanes{1};
    std::promise<void> second;
    std::promise<void> third;
    int times = 0;
    PeriodicTask task{{
        .on = lanes.executor(0),
        .pause = 1h,
        .work = [&]() -> base::Task<void> {
            ++times;
            if (times == 1) {
                task.wake();
                // Behind what was posted to wake it: there is no pause to end yet.
                co_await boost::asio::post(lanes.executor(0), boost::asio::use_awaitable);
            } else {
                (times == 2 ? second : third).set_value();
            }
        },
        .failed = {},
    }};
    task.start();
    second.get_future().wait();
    task.wake();
    third.get_future().wait();
    task.stop();
}

TEST(PeriodicTask, IsStoppedWhenItsWorkHasEnded) {
    Lanes lanes{1};
    Held held;
    PeriodicTask task{{
        .on = lanes.executor(0),
        .pause = 1ms,
        .work = [&held] { return held.work(); },
        .failed = {},
    }};
    task.start();
    held.begun.get_future().wait();
    const std::jthread releases{[&task, &held] {
        while (!task.is_stopping()) {
        }
        held.may_end.set_value();
    }};
    task.stop();
    EXPECT_TRUE(held.has_ended);
}

TEST(PeriodicTask, NeedNotBeStarted) {
    Lanes lanes{1};
    PeriodicTask task{{.on = lanes.executor(0), .pause = 1h, .work = {}, .failed = {}}};
    task.stop();
}

}  // namespace
}  // namespace accubooks::net
