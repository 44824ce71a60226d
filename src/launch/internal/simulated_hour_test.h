#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "launch/assessment.h"

// A simulated system and what is measured of it: for the tests of the assessment.

namespace accubooks::launch {

inline const base::Instant kStart = base::Instant::from_unix_micros(1'767'225'600'000'000);

inline base::Instant at(std::chrono::seconds since_start) {
    return kStart + since_start;
}

/// How one time of a simulated system is.
struct Behaviour {
    double latency = 1;  // times the usual
    std::int64_t errors_ppm = 0;
    int slow_percent = 0;  // of the load's requests, each ten times as slow
    std::int64_t pool_max = 200;
    int used_percent = 20;
    std::int64_t wait_us = 100;
    std::int64_t cpu_ppm = 300'000;
    std::chrono::milliseconds gap{200};
    bool prober_is_silent = false;
    bool is_silent = false;
    int connects_per_minute = 0;
    int counted_beside = 0;  // a second: what another tool sends; below 0: what the instance missed
    int users = 0;           // requests a second, each four times as slow as one of the load
    const char* users_ask = "GET /users";
    double users_latency = 1;  // times the above
    int job = 0;               // requests a second of a program of theirs, on a route of its own
    bool load_is_silent = false;
    // What says that requests got no answer, once in ten seconds.
    std::int64_t InstanceSample::* refuses = nullptr;
    int users_fail = 0;  // once in ten seconds, each answered with an error
};

/// One instance with five synthetic requests a second, sampled each second; measured from both
/// sides.
class SimulatedSystem {
public:
    enum class Samples : std::uint8_t {
        read_back,    // from the text of the evidence, so that both ways are one
        as_they_are,  // in a tenth of the time
    };
    explicit SimulatedSystem(std::uint64_t seed = 11, Samples samples = Samples::read_back)
        : samples_{samples}, random_{seed} {}

    void run(std::chrono::seconds from, std::chrono::seconds to, const Behaviour& now) {
        for (std::chrono::seconds second = from + std::chrono::seconds{1}; second <= to; ++second) {
            request(second, now);
            if (!now.is_silent) {
                sample(second);
            }
            if (second.count() % 10 == 0) {
                outside(second, now);
            }
            if (second.count() % 30 == 0) {
                for (const char* metric :
                     {"trial_balance_violations",
                      "isolation_violations",
                      "integrity_violations",
                      "health_failures",
                      "open_p0",
                      "instance_divergence",
                      "fingerprint_differences"}) {
                    fact(second, metric, 0);
                }
                fact(second, "database_cpu", now.cpu_ppm);
            }
        }
    }
    void fact(std::chrono::seconds second, const char* metric, std::int64_t value) {
        measured.add(FactSample{
            .at = at(second),
            .metric = metric,
            .reading = {.kind = ReadingKind::value, .value = value, .samples = 1},
        });
    }
    /// A smoke run, all of whose requests are answered by then.
    void smoke(std::chrono::seconds second, std::int64_t requests, const Behaviour& now) {
        LoadSample run{
            .purpose = LoadPurpose::smoke,
            .span = {.from = at(second), .to = at(second + std::chrono::seconds{1})},
            .counts = {},
            .latencies_us = std::vector<std::int64_t>{},
        };
        for (std::int64_t i = 0; i < requests; ++i) {
            const Answer answer = ask(now);
            ++run.counts.requests;
            run.counts.errors += answer.fails ? 1 : 0;
            if (!answer.fails) {
                run.latencies_us->push_back(static_cast<std::int64_t>(answer.took / 1000));
            }
        }
        measured.add(run);
    }
    void restart() {
        sample_ = InstanceSample{};
        took_ = {};
        users_took_.clear();
        wait_ = {};
        boot_ += 1;
    }

    Measurements measured;

private:
    void request(std::chrono::seconds second, const Behaviour& now) {
        sample_.pool_max = now.pool_max;
        sample_.max_us += now.pool_max * 1'000'000;
        sample_.used_us += now.pool_max * 10'000 * now.used_percent;
        debt_ += now.connects_per_minute;
        sample_.created += debt_ / 60;
        debt_ %= 60;
        sample_.synthetic.requests += now.counted_beside;
        const auto users_ask = [&](const char* route, int requests) {
            for (int i = 0; i < requests; ++i) {
                const double took = 80e6 * now.latency * now.users_latency;
                users_took_[route].add(static_cast<std::uint64_t>(took));
                ++sample_.real.requests;
            }
        };
        users_ask(now.users_ask, now.users);
        users_ask("GET /job", now.job);
        if (second.count() % 10 == 0) {
            if (now.refuses != nullptr) {
                ++(sample_.*now.refuses);
            }
            sample_.real.requests += now.users_fail;
            sample_.real.errors += now.users_fail;
        }
        for (int i = 0; i < (now.load_is_silent ? 0 : 5); ++i) {
            ++sent_.requests;
            sent_.errors += ask(now).fails ? 1 : 0;
        }
    }
    struct Answer {
        std::uint64_t took = 0;  // nanoseconds
        bool fails = false;
    };
    /// One request of the load, as the instance counts it.
    Answer ask(const Behaviour& now) {
        double took = 20e6 * now.latency * std::exp(0.5 * normal_(random_));
        if (now.slow_percent > 0 && static_cast<int>(random_() % 100) < now.slow_percent) {
            took *= 10;
        }
        const Answer answer{
            .took = static_cast<std::uint64_t>(took),
            .fails = static_cast<std::int64_t>(random_() % 1'000'000) < now.errors_ppm,
        };
        took_.add(answer.took);
        wait_.add(static_cast<std::uint64_t>(now.wait_us * 1000));
        ++sample_.synthetic.requests;
        sample_.synthetic.errors += answer.fails ? 1 : 0;
        return answer;
    }
    void sample(std::chrono::seconds second) {
        InstanceSample one = sample_;
        one.at = at(second);
        one.instance = "a";
        one.boot_id.bytes[0] = boot_;
        if (second.count() % 10 == 0) {
            one.wait = wait_;
            one.routes = {
                {RouteSample{.route = "GET /x", .traffic = TrafficKind::synthetic, .took = took_}}
            };
            for (const auto& [route, took] : users_took_) {
                one.routes->push_back({.route = route, .traffic = TrafficKind::real, .took = took});
            }
        }
        if (samples_ == Samples::as_they_are) {
            measured.add(std::move(one));
            return;
        }
        auto read = parse_measurement(to_json(Measurement{one}));
        ASSERT_TRUE(read.has_value()) << read.error().detail;
        measured.add(*std::move(read));
    }
    void outside(std::chrono::seconds second, const Behaviour& now) {
        const TimeSpan span{.from = at(second - std::chrono::seconds{10}), .to = at(second)};
        measured.add(LoadSample{.purpose = LoadPurpose::steady, .span = span, .counts = sent_});
        sent_ = {};
        if (!now.prober_is_silent) {
            measured.add(ProbeSample{
                .span = span,
                .counts = {.requests = 50, .errors = 0},
                .first_success = span.from + std::chrono::milliseconds{100},
                .last_success = span.to + -std::chrono::milliseconds{100},
                .longest_gap = now.gap,
            });
        }
    }

    Samples samples_;
    std::mt19937_64 random_;
    std::normal_distribution<double> normal_;
    InstanceSample sample_;
    base::Sketch took_;
    std::map<std::string, base::Sketch> users_took_;
    base::Sketch wait_;
    Counts sent_;
    int debt_ = 0;
    std::uint8_t boot_ = 1;
};

inline constexpr std::chrono::seconds kBaselineEnd = std::chrono::minutes{30};
inline constexpr std::chrono::seconds kHourEnd = std::chrono::minutes{90};
inline const TimeSpan kHour{.from = at(kBaselineEnd), .to = at(kHourEnd)};

inline Setting setting() {
    return {
        .instances = {"a"},
        .baseline = TimeSpan{.from = at(std::chrono::seconds{0}), .to = at(kBaselineEnd)},
        .applied_at = at(kBaselineEnd),
    };
}

/// A baseline and an hour.
struct Watched {
    explicit Watched(const Behaviour& hour) {
        Behaviour before;
        before.pool_max = 50;
        recorded.run(std::chrono::seconds{0}, kBaselineEnd, before);
        recorded.run(kBaselineEnd, kHourEnd, hour);
    }
    std::map<std::string, Verdict> final_verdicts() const {
        std::map<std::string, Verdict> by_metric;
        for (const Verdict& verdict : assess().stage(ExecutionState::sustained, kHour)) {
            by_metric[verdict.criterion.substr(0, verdict.criterion.find(' '))] = verdict;
        }
        return by_metric;
    }
    std::vector<std::string> fired(base::Instant now = at(kHourEnd)) const {
        std::vector<std::string> criteria;
        for (const Verdict& verdict :
             assess().triggers(ExecutionState::sustained, at(kBaselineEnd), now)) {
            criteria.push_back(verdict.criterion);
        }
        return criteria;
    }

    SimulatedSystem recorded;
    Setting against = setting();
    Assessment assess() const { return {default_plan(), against, recorded.measured}; }
};

}  // namespace accubooks::launch
