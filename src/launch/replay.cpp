#include "launch/replay.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>

#include <fmt/format.h>

#include "base/canonical_json.h"
#include "launch/internal/evidence_times.h"
#include "launch/internal/logged_history.h"
#include "launch/internal/measurement_fields.h"
#include "launch/internal/yaml.h"
#include "launch/rehearsal.h"

namespace accubooks::launch {

constexpr std::array<std::string_view, 2> names(VerdictKind) {
    return {"stage", "triggers"};
}

template <class Fields, Is<VerdictRecord> T>
void describe(Fields& fields, T& of) {
    fields("at", of.at);
    fields("judged", of.kind);
    fields("state", of.state);
    fields("window", of.window);
    fields("baseline", of.baseline);
    fields("applied_at", of.applied_at);
    fields("measurements", of.measurements);
    fields("verdicts", of.verdicts);
}

namespace {

using base::ErrorKind;
using base::Result;

constexpr std::string_view kEvents = "execution.jsonl";
constexpr std::string_view kMeasurements = "measurements.jsonl";
constexpr std::size_t kLineBytesMax = 4'194'304;
constexpr std::size_t kPlanBytesMax = 1'048'576;

std::unexpected<base::Error> refuse_file(const std::filesystem::path& file) {
    return base::refuse(
        ErrorKind::invalid, "replay.no_file", fmt::format("{} can't be read.", file.string())
    );
}

/// A link may lead out of what was proven, and who opens a pipe waits.
bool is_plain_file(const std::filesystem::path& file) {
    std::error_code error;
    return std::filesystem::is_regular_file(std::filesystem::symlink_status(file, error));
}

/// Calls `use(line, number)` for each line until one is refused.
Result<std::int64_t> for_each_line(
    const std::filesystem::path& file,
    const std::function<Result<bool>(std::string_view, std::int64_t)>& use
) {
    if (!is_plain_file(file)) {
        return refuse_file(file);
    }
    std::ifstream input{file, std::ios::binary};
    if (!input) {
        return refuse_file(file);
    }
    const auto bad_line = [&file](std::int64_t number, std::string_view why) {
        return base::refuse(
            ErrorKind::invalid,
            "replay.bad_line",
            fmt::format("{}:{}: {}", file.string(), number, why)
        );
    };
    std::int64_t number = 0;
    std::string line(kLineBytesMax + 2, '\0');  // and its end, and a zero
    while (input.getline(line.data(), std::ssize(line))) {
        ++number;
        if (input.eof()) {
            return bad_line(number, "It isn't whole.");
        }
        const std::string_view read{line.data(), static_cast<std::size_t>(input.gcount()) - 1};
        const auto used = use(read, number);
        if (!used && used.error().code == "replay.differs") {
            return std::unexpected(used.error());
        }
        if (!used) {
            return bad_line(number, used.error().detail);
        }
    }
    if (!input.eof()) {
        return bad_line(number + 1, "It is too long, or can't be read.");
    }
    return number;
}

Result<Plan> plan_in(const std::filesystem::path& file) {
    if (!is_plain_file(file)) {
        return refuse_file(file);
    }
    std::ifstream input{file, std::ios::binary};
    if (!input) {
        return refuse_file(file);
    }
    std::string text(kPlanBytesMax + 1, '\0');
    input.read(text.data(), std::ssize(text));
    text.resize(static_cast<std::size_t>(input.gcount()));
    if (!input.eof()) {
        return refuse_file(file);
    }
    auto plan = parse_canonical_plan(text);
    if (!plan) {
        return base::refuse(
            ErrorKind::invalid,
            "replay.bad_line",
            fmt::format("{}: {}", file.string(), plan.error().detail)
        );
    }
    return plan;
}

std::unexpected<base::Error> differs(std::int64_t number, std::string what) {
    return base::refuse(
        ErrorKind::invalid,
        "replay.differs",
        fmt::format("Record {} of verdicts.jsonl doesn't come out again: {}", number, what)
    );
}

Result<bool> compare(
    const std::vector<Verdict>& recorded, const std::vector<Verdict>& again, std::int64_t number
) {
    if (recorded.size() != again.size()) {
        return differs(
            number, fmt::format("{} criteria instead of {}.", again.size(), recorded.size())
        );
    }
    for (std::size_t at = 0; at < again.size(); ++at) {
        if (RecordWriter::json_of(recorded[at]) != RecordWriter::json_of(again[at])) {
            return differs(
                number,
                fmt::format(
                    "{} is {} ({}), recorded was {} ({})",
                    again[at].criterion,
                    to_string(again[at].outcome),
                    again[at].reason,
                    to_string(recorded[at].outcome),
                    recorded[at].reason
                )
            );
        }
    }
    return true;
}

// A stage that the history says was judged must have been judged by a record with the same outcome,
// and none passes on less covered time than it had to have.
struct JudgedStage {
    const StageJudged* judged = nullptr;
    base::Instant entered_at;
    Milliseconds needed{};
    std::vector<TimeSpan> pauses{};
    std::optional<Milliseconds> covered{};  // by its record

