#include "app/launch_offline_command.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "app/workbench.h"
#include "base/base64.h"
#include "base/json_writer.h"
#include "base/utf8.h"
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

base::Result<base::Sketch> latencies_of(const LaunchLintOptions& options) {
    if (!options.baseline) {
        return launch::assumed_latencies();
    }
    std::ifstream input{*options.baseline, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{input}, {}};
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
        text.pop_back();
    }
    AB_TRY(bytes, base::from_base64(text));
    AB_TRY(sketch, base::Sketch::from_bytes(bytes));
    if (sketch.count() == 0) {
        return base::refuse(
            base::ErrorKind::invalid,
            "base.bad_sketch",
            fmt::format("{} holds no latency.", options.baseline->string())
        );
    }
    return sketch;
}

std::string to_json(
    const launch::Plan& plan,
    const std::vector<std::string>& complaints,
    const std::optional<launch::OperatingCharacteristics>& found
) {
    base::JsonWriter json;
    json.begin_object().member("digest", base::to_hex(launch::digest_of(plan)));
    json.key("complaints").begin_array();
    for (const std::string& complaint : complaints) {
        json.value(complaint);
    }
    json.end_array().key("operating_characteristics");
    if (found) {
        json.raw(launch::to_json(*found));
    } else {
        json.value(nullptr);
    }
    json.end_object();
    return std::move(json).take();
}

bool is_attempt(const std::filesystem::path& folder) {
    std::error_code ignored;
    return std::filesystem::exists(folder / "execution.jsonl", ignored);
}

/// The folder itself, or the attempts that it holds.
std::vector<std::filesystem::path> attempts_in(const std::filesystem::path& folder) {
    if (is_attempt(folder)) {
        return {folder};
    }
    std::vector<std::filesystem::path> attempts;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{folder, error}) {
        if (is_attempt(entry.path())) {
            attempts.push_back(entry.path());
        }
    }
    std::ranges::sort(attempts);
    return attempts;
}

}  // namespace

int lint_launch(const LaunchLintOptions& options) {
    if (options.schema) {
        fmt::print("{}", launch::plan_schema());
        return kExitDone;
    }
    const auto plan = plan_of(options);
    const auto latencies = latencies_of(options);
    if (!plan || !latencies) {
        complain(plan ? latencies.error() : plan.error());
        return kExitRefused;
    }
    const std::int64_t most = plan->phase1.rehearsal.time_scale_max;
    if (options.time_scale > std::max<std::int64_t>(1, most)) {
        say(fmt::format("accubooks: the plan allows a time scale of at most {}.", most));
        return kExitRefused;
    }
    const auto complaints = launch::complaints(*plan);
    std::optional<launch::OperatingCharacteristics> found;
    // A plan that contradicts itself can't be simulated.
    if (complaints.empty()) {
        found = launch::operating_characteristics(
            launch::rehearsal_of(*plan, options.time_scale), *latencies, {.seed = options.seed}
        );
    }
    for (const std::string& complaint : complaints) {
        say("accubooks: " + base::printable(complaint));
    }
    if (options.json) {
        fmt::print("{}\n", to_json(*plan, complaints, found));
    } else if (found) {
        fmt::print(
            "plan {}\n\n{}", base::to_hex(launch::digest_of(*plan)), launch::to_table(*found)
        );
    }
    return complaints.empty() ? kExitDone : kExitRefused;
}

int replay_launch(const LaunchReplayOptions& options) {
    const auto attempts = attempts_in(options.folder);
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
