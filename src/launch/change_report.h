#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "launch/decision.h"
#include "launch/execution.h"
#include "launch/incident.h"
#include "launch/measurement.h"
#include "launch/payload.h"

namespace accubooks::launch {

// The post-change report of one execution: made from what was recorded and from nothing else, so
// that the same records give the same report.

/// A state that the execution was in.
struct ReportedState {
    ExecutionState state{};
    Cause cause{};
    std::string why;
    base::Instant from;
    base::Instant to;
    std::optional<Milliseconds> planned{};  // how long it was to last, where the plan says
};

/// Values that every instance had to take over.
struct ReportedOrder {
    struct Answer {
        std::string instance;
        base::Uuid boot_id;
        std::int64_t pool_max = 0;
        Milliseconds after{};  // the order
    };
    std::int64_t generation = 0;
    std::optional<std::int64_t> revision{};  // of the settings; none: it was never placed
    std::vector<SettingValue> values;
    base::Instant at;
    bool is_way_back = false;
    std::vector<Answer> answers{};
};

/// A criterion, as it was judged last.
struct ReportedCriterion {
    Verdict verdict;
    std::optional<Reading> baseline{};  // the same metric then, where it has a meaning
};
struct ReportedStage {
    ExecutionState state{};
    Outcome outcome{};
    base::Instant judged_at;
    Milliseconds without_data{};  // of its time
    std::vector<ReportedCriterion> criteria;
};

/// As the outside saw it, from the first order on.
struct ReportedAvailability {
    Counts probes;
    Milliseconds longest_gap{};  // between two successes
    Counts load;
};

/// What a person did meanwhile.
struct ReportedAct {
    base::Instant at;
    std::string who;
    std::string what;
    std::string why;
};

struct ReportedDecision {
    std::string decision;
    std::string name;
    std::string role;
    std::string key_id;
    std::string words;                      // the sentence, or the reason
    std::vector<std::string> conditions{};  // each held when the execution started
};

struct ReportedIncident {
    std::string incident;
    std::string severity;
    std::string title;
    bool is_open = false;
};

/// An earlier execution of the change, first of all the rehearsals.
struct ReportedAttempt {
    std::int64_t revision = 0;
    std::int64_t attempt = 0;
    bool is_rehearsal = false;
    std::string ending;
};

struct ChangeReport {
    std::string system;
    std::string change;
    std::int64_t revision = 0;
    std::int64_t attempt = 0;
    std::string digest;  // of the approved payload
    std::int64_t time_scale = 1;
    std::vector<std::string> instances;
    std::vector<SettingChange> wanted;
    ExecutionState outcome{};
    Cause way_back = Cause::progress;
    std::string why;  // of the way back
    base::Instant started_at;
    base::Instant ended_at;
    base::Instant due_at;  // when the report must be signed
    std::vector<ReportedState> timeline{};
    std::vector<ReportedOrder> orders{};
    std::optional<Milliseconds> rolled_back_within{};  // from the order to the last answer
    Milliseconds rollback_aim{};
    ReportedAvailability availability{};
    std::optional<TimeSpan> baseline{};
    std::vector<ReportedStage> stages{};
    std::vector<Verdict> triggers{};  // that fired
    std::vector<ReportedAct> acts{};
    std::vector<std::string> deviations{};  // from the plan, a sentence each
    std::vector<ReportedIncident> incidents{};
    std::vector<ReportedDecision> decisions{};
    std::vector<ReportedAttempt> earlier{};

    bool is_rehearsal() const { return time_scale > 1; }
};

/// What a report is made of.
struct ReportSources {
    const Payload& payload;
    const std::vector<ExecutionEvent>& history;  // up to the end
    const Measurements& measured;
    std::vector<Decision> decisions{};  // about the revision
    std::vector<Incident> incidents{};  // linked to the execution
    std::vector<ReportedAttempt> earlier{};
};
/// Expects a history that has ended.
ChangeReport report_of(const ReportSources& sources);

/// Canonical JSON; what the lead signs about.
std::string to_json(const ChangeReport& report);
/// For people; nothing in the data starts or ends a Markdown element.
std::string to_markdown(const ChangeReport& report);

}  // namespace accubooks::launch