    bool is_of(const VerdictRecord& record) const {
        return record.kind == VerdictKind::stage && record.state == judged->state &&
               RecordWriter::json_of(record.verdicts) == RecordWriter::json_of(judged->verdicts);
    }
    std::optional<std::string> complaint() const {
        if (!covered) {
            return fmt::format("{} was judged without a record.", to_string(judged->state));
        }
        if (judged->outcome == Outcome::pass && *covered < needed) {
            return fmt::format(
                "{} passed with {} of covered time, where {} are needed.",
                to_string(judged->state),
                to_text(*covered),
                to_text(needed)
            );
        }
        return std::nullopt;
    }
};

std::vector<JudgedStage> judged_stages(
    const Plan& plan, const std::vector<ExecutionEvent>& history
) {
    std::vector<JudgedStage> stages;
    Execution execution;
    for (const ExecutionEvent& event : history) {
        if (const auto* const judged = std::get_if<StageJudged>(&event)) {
            stages.push_back({
                .judged = judged,
                .entered_at = execution.entered_at,
                .needed = execution.window(plan),
                .pauses = execution.pauses,
            });
        }
        execution = evolve(std::move(execution), event);
    }
    return stages;
}

Setting setting_of(const std::vector<std::string>& instances, const VerdictRecord& record) {
    return {.instances = instances, .baseline = record.baseline, .applied_at = record.applied_at};
}

void look_at_coverage(
    std::vector<JudgedStage>& stages,
    const Plan& plan,
    const std::vector<std::string>& instances,
    const Measurements& measured,
    const VerdictRecord& record
) {
    const Setting setting = setting_of(instances, record);
    for (JudgedStage& stage : stages) {
        if (stage.is_of(record)) {
            const Assessment assessment{plan, setting, measured};
            const auto covered = assessment.covered(
                std::max(record.window.from, stage.entered_at), record.window.to, stage.pauses
            );
            stage.covered = std::max(covered, stage.covered.value_or(Milliseconds{}));
        }
    }
}

}  // namespace

std::string to_json(const VerdictRecord& record) {
    auto text = base::canonical_json(RecordWriter::json_of(record));
    base::ensure(text.has_value(), "verdicts hold plain texts and whole numbers");
    return *std::move(text);
}

Result<VerdictRecord> parse_verdict_record(std::string_view json) {
    return read_record<VerdictRecord>(parse_json_tree(json, kLineBytesMax), Form::canonical);
}

std::vector<Verdict> judge_again(
    const Plan& plan,
    const std::vector<std::string>& instances,
    const Measurements& measured,
    const VerdictRecord& record
) {
    const Setting setting = setting_of(instances, record);
    const Assessment assessment{plan, setting, measured};
    switch (record.kind) {
        case VerdictKind::stage:
            return assessment.stage(record.state, record.window);
        case VerdictKind::triggers:
            return assessment.triggers(record.state, record.window.from, record.window.to);
    }
    std::unreachable();
}

std::vector<std::filesystem::path> attempts_in(const std::filesystem::path& folder) {
    std::error_code error;
    if (std::filesystem::exists(folder / kEvents, error)) {
        return {folder};
    }
    std::vector<std::filesystem::path> attempts;
    for (const auto& entry : std::filesystem::directory_iterator{folder, error}) {
        if (entry.is_directory(error)) {
            attempts.push_back(entry.path());
        }
    }
    std::ranges::sort(attempts);
    return attempts;
}

Result<std::vector<ExecutionEvent>> read_history(const std::filesystem::path& folder) {
    const std::filesystem::path file = folder / kEvents;
    std::vector<ExecutionEvent> history;
    AB_TRY(
        events,
        for_each_line(
            file,
            [&history](std::string_view line, std::int64_t) -> Result<bool> {
                AB_TRY(event, parse_execution_event(line));
                history.push_back(std::move(event));
                return true;
            }
        )
    );
    if (history.empty()) {
        return base::refuse(
            ErrorKind::invalid, "replay.bad_line", fmt::format("{} has no event.", file.string())
        );
    }
    return history;
}

Result<Recorded> read_recorded(const std::filesystem::path& folder) {
    AB_TRY(history, read_history(folder));
    Measurements measured;
    AB_TRY(
        measurements,
        for_each_line(
            folder / kMeasurements,
            [&measured](std::string_view line, std::int64_t) -> Result<bool> {
                AB_TRY(measurement, parse_measurement(line));
                measured.add(std::move(measurement));
                return true;
            }
        )
    );
    return Recorded{.history = std::move(history), .measured = std::move(measured)};
}

Result<Replayed> replay_evidence(const std::filesystem::path& folder) {
    AB_TRY(plan, plan_in(folder / "analysis-plan.json"));
    AB_TRY(history, read_history(folder));
    AB_TRY(execution, replay(history));
    AB_CHECK(check_logged(folder, history));
    const Terms& terms = execution.terms;
    if (terms.time_scale < 1 || terms.time_scale > plan.phase1.rehearsal.time_scale_max) {
        return base::refuse(
            ErrorKind::invalid, "replay.bad_line", "The plan allows no such time scale."
        );
    }
    const Plan scaled = rehearsal_of(plan, terms.time_scale);
    std::vector<VerdictRecord> records;
    AB_TRY(
        record_lines,
        for_each_line(
            folder / "verdicts.jsonl",
            [&records](std::string_view line, std::int64_t) -> Result<bool> {
                AB_TRY(record, parse_verdict_record(line));
                if (!records.empty() && record.measurements < records.back().measurements) {
                    return base::refuse(
                        ErrorKind::invalid, "replay.bad_line", "Measurements don't become fewer."
                    );
                }
                records.push_back(std::move(record));
                return true;
            }
        )
    );
    std::vector<JudgedStage> stages = judged_stages(scaled, history);
    // One pass: each record is judged when as much is known as was known then.
    Measurements measured;
    std::size_t next = 0;
    const auto judge_what_is_due = [&](std::int64_t known) -> Result<bool> {
        for (; next < records.size() && records[next].measurements == known; ++next) {
            const auto again = judge_again(scaled, terms.instances, measured, records[next]);
            AB_TRY(
                agrees, compare(records[next].verdicts, again, static_cast<std::int64_t>(next) + 1)
            );
            look_at_coverage(stages, scaled, terms.instances, measured, records[next]);
        }
        return true;
    };
    AB_TRY(of_nothing, judge_what_is_due(0));
    AB_TRY(
        measurements,
        for_each_line(
            folder / kMeasurements,
            [&](std::string_view line, std::int64_t number) -> Result<bool> {
                AB_TRY(measurement, parse_measurement(line));
                measured.add(std::move(measurement));
                return judge_what_is_due(number);
            }
        )
    );
    if (next < records.size()) {
        return differs(
            static_cast<std::int64_t>(next) + 1, "it rests on measurements that aren't there."
        );
    }
    for (const JudgedStage& stage : stages) {
        if (const auto complaint = stage.complaint()) {
            return base::refuse(ErrorKind::invalid, "replay.differs", *complaint);
        }
    }
    AB_CHECK(check_times(folder, scaled, history, measured));
    return Replayed{
        .verdicts = static_cast<std::int64_t>(records.size()),
        .measurements = measurements,
        .state = execution.state,
        .is_rehearsal = terms.is_rehearsal(),
    };
}

}  // namespace accubooks::launch
