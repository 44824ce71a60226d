#include "launch/assessment.h"

#include <cmath>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launch/rehearsal.h"

namespace accubooks::launch {
namespace {

using base::Instant;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const Instant kStart = Instant::from_unix_micros(1'767'225'600'000'000);

Instant at(std::chrono::seconds since_start) {
    return kStart + since_start;
}

// How one time of a simulated system is.
struct Behaviour {
    double latency = 1;  // times the usual
    int errors_per_mille = 0;
    std::int64_t pool_max = 200;
    int used_percent = 20;
    std::int64_t wait_us = 100;
    std::int64_t cpu_ppm = 300'000;
    milliseconds gap{200};
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

// One instance with five synthetic requests a second, sampled each second; measured from both
// sides.
class Recorded {
public:
    void run(seconds from, seconds to, const Behaviour& now) {
        for (seconds second = from + seconds{1}; second <= to; ++second) {
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
    void fact(seconds second, const char* metric, std::int64_t value) {
        measured.add(FactSample{
            .at = at(second),
            .metric = metric,
            .reading = {.kind = ReadingKind::value, .value = value, .samples = 1},
        });
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
    void request(seconds second, const Behaviour& now) {
        sample_.pool_max = now.pool_max;
        sample_.max_us += now.pool_max * 1'000'000;
        sample_.used_us += now.pool_max * 10'000 * now.used_percent;
        debt_ += now.connects_per_minute;
        sample_.created += debt_ / 60;
        debt_ %= 60;
        sample_.synthetic.requests += now.counted_beside;
        const auto ask = [&](const char* route, int requests) {
            for (int i = 0; i < requests; ++i) {
                const double took = 80e6 * now.latency * now.users_latency;
                users_took_[route].add(static_cast<std::uint64_t>(took));
                ++sample_.real.requests;
            }
        };
        ask(now.users_ask, now.users);
        ask("GET /job", now.job);
        if (second.count() % 10 == 0) {
            if (now.refuses != nullptr) {
                ++(sample_.*now.refuses);
            }
            sample_.real.requests += now.users_fail;
            sample_.real.errors += now.users_fail;
        }
        for (int i = 0; i < (now.load_is_silent ? 0 : 5); ++i) {
            const double z = normal_(random_);
            took_.add(static_cast<std::uint64_t>(20e6 * now.latency * std::exp(0.5 * z)));
            wait_.add(static_cast<std::uint64_t>(now.wait_us * 1000));
            ++sample_.synthetic.requests;
            ++sent_.requests;
            if (static_cast<int>(random_() % 1000) < now.errors_per_mille) {
                ++sample_.synthetic.errors;
                ++sent_.errors;
            }
        }
    }
    void sample(seconds second) {
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
        // As it is read back from the evidence, so that both ways are one.
        auto read = parse_measurement(to_json(Measurement{one}));
        ASSERT_TRUE(read.has_value()) << read.error().detail;
        measured.add(*std::move(read));
    }
    void outside(seconds second, const Behaviour& now) {
        const TimeSpan span{.from = at(second - seconds{10}), .to = at(second)};
        measured.add(LoadSample{.purpose = LoadPurpose::steady, .span = span, .counts = sent_});
        sent_ = {};
        if (!now.prober_is_silent) {
            measured.add(ProbeSample{
                .span = span,
                .counts = {.requests = 50, .errors = 0},
                .first_success = span.from + milliseconds{100},
                .last_success = span.to + -milliseconds{100},
                .longest_gap = now.gap,
            });
        }
    }

    std::mt19937_64 random_{11};
    std::normal_distribution<double> normal_;
    InstanceSample sample_;
    base::Sketch took_;
    std::map<std::string, base::Sketch> users_took_;
    base::Sketch wait_;
    Counts sent_;
    int debt_ = 0;
    std::uint8_t boot_ = 1;
};

constexpr seconds kBaselineEnd = minutes{30};
constexpr seconds kHourEnd = minutes{90};
const TimeSpan kHour{.from = at(kBaselineEnd), .to = at(kHourEnd)};

Setting setting() {
    return {
        .instances = {"a"},
        .baseline = TimeSpan{.from = at(seconds{0}), .to = at(kBaselineEnd)},
        .applied_at = at(kBaselineEnd),
    };
}

// A baseline and an hour.
struct Watched {
    explicit Watched(const Behaviour& hour) {
        Behaviour before;
        before.pool_max = 50;
        recorded.run(seconds{0}, kBaselineEnd, before);
        recorded.run(kBaselineEnd, kHourEnd, hour);
    }
    std::map<std::string, Verdict> final_verdicts() const {
        std::map<std::string, Verdict> by_metric;
        for (const Verdict& verdict : assess().stage(ExecutionState::sustained, kHour)) {
            by_metric[verdict.criterion.substr(0, verdict.criterion.find(' '))] = verdict;
        }
        return by_metric;
    }
    std::vector<std::string> fired(Instant now = at(kHourEnd)) const {
        std::vector<std::string> criteria;
        for (const Verdict& verdict :
             assess().triggers(ExecutionState::sustained, at(kBaselineEnd), now)) {
            criteria.push_back(verdict.criterion);
        }
        return criteria;
    }

    Recorded recorded;
    Setting against = setting();
    Assessment assess() const { return {default_plan(), against, recorded.measured}; }
};

TEST(Assessment, AHealthyHourPassesEveryCriterion) {
    const Watched watched{Behaviour{}};
    for (const auto& [metric, verdict] : watched.final_verdicts()) {
        EXPECT_EQ(verdict.outcome, Outcome::pass) << metric << ": " << verdict.reason;
    }
    EXPECT_THAT(watched.fired(), ::testing::IsEmpty());
    EXPECT_EQ(watched.assess().covered(kHour.from, kHour.to, {}), minutes{60});
    EXPECT_EQ(watched.assess().baseline(kHour).outcome, Outcome::pass);
}

TEST(Assessment, EachHarmFailsItsOwnCriterionAndFiresItsTrigger) {
    struct Case {
        const char* name;
        Behaviour hour;
        const char* metric;
        const char* trigger;  // none: the end of the hour decides
    };
    const auto with = [](auto change) {
        Behaviour behaviour;
        change(behaviour);
        return behaviour;
    };
    const Case cases[] = {
        {"slow",
         with([](Behaviour& b) { b.latency = 1.3; }),
         "latency_regression",
         "latency_regression > 20 %"},
        {"2 % errors",
         with([](Behaviour& b) { b.errors_per_mille = 20; }),
         "error_rate",
         "error_rate > 1 % for 5 min"},
        {"0.5 % errors", with([](Behaviour& b) { b.errors_per_mille = 3; }), "error_rate", nullptr},
        {"not applied", with([](Behaviour& b) { b.pool_max = 150; }), "pool_max", nullptr},
        {"used up",
         with([](Behaviour& b) { b.used_percent = 95; }),
         "pool_utilisation",
         "pool_utilisation > 90 % for 5 min"},
        {"waiting", with([](Behaviour& b) { b.wait_us = 12'000; }), "connection_wait_p95", nullptr},
        {"CPU spike", with([](Behaviour& b) { b.cpu_ppm = 600'000; }), "cpu_spikes", nullptr},
        {"CPU",
         with([](Behaviour& b) { b.cpu_ppm = 950'000; }),
         "cpu_spikes",
         "database_cpu > 90 % for 5 min"},
        {"gap", with([](Behaviour& b) { b.gap = seconds{3}; }), "success_gap", "success_gap > 2 s"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        const Watched watched{c.hour};
        EXPECT_EQ(watched.final_verdicts().at(c.metric).outcome, Outcome::fail)
            << watched.final_verdicts().at(c.metric).reason;
        if (c.trigger == nullptr) {
            EXPECT_THAT(watched.fired(), ::testing::IsEmpty());
        } else {
            EXPECT_THAT(watched.fired(), ::testing::Contains(std::string{c.trigger}));
        }
    }
}

TEST(Assessment, ConnectsTwiceTheLimitAreThrashing) {
    Behaviour hour;
    hour.connects_per_minute = 60;
    EXPECT_THAT(Watched{hour}.fired(), ::testing::Contains("connection_thrashing > 0"));
    hour.connects_per_minute = 20;
    EXPECT_THAT(Watched{hour}.fired(), ::testing::IsEmpty());
}

TEST(Assessment, WhatWasNotMeasuredNeverPasses) {
    Behaviour blind;
    blind.prober_is_silent = true;
    const Watched no_prober{blind};
    EXPECT_EQ(no_prober.final_verdicts().at("success_gap").outcome, Outcome::inconclusive);
    EXPECT_EQ(no_prober.assess().covered(kHour.from, kHour.to, {}), minutes{0});

    Behaviour silent;
    silent.is_silent = true;
    const Watched no_instance{silent};
    for (const auto& [metric, verdict] : no_instance.final_verdicts()) {
        if (metric != "success_gap" && metric != "cpu_spikes" && metric != "error_rate") {
            EXPECT_NE(verdict.outcome, Outcome::pass) << metric << ": " << verdict.reason;
        }
    }
    // What was sent is counted by nobody.
    EXPECT_EQ(no_instance.final_verdicts().at("error_rate").outcome, Outcome::inconclusive);
    EXPECT_EQ(no_instance.assess().silence(kHour.from, kHour.to).inside, minutes{60});

    const Measurements nothing;
    const Setting against = setting();
    const Assessment assessment{default_plan(), against, nothing};
    for (const ExecutionState state :
         {ExecutionState::immediate,
          ExecutionState::synthetic,
          ExecutionState::sustained,
          ExecutionState::rollback_verify}) {
        for (const Verdict& verdict : assessment.stage(state, kHour)) {
            EXPECT_EQ(verdict.outcome, Outcome::inconclusive) << verdict.criterion;
        }
    }
}

// A prober's span, of which the service answered all but its ends.
void probe(
    Measurements& measured, TimeSpan span, milliseconds first_after, milliseconds last_before
) {
    measured.add(ProbeSample{
        .span = span,
        .counts = {.requests = 50, .errors = 0},
        .first_success = span.from + first_after,
        .last_success = span.to + -last_before,
        .longest_gap = milliseconds{200},
    });
}

TEST(Assessment, WhenNobodyProbedIsNeitherAGapNorCovered) {
    struct Case {
        const char* name;
        seconds hole;
        milliseconds away_before;
        milliseconds away_behind;
        milliseconds gap;
    };
    const milliseconds usual{100};
    const Case cases[] = {
        {"one prober", seconds{0}, usual, usual, milliseconds{200}},
        {"a driver followed another", seconds{11}, usual, usual, milliseconds{200}},
        {"nobody for long", minutes{3}, usual, usual, milliseconds{200}},
        {"the service was away before", seconds{11}, seconds{3}, usual, seconds{3}},
        {"the service was away behind", seconds{11}, usual, seconds{3}, seconds{3}},
        {"the service was away", seconds{0}, seconds{1}, seconds{2}, seconds{3}},
    };
    const Setting of_the_prober_alone{.instances = {}, .applied_at = kStart};
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        const seconds again = seconds{60} + c.hole;
        const TimeSpan window{.from = at(seconds{0}), .to = at(again + seconds{60})};
        Measurements measured;
        probe(measured, {.from = window.from, .to = at(seconds{60})}, usual, c.away_before);
        probe(measured, {.from = at(again), .to = window.to}, c.away_behind, usual);
        const Assessment assessment{default_plan(), of_the_prober_alone, measured};
        const Reading gap = assessment.read("success_gap", window);
        EXPECT_EQ(gap.kind, ReadingKind::value) << gap.why;
        EXPECT_EQ(gap.value, c.gap.count());
        EXPECT_EQ(assessment.covered(window.from, window.to, {}), minutes{2});
        // Who is silent at the end proves nothing.
        const TimeSpan longer{.from = window.from, .to = window.to + seconds{16}};
        EXPECT_EQ(assessment.read("success_gap", longer).kind, ReadingKind::no_data);
    }
}

TEST(Assessment, TheProcessorHasNoSpikeWhereNobodyListened) {
    const Plan rehearsal = rehearsal_of(default_plan(), 300);  // held for 5 s
    const Setting against = setting();
    const auto spikes = [&](bool has_prober) {
        Recorded recorded;
        recorded.run(seconds{0}, kBaselineEnd, Behaviour{});
        for (seconds second = kBaselineEnd; second <= kBaselineEnd + seconds{60}; ++second) {
            const bool is_away =
                second > kBaselineEnd + seconds{20} && second < kBaselineEnd + seconds{31};
            if (!is_away) {
                recorded.fact(second, "database_cpu", 300'000);
            }
            if (!is_away || has_prober) {
                probe(
                    recorded.measured,
                    {.from = at(second), .to = at(second + seconds{1})},
                    milliseconds{100},
                    milliseconds{100}
                );
            }
        }
        const Assessment assessment{rehearsal, against, recorded.measured};
        return assessment.read(
            "cpu_spikes", {.from = at(kBaselineEnd), .to = at(kBaselineEnd + seconds{60})}
        );
    };
    EXPECT_EQ(spikes(false).kind, ReadingKind::value) << spikes(false).why;
    EXPECT_EQ(spikes(false).value, 0);
    EXPECT_EQ(spikes(true).kind, ReadingKind::no_data) << "it was listened to, and says nothing";
}

// How latency compares when users do otherwise than before.
Verdict regression_when(ExecutionState state, const Behaviour& before, const Behaviour& then) {
    Recorded recorded;
    recorded.run(seconds{0}, kBaselineEnd, before);
    const TimeSpan window{.from = at(kBaselineEnd), .to = at(2 * kBaselineEnd)};
    recorded.run(kBaselineEnd, 2 * kBaselineEnd, then);
    const Setting against = setting();
    for (Verdict& verdict :
         Assessment{default_plan(), against, recorded.measured}.stage(state, window)) {
        if (verdict.criterion.starts_with("latency_regression")) {
            return std::move(verdict);
        }
    }
    return {};
}

TEST(Assessment, UsersWhoStayAwayLeaveTheLaunchsOwnLoadToCompare) {
    constexpr auto kForward = ExecutionState::sustained;
    constexpr auto kBack = ExecutionState::rollback_verify;
    Behaviour as_before;
    as_before.users = 1;
    const Behaviour away;
    Behaviour slower;
    slower.latency = 1.3;
    Behaviour elsewhere;
    elsewhere.users = 1;
    elsewhere.users_ask = "GET /other";
    Behaviour nobody;
    nobody.load_is_silent = true;
    Behaviour only_elsewhere = elsewhere;
    only_elsewhere.load_is_silent = true;
    struct Case {
        const char* name;
        ExecutionState state;
        const Behaviour& then;
        Outcome outcome;
        bool is_of_own_load;
    };
    const Case cases[] = {
        {"they ask as before", kForward, as_before, Outcome::pass, false},
        {"they are gone", kForward, away, Outcome::pass, true},
        {"gone, behind a rollback", kBack, away, Outcome::pass, true},
        {"gone, and all is slower", kForward, slower, Outcome::fail, true},
        {"gone, and still slower behind a rollback", kBack, slower, Outcome::fail, true},
        // Too many to be passed over while a new value holds.
        {"they ask for something else", kForward, elsewhere, Outcome::inconclusive, false},
        {"something else, behind a rollback", kBack, elsewhere, Outcome::pass, true},
        // Without the load nothing can be compared, and that never passes.
        {"nothing is asked", kForward, nobody, Outcome::inconclusive, false},
        {"nothing is asked behind a rollback", kBack, nobody, Outcome::inconclusive, false},
        {"the load is gone", kBack, only_elsewhere, Outcome::inconclusive, false},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        const Verdict found = regression_when(c.state, as_before, c.then);
        EXPECT_EQ(found.outcome, c.outcome) << found.reason;
        EXPECT_EQ(found.reason.contains("the launch's own load"), c.is_of_own_load) << found.reason;
    }
}

TEST(Assessment, WhatUsersStillAskForIsComparedBeforeTheLaunchsOwnLoadStandsForThem) {
    Behaviour before;
    before.users = 20;
    before.job = 2;  // 7 % of all
    Behaviour ended = before;
    ended.job = 0;
    Behaviour slow = ended;
    slow.users_latency = 10;
    for (const auto state : {ExecutionState::sustained, ExecutionState::rollback_verify}) {
        const Verdict hurt = regression_when(state, before, slow);
        EXPECT_EQ(hurt.outcome, Outcome::fail) << hurt.reason;
        EXPECT_THAT(hurt.reason, ::testing::HasSubstr("Of what was asked for again"));
    }
    // A part of the baseline doesn't say that all is well: back our own load does, forward nothing.
    const Verdict back = regression_when(ExecutionState::rollback_verify, before, ended);
    EXPECT_EQ(back.outcome, Outcome::pass) << back.reason;
    EXPECT_THAT(back.reason, ::testing::HasSubstr("the launch's own load"));
    const Verdict forward = regression_when(ExecutionState::sustained, before, ended);
    EXPECT_EQ(forward.reading.kind, ReadingKind::no_data) << forward.reason;
}

TEST(Assessment, TheLaunchsOwnLoadDoesntStandForUsersWhomANewValueKeepsOut) {
    Behaviour before;
    before.users = 1;
    Behaviour full;
    full.refuses = &InstanceSample::refused_full;
    Behaviour no_room;
    no_room.refuses = &InstanceSample::no_room;
    Behaviour hang;
    hang.refuses = &InstanceSample::timeouts;
    Behaviour fail;
    fail.users_fail = 1;
    for (const Behaviour& kept_out : {full, no_room, hang, fail}) {
        const Verdict forward = regression_when(ExecutionState::sustained, before, kept_out);
        EXPECT_EQ(forward.reading.kind, ReadingKind::no_data) << forward.reason;
        EXPECT_EQ(forward.outcome, Outcome::inconclusive);
        const Verdict back = regression_when(ExecutionState::rollback_verify, before, kept_out);
        EXPECT_EQ(back.outcome, Outcome::pass) << "the new value isn't in force any more";
    }
    hang.latency = 1.3;
    const Verdict slower = regression_when(ExecutionState::sustained, before, hang);
    EXPECT_EQ(slower.outcome, Outcome::fail) << "worse is worse, whoever is kept out";
}

// What a driver does with its watch of a rollback, minute by minute, from its beginning to its
// deadline; the baseline had users, and now there are none.
Execution watched_rollback(const Behaviour& then) {
    const Plan& plan = default_plan();
    Behaviour before;
    before.users = 1;
    before.pool_max = 50;
    Recorded recorded;
    recorded.run(seconds{0}, kBaselineEnd, before);
    const Setting against = setting();
    Execution watched;
    watched.engine_version = kEngineVersion;
    watched.state = ExecutionState::rollback_verify;
    watched.order = Order{.generation = 2, .values = {}};
    watched.entered_at = at(kBaselineEnd);
    watched.deadline = watched.entered_at + plan.phase1.rollback.watch_deadline;
    const Milliseconds window = watched.window(plan);
    for (seconds now = kBaselineEnd + minutes{1}; watched.state == ExecutionState::rollback_verify;
         now += minutes{1}) {
        recorded.run(now - minutes{1}, now, then);
        Report report = TimePassed{};
        if (at(now) - watched.entered_at >= window) {
            const Assessment assessment{plan, against, recorded.measured};
            report = VerdictsReached{
                .state = watched.state,
                .verdicts = assessment.stage(watched.state, {at(now) + -window, at(now)}),
            };
        }
        const auto events = decide(plan, watched, report, watched.epoch, at(now));
        for (const ExecutionEvent& event : events.value()) {
            watched = evolve(std::move(watched), event);
        }
    }
    return watched;
}

TEST(Assessment, ARollbackIsVerifiedByTheLaunchsOwnLoadWhenItsUsersAreGone) {
    Behaviour then;
    then.pool_max = 50;
    const Execution gone = watched_rollback(then);
    EXPECT_EQ(gone.state, ExecutionState::rolled_back);
    EXPECT_EQ(gone.last_at - at(kBaselineEnd), minutes{15});

    then.load_is_silent = true;
    const Execution blind = watched_rollback(then);
    EXPECT_EQ(blind.state, ExecutionState::rollback_failed) << "nothing says that all is well";
    EXPECT_EQ(blind.last_at - at(kBaselineEnd), minutes{30});
}

TEST(Assessment, AnotherToolsRequestsHoldNothingUpAndMissedOnesDo) {
    Behaviour crowded;
    crowded.counted_beside = 10;
    EXPECT_EQ(Watched{crowded}.final_verdicts().at("error_rate").outcome, Outcome::pass);
    Behaviour missing;
    missing.counted_beside = -1;
    EXPECT_EQ(Watched{missing}.final_verdicts().at("error_rate").outcome, Outcome::inconclusive);
}

TEST(Assessment, ARestartSplitsTheWindow) {
    Recorded recorded;
    recorded.run(seconds{0}, minutes{10}, Behaviour{});
    recorded.restart();
    recorded.run(minutes{10}, minutes{20}, Behaviour{});
    const TimeSpan all{.from = at(seconds{0}), .to = at(minutes{20})};
    const Counts counts = recorded.measured.counts(TrafficKind::synthetic, all);
    // What the first boot did before it was first seen is unknown; the second began at zero.
    EXPECT_EQ(counts.requests, 20 * 60 * 5 - 5);
}

TEST(Assessment, AnErrorOfTheBooksFiresAtOnce) {
    Watched watched{Behaviour{}};
    watched.recorded.fact(kHourEnd, "trial_balance_violations", 1);
    EXPECT_THAT(watched.fired(), ::testing::ElementsAre("trial_balance_violations > 0"));
}

TEST(Assessment, ATriggerTellsWhyAnInstanceIsntReady) {
    Watched watched{Behaviour{}};
    watched.recorded.measured.add(FactSample{
        .at = at(kHourEnd),
        .metric = "health_failures",
        .reading =
            {.kind = ReadingKind::value,
             .value = 3,
             .samples = 1,
             .why = "It answered 503. database is failing: no answer."},
    });
    const auto fired =
        watched.assess().triggers(ExecutionState::sustained, at(kBaselineEnd), at(kHourEnd));
    ASSERT_EQ(fired.size(), 1U);
    EXPECT_EQ(fired[0].reason, "It is 3. It answered 503. database is failing: no answer.");
}

TEST(Assessment, TheSmokeRunIsJudgedByItsOwnRequests) {
    const TimeSpan window{.from = kStart, .to = kStart + minutes{10}};
    const auto judged = [&window](std::int64_t requests, std::int64_t errors, std::int64_t p95_us) {
        Measurements measured;
        LoadSample run{
            .purpose = LoadPurpose::smoke,
            .span = {.from = kStart, .to = kStart + seconds{5}},
            .counts = {.requests = requests, .errors = errors},
            .latencies_us = std::vector<std::int64_t>{},
        };
        for (std::int64_t i = 1; i <= requests - errors; ++i) {
            run.latencies_us->push_back(i >= 475 ? p95_us : 1000);
        }
        measured.add(run);
        InstanceSample inside{
            .at = kStart, .instance = "a", .boot_id = {}, .real = {}, .synthetic = {}
        };
        measured.add(inside);
        inside.at = kStart + seconds{6};
        inside.synthetic = run.counts;
        measured.add(inside);
        const Setting against = setting();
        const Assessment assessment{default_plan(), against, measured};
        std::map<std::string, Outcome> outcomes;
        for (const Verdict& verdict : assessment.stage(ExecutionState::synthetic, window)) {
            outcomes[verdict.criterion] = verdict.outcome;
        }
        return outcomes;
    };
    EXPECT_EQ(judged(500, 0, 1000)["error_rate < 0.1 %"], Outcome::pass);
    EXPECT_EQ(judged(500, 1, 1000)["error_rate < 0.1 %"], Outcome::inconclusive);
    EXPECT_EQ(judged(500, 6, 1000)["error_rate < 0.1 %"], Outcome::fail);
    EXPECT_EQ(judged(1500, 1, 1000)["error_rate < 0.1 %"], Outcome::pass);
    EXPECT_EQ(judged(500, 0, 499'000)["latency_p95 < 500 ms"], Outcome::pass);
    EXPECT_EQ(judged(500, 0, 500'000)["latency_p95 < 500 ms"], Outcome::fail);
}

TEST(Measurement, IsReadBackAsItWasWritten) {
    const Measurement all[] = {
        FactSample{
            .at = kStart,
            .metric = "database_cpu",
            .instance = "a",
            .reading = {.kind = ReadingKind::provider_error, .why = "no control group"},
        },
        ProbeSample{.span = {.from = kStart, .to = kStart}, .counts = {.requests = 5, .errors = 5}},
        LoadSample{
            .purpose = LoadPurpose::smoke,
            .span = {.from = kStart, .to = kStart},
            .counts = {},
            .latencies_us = std::vector<std::int64_t>{1, 2},
        },
    };
    for (const Measurement& one : all) {
        const auto again = parse_measurement(to_json(one));
        ASSERT_TRUE(again.has_value()) << again.error().detail;
        EXPECT_EQ(to_json(*again), to_json(one));
        EXPECT_EQ(to_json(one).find('.'), std::string::npos);
    }
    EXPECT_FALSE(parse_measurement(R"({"kind":"guess"})").has_value());
    EXPECT_FALSE(parse_measurement("[]").has_value());
}

}  // namespace
}  // namespace accubooks::launch
