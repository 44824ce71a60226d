#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "launch/coverage.h"
#include "launch/effects.h"
#include "launch/execution.h"

// The pretended world of an execution's simulation: chance, what goes wrong, and instances that
// follow the settings' revisions.
namespace accubooks::launch::simulated {

using base::Instant;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

class Random {
public:
    explicit Random(std::uint64_t seed) : engine_{seed} {}
    std::int64_t from_to(std::int64_t from, std::int64_t to) {
        return from +
               static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(to - from + 1));
    }
    bool one_in(std::int64_t many) { return from_to(1, many) == 1; }

private:
    std::mt19937_64 engine_;
};

inline std::int64_t pool_max(const std::vector<SettingValue>& values) {
    return std::ranges::find(values, "database.pool.max", &SettingValue::setting)->value;
}

inline base::Uuid boot_id(std::int64_t number) {
    base::Uuid id;
    id.bytes[15] = static_cast<std::uint8_t>(number);
    id.bytes[14] = static_cast<std::uint8_t>(number >> 8);
    return id;
}

// What goes wrong in one history, drawn once.
struct Weather {
    bool harmful = false;  // the new pool hurts, from `harm_after` on
    minutes harm_after{};
    bool inside_lies = false;      // the in-process metrics say all is well
    std::int64_t silence_in = 0;   // one sample in so many begins a silence
    std::int64_t outside_in = 0;   // likewise, of the outside source
    std::int64_t crash_in = 0;     // a driver dies in one of so many places
    std::int64_t instance_in = 0;  // an instance restarts
    std::int64_t refuse_in = 0;    // an order is refused
    std::int64_t shrink_in = 0;    // a pool takes its new size late
    std::int64_t lost_in = 0;      // an answer gets lost
    std::int64_t clock_in = 0;     // the clock jumps
    std::int64_t person_in = 0;    // a person acts
    std::int64_t unclear_in = 0;   // a verdict has too few samples
    std::int64_t disk_in = 0;      // evidence can't be written
    std::int64_t p0_in = 0;        // a P0 is opened, or closed
    std::int64_t edit_in = 0;      // somebody edits, withdraws or starts the request
    bool extra_instance = false;
    bool check_fails = false;
    bool other_engine = false;  // another version of the program began it

    static Weather fair() { return {}; }
    static Weather any(Random& random) {
        const auto rate = [&random](std::int64_t often) {
            return random.one_in(3) ? random.from_to(often, often * 20) : 0;
        };
        return {
            .harmful = random.one_in(3),
            .harm_after = minutes{random.from_to(0, 10)},
            .inside_lies = random.one_in(3),
            .silence_in = rate(40),
            .outside_in = rate(60),
            .crash_in = rate(10),
            .instance_in = rate(100),
            .refuse_in = random.one_in(8) ? 3 : 0,
            .shrink_in = rate(2),
            .lost_in = rate(2),
            .clock_in = rate(60),
            .person_in = rate(60),
            .unclear_in = rate(2),
            .disk_in = rate(100),
            .p0_in = random.one_in(6) ? random.from_to(10, 100) : 0,
            .edit_in = rate(20),
            .extra_instance = random.one_in(20),
            .check_fails = random.one_in(20),
            .other_engine = random.one_in(30),
        };
    }
};

struct Instance {
    std::string name;
    std::int64_t boot = 0;
    std::int64_t generation = 0;  // it runs on
    std::int64_t pool = 0;
};

// The settings' revisions as the instances see them, and what they measure.
/// Of whom the driver hears how the program is, and when he was silent.
struct Source {
    std::vector<Instant> heard;
    Instant silent_until;

    /// Whether there is a sample now; once in `silence_in` it begins to be silent (0: never).
    bool samples(Instant now, Random& random, std::int64_t silence_in) {
        if (now < silent_until && silent_until - now < hours{1}) {
            return false;
        }
        if (silence_in > 0 && random.one_in(silence_in)) {
            silent_until = now + seconds{random.from_to(10, 900)};
            return false;
        }
        heard.push_back(now);
        return true;
    }
    Instant last(Instant otherwise) const { return heard.empty() ? otherwise : heard.back(); }
    std::vector<TimeSpan> covered_since(Instant since, milliseconds gap) const {
        const auto begin = std::ranges::find_if(heard, [since](Instant at) { return at >= since; });
        const std::vector<Instant> after{begin, heard.end()};
        return covered(after, gap);
    }
};

struct World {
    struct Revision {
        std::int64_t generation = 0;
        std::vector<SettingValue> values;
        std::optional<Instant> confirm_until{};
        std::int64_t epoch = 0;
    };

    std::vector<Instance> instances;
    std::vector<Revision> revisions;
    Source metrics;
    Source prober;
    bool is_p0_open = false;
    bool had_p0 = false;                  // since the start
    std::optional<std::string> broken{};  // an invariant of the world

    void place(
        const Order& order, std::optional<milliseconds> within, std::int64_t epoch, Instant now
    ) {
        if (epoch < revisions.back().epoch) {
            broken = "a driver with an old epoch placed values";
        }
        if (revisions.back().generation >= order.generation) {
            return;  // it is there already
        }
        revisions.push_back({
            .generation = order.generation,
            .values = order.values,
            .confirm_until = within ? std::optional{now + *within} : std::nullopt,
            .epoch = epoch,
        });
    }
    /// Nobody confirmed it in time: the last that holds comes back by itself.
    void go_back_by_itself(Instant now) {
        if (revisions.back().confirm_until && now >= *revisions.back().confirm_until) {
            const auto held =
                std::find_if(revisions.rbegin(), revisions.rend(), [](const Revision& one) {
                    return !one.confirm_until;
                });
            Revision back = *held;
            back.generation = revisions.back().generation;
            back.epoch = revisions.back().epoch;
            reverted.insert(back.generation);
            revisions.push_back(back);
        }
    }
    bool has_stranger() const {
        return std::ranges::any_of(instances, [](const Instance& one) {
            return one.name == "extra";
        });
    }

    std::set<std::int64_t> reverted;  // generations that were gone back from
};

}  // namespace accubooks::launch::simulated
