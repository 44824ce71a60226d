#include "app/launch_offline_command.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/workbench.h"
#include "base/digest.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "launch/measured_baseline.h"
#include "launch/plan.h"
#include "launch/plan_lint.h"
#include "launch/rehearsal.h"
#include "launch/replay.h"

namespace accubooks::app {
namespace {

base::Result<launch::Plan> plan_of(const LaunchLintOptions& options) {
    return options.plan ? launch::read_plan(*options.plan)
                        : base::Result<launch::Plan>{launch::default_plan()};
}

/// How often a plan's rules are wrong, and what the latencies were drawn from.
struct Simulated {
    launch::MeasuredBaseline baseline;
    launch::OperatingCharacteristics found;
};

base::Result<Simulated> simulate(const LaunchLintOptions& options, const launch::Plan& plan) {
    Simulated made;
    if (options.baseline) {
        AB_TRY(measured, launch::measured_baseline(*options.baseline, plan));
        made.baseline = std::move(measured);
    } else {
        made.baseline = {.source = "assumed", .latencies = launch::assumed_latencies()};
    }
    launch::OperatingOptions how{.seed = options.seed};
    // No error in some thousand requests doesn't say that there never is one.
    how.healthy_errors.ppm =
        std::max(how.healthy_errors.ppm, made.baseline.errors.value_or(launch::Ratio{}).ppm);
    made.found = launch::operating_characteristics(plan, made.baseline.latencies, how);
    return made;
}

std::string digest_of(const base::Sketch& latencies) {
    return base::to_hex(base::sha256(latencies.to_bytes()));
}

std::string to_json(const launch::MeasuredBaseline& baseline) {
    base::JsonWriter json;
    json.begin_object().member("source", baseline.source);
    if (baseline.span) {
        json.member("from", base::to_rfc3339(baseline.span->from));
        json.member("to", base::to_rfc3339(baseline.span->to));
    }
    json.member("latencies", static_cast<std::int64_t>(baseline.latencies.count()))
        .member("sha256", digest_of(baseline.latencies));
    if (baseline.errors) {
        json.member("error_rate_ppm", baseline.errors->ppm);
    }
    json.end_object();
    return std::move(json).take();
}

std::string to_json(
    const launch::Plan& plan,
    const std::vector<std::string>& complaints,
    const std::optional<Simulated>& simulated
) {
    base::JsonWriter json;
    json.begin_object().member("digest", base::to_hex(launch::digest_of(plan)));
    json.key("complaints").begin_array();
    for (const std::string& complaint : complaints) {
        json.value(complaint);
    }
    json.end_array();
    json.key("baseline").raw(simulated ? to_json(simulated->baseline) : "null");
    json.key("operating_characteristics");
    json.raw(simulated ? launch::to_json(simulated->found) : "null");
    json.end_object();
    return std::move(json).take();
}

std::string to_text(const launch::MeasuredBaseline& baseline) {
    std::string text = "baseline " + base::printable(baseline.source);
    if (baseline.span) {
        text += fmt::format(
            ", {} to {}", base::to_rfc3339(baseline.span->from), base::to_rfc3339(baseline.span->to)
        );
    }
    const auto millis = [&baseline](double share) {
        return static_cast<double>(baseline.latencies.quantile(share)) / 1e6;
    };
    text += fmt::format(
        "\n  {} latencies, p50 {:.3f} ms, p95 {:.3f} ms",
        baseline.latencies.count(),
        millis(0.5),
        millis(0.95)
    );
    if (baseline.errors) {
        text += ", errors " + launch::to_text(baseline.errors->ppm, launch::Unit::ppm);
    }
    return text + ", SHA-256 " + digest_of(baseline.latencies);
}

}  // namespace

int lint_launch(const LaunchLintOptions& options) {
    if (options.schema) {
        fmt::print("{}", launch::plan_schema());
        return kExitDone;
    }
    const auto plan = plan_of(options);
    if (!plan) {
        complain(plan.error());
        return kExitRefused;
    }
    const std::int64_t most = plan->phase1.rehearsal.time_scale_max;
    if (options.time_scale > std::max<std::int64_t>(1, most)) {
        say(fmt::format("accubooks: the plan allows a time scale of at most {}.", most));
        return kExitRefused;
    }
    const auto complaints = launch::complaints(*plan);
    std::optional<Simulated> simulated;
    // A plan that contradicts itself can't be simulated.
    if (complaints.empty()) {
        auto made = simulate(options, launch::rehearsal_of(*plan, options.time_scale));
        if (!made) {
            complain(made.error());
            return kExitRefused;
        }
        simulated = *std::move(made);
    }
    for (const std::string& complaint : complaints) {
        say("accubooks: " + base::printable(complaint));
    }
    if (options.json) {
        fmt::print("{}\n", to_json(*plan, complaints, simulated));
    } else if (simulated) {
        fmt::print(
            "plan {}\n{}\n\n{}",
            base::to_hex(launch::digest_of(*plan)),
            options.baseline ? to_text(simulated->baseline)
                             : "baseline assumed, lognormal around 20 ms: --baseline names none",
            launch::to_table(simulated->found)
        );
    }
    return complaints.empty() ? kExitDone : kExitRefused;
}

int replay_launch(const LaunchReplayOptions& options) {
    const auto attempts = launch::attempts_in(options.folder);
    if (attempts.empty()) {
        say(fmt::format(
            "accubooks: {} holds no evidence of an execution.",
            base::printable(options.folder.string())
        ));
        return kExitNotVerified;
    }
    base::JsonWriter json;
    json.begin_array();
    for (const std::filesystem::path& attempt : attempts) {
        const auto replayed = launch::replay_evidence(attempt);
        if (!replayed) {
            say(fmt::format("accubooks: {}:", base::printable(attempt.string())));
            complain(replayed.error());
            return kExitNotVerified;
        }
        if (options.json) {
            json.begin_object()
                .member("attempt", attempt.filename().string())
                .member("verdicts", replayed->verdicts)
                .member("measurements", replayed->measurements)
                .member("ended", to_string(replayed->state))
                .member("is_rehearsal", replayed->is_rehearsal)
                .end_object();
        } else {
            fmt::print(
                "{}: {} verdicts of {} measurements come out again; ended {}{}.\n",
                base::printable(attempt.filename().string()),
                replayed->verdicts,
                replayed->measurements,
                to_string(replayed->state),
                replayed->is_rehearsal ? ", a rehearsal" : ""
            );
        }
    }
    if (options.json) {
        json.end_array();
        fmt::print("{}\n", std::move(json).take());
    }
    return kExitDone;
}

}  // namespace accubooks::app
