#include "launch/measured_baseline.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <vector>

#include <fmt/format.h>

#include "base/base64.h"
#include "launch/assessment.h"
#include "launch/replay.h"

namespace accubooks::launch {
namespace {

using base::Result;

constexpr std::string_view kNoBaseline = "launch.no_baseline";

std::unexpected<base::Error> none(const std::filesystem::path& source, std::string_view why) {
    return base::refuse(
        base::ErrorKind::invalid,
        kNoBaseline,
        fmt::format("{} has no baseline for this plan: {}", source.string(), why)
    );
}

/// Of a sketch in base64; one has at most some 30 KB.
constexpr std::uintmax_t kSketchMax = 64UL * 1024;

Result<MeasuredBaseline> of_file(const std::filesystem::path& file, const Plan& plan) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error)) {
        return none(file, "there is no such folder and no such file.");
    }
    if (std::filesystem::file_size(file, error) > kSketchMax || error) {
        return none(file, "a file with a sketch in base64 has 64 KB at most.");
    }
    std::ifstream input{file, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{input}, {}};
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
        text.pop_back();
    }
    AB_TRY(bytes, base::from_base64(text));
    AB_TRY(latencies, base::Sketch::from_bytes(bytes));
    const auto needed = static_cast<std::uint64_t>(plan.phase1.baseline.requests);
    if (latencies.count() < needed) {
        return none(
            file, fmt::format("{} latencies, where {} are needed.", latencies.count(), needed)
        );
    }
    return MeasuredBaseline{.source = file.filename().string(), .latencies = std::move(latencies)};
}

bool is_none(const Result<MeasuredBaseline>& found) {
    return !found && found.error().code == kNoBaseline;
}

struct Attempt {
    std::filesystem::path folder;
    std::vector<std::string> instances;
    TimeSpan baseline;
};

/// Those that have a baseline, the newest first.
Result<std::vector<Attempt>> attempts_with_baseline(const std::filesystem::path& folder) {
    std::vector<Attempt> attempts;
    for (const std::filesystem::path& attempt : attempts_in(folder)) {
        AB_TRY(history, read_history(attempt));
        AB_TRY(execution, replay(history));
        if (execution.baseline) {
            attempts.push_back({
                .folder = attempt,
                .instances = execution.terms.instances,
                .baseline = *execution.baseline,
            });
        }
    }
    std::ranges::sort(attempts, std::ranges::greater{}, [](const Attempt& one) {
        return one.baseline.to;
    });
    return attempts;
}

Result<MeasuredBaseline> of_attempt(const Attempt& attempt, const Plan& plan) {
    AB_TRY(recorded, read_recorded(attempt.folder));
    const Setting setting{
        .instances = attempt.instances,
        .baseline = attempt.baseline,
        .applied_at = attempt.baseline.to,
    };
    const Assessment assessment{plan, setting, recorded.measured};
    const BaselineTaken taken = assessment.baseline(attempt.baseline);
    if (taken.outcome != Outcome::pass) {
        return none(attempt.folder.filename(), taken.why);
    }
    const auto seconds_of = [](Milliseconds length) { return length.count() / 1000; };
    const auto covered =
        std::chrono::duration_cast<Milliseconds>(attempt.baseline.to - attempt.baseline.from);
    if (covered < plan.phase1.baseline.window) {
        return none(
            attempt.folder.filename(),
            fmt::format(
                "{} s, where {} s are needed.",
                seconds_of(covered),
                seconds_of(plan.phase1.baseline.window)
            )
        );
    }
    MeasuredBaseline found{
        .source = attempt.folder.filename().string(), .span = attempt.baseline, .latencies = {}
    };
    for (const TrafficKind traffic : {TrafficKind::real, TrafficKind::synthetic}) {
        found.latencies.merge(recorded.measured.latencies(traffic, attempt.baseline));
    }
    const Reading errors = assessment.read("error_rate", attempt.baseline);
    if (errors.has_value()) {
        found.errors = Ratio{errors.value};
    }
    return found;
}

}  // namespace

Result<MeasuredBaseline> measured_baseline(const std::filesystem::path& path, const Plan& plan) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
        return of_file(path, plan);
    }
    AB_TRY(attempts, attempts_with_baseline(path));
    if (attempts.empty()) {
        return none(path, "no attempt in it took one.");
    }
    auto newest = of_attempt(attempts.front(), plan);
    // An older one is as good where the newest isn't enough; damage is told.
    for (std::size_t at = 1; at < attempts.size() && is_none(newest); ++at) {
        auto older = of_attempt(attempts[at], plan);
        if (!is_none(older)) {
            return older;
        }
    }
    return newest;
}

}  // namespace accubooks::launch
