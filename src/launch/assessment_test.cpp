#include "launch/assessment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launch/fingerprint.h"
#include "launch/internal/simulated_hour_test.h"
#include "launch/rehearsal.h"

namespace accubooks::launch {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

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
         with([](Behaviour& b) { b.errors_ppm = 20'000; }),
         "error_rate",
         "error_rate > 1 % for 5 min"},
        {"0.5 % errors", with([](Behaviour& b) { b.errors_ppm = 3000; }), "error_rate", nullptr},
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

TEST(Assessment, APartThatMustStayAsItIsRollsBackByItsName) {
    std::vector<Fingerprint> before;
    for (const std::string& what : default_plan().phase1.unchanged) {
        before.push_back({.what = what, .digest = base::sha256(what)});
    }
    EXPECT_EQ(before.size(), 6U);
    for (const Fingerprint& part : before) {
        SCOPED_TRACE(part.what);
        std::vector<Fingerprint> after = before;
        std::ranges::find(after, part.what, &Fingerprint::what)->digest = base::sha256("another");
        Watched watched{Behaviour{}};
        watched.recorded.measured.add(FactSample{
            .at = at(kHourEnd),
            .metric = "fingerprint_differences",
            .reading = differences(before, after),
        });
        const auto fired =
            watched.assess().triggers(ExecutionState::sustained, at(kBaselineEnd), at(kHourEnd));
        ASSERT_EQ(fired.size(), 1U);
        EXPECT_EQ(fired[0].criterion, "fingerprint_differences > 0");
        EXPECT_EQ(fired[0].reason, "It is 1. Not as before: " + part.what + ".");
    }
}

TEST(Assessment, ConnectsTwiceTheLimitAreThrashing) {
    Behaviour hour;
    hour.connects_per_minute = 60;
    EXPECT_THAT(Watched{hour}.fired(), ::testing::Contains("connection_thrashing > 0"));
    hour.connects_per_minute = 20;
    EXPECT_THAT(Watched{hour}.fired(), ::testing::IsEmpty());
}

TEST(Assessment, APoolThatFillsUpIsNoThrashingInARehearsalEither) {
    Plan plan = rehearsal_of(default_plan(), 60);
    const auto thrashes = [&plan](std::vector<std::pair<seconds, int>> connects) {
        SimulatedSystem system;
        seconds from{0};
        for (const auto& [to, per_minute] : connects) {
            Behaviour now;
            now.connects_per_minute = per_minute;
            system.run(from, to, now);
            from = to;
        }
        const Setting against{
            .instances = {"a"},
            .baseline = TimeSpan{.from = at(seconds{0}), .to = at(seconds{30})},
            .applied_at = at(seconds{30}),
        };
        const Assessment assessment{plan, against, system.measured};
        return assessment.read("connection_thrashing", {.from = at(seconds{30}), .to = at(from)})
            .value;
    };
    // 150 connections within three seconds, and some when the smoke run comes.
    EXPECT_EQ(
        thrashes(
            {{seconds{40}, 0},
             {seconds{43}, 3000},
             {seconds{60}, 0},
             {seconds{62}, 1200},
             {seconds{95}, 0}}
        ),
        0
    );
    EXPECT_EQ(thrashes({{seconds{40}, 0}, {seconds{43}, 3000}}), 0);
    EXPECT_EQ(thrashes({{seconds{30}, 0}, {seconds{60}, 3000}}), 1);
    EXPECT_EQ(thrashes({{seconds{30}, 0}, {seconds{95}, 60}}), 1);
    EXPECT_EQ(thrashes({{seconds{30}, 0}, {seconds{95}, 20}}), 0);
    // As many spans as the plan says: 65 s are 13 of 5 s, and the one before them was quiet.
    plan.phase1.statistics.thrashing.short_spans = 13;
    EXPECT_EQ(thrashes({{seconds{30}, 0}, {seconds{95}, 60}}), 1);
    plan.phase1.statistics.thrashing.short_spans = 14;
    EXPECT_EQ(thrashes({{seconds{30}, 0}, {seconds{95}, 60}}), 0);
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
        SimulatedSystem recorded;
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

TEST(Assessment, AnotherToolsRequestsHoldNothingUpAndMissedOnesDo) {
    Behaviour crowded;
    crowded.counted_beside = 10;
    EXPECT_EQ(Watched{crowded}.final_verdicts().at("error_rate").outcome, Outcome::pass);
    Behaviour missing;
    missing.counted_beside = -1;
    EXPECT_EQ(Watched{missing}.final_verdicts().at("error_rate").outcome, Outcome::inconclusive);
}

TEST(Assessment, ARestartSplitsTheWindow) {
    SimulatedSystem recorded;
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

TEST(Assessment, AnOpenP0FiresAtOnce) {
    Watched watched{Behaviour{}};
    watched.recorded.fact(kHourEnd, "open_p0", 1);
    EXPECT_THAT(watched.fired(), ::testing::ElementsAre("open_p0 > 0"));
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
