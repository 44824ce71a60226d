#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/digest.h"
#include "base/error.h"
#include "launch/metric.h"

namespace accubooks::launch {

// The launch plan: every role, phase, gate, threshold, window and sample size of the four phases,
// as `launch/plan.yaml` says them. Field by field it is that file; what a field means stands here
// only where its name doesn't say it. There is no floating point: shares are parts per million,
// times milliseconds, bounds of conditions whole numbers of their metric's unit.

/// A share: 1 000 ppm are 0.1 %.
struct Ratio {
    std::int64_t ppm = 0;
    friend bool operator==(const Ratio&, const Ratio&) = default;
};

using Milliseconds = std::chrono::milliseconds;

/// 1 to 64 of a to z, 0 to 9 and '_': a folder of that name lies where it is put.
struct FolderName {
    std::string text;
};
/// Errors: `plan.bad_value`.
base::Result<FolderName> parse_folder_name(std::string_view text);

enum class RoleName : std::uint8_t {
    requester_lead,
    executive_operator,
    product_lead,
    business_lead,
    on_call,
};
/// What a role may do.
enum class Right : std::uint8_t {
    read,
    draft,
    request,
    start,
    approve,
    reject,
    defer,
    attach_conditions,
    pause,
    resume,
    resume_after_p0,
    rollback,
    abort,
    acknowledge,
    file_incident,
    report,
};
enum class PhaseName : std::uint8_t { phase1, phase2, phase3, phase4 };
enum class Risk : std::uint8_t { zero, low, medium, high };
enum class Severity : std::uint8_t { p0, p1, p2 };

std::string_view to_string(RoleName role);
std::string_view to_string(Right right);
std::string_view to_string(PhaseName phase);
std::string_view to_string(Severity severity);

struct SystemName {
    std::string name;
    std::string version;
};

struct Role {
    RoleName role{};
    std::string title;
    std::vector<Right> may;
};

struct DurationRange {
    Milliseconds from{};
    Milliseconds to{};
};
struct CountRange {
    std::int64_t from = 0;
    std::int64_t to = 0;
};

struct Phase {
    PhaseName phase{};
    std::string title;
    std::string what;
    Risk risk{};
    DurationRange planned;
    std::vector<PhaseName> needs;  // phases that must have succeeded
    FolderName evidence;           // below launch/evidence/
    std::string guide;             // file below docs/launch/
};

struct Approval {
    RoleName requester{};
    RoleName approver{};
    std::int64_t quorum = 0;
    Milliseconds expires_after{};
    Milliseconds report_due_within{};
    Milliseconds on_call_acknowledges_within{};
    std::vector<RoleName> stakeholders;
    std::vector<std::string> phase1_sentences;  // any one of them approves; nothing else does
    std::vector<std::string> phase1_conditions;
    std::vector<std::string> requester_confirms;
    std::vector<std::string> approver_requires;
};

struct Document {
    std::string title;
    std::string path;
    std::optional<PhaseName> phase{};
};

/// A setting that the change moves.
struct SettingChange {
    std::string setting;
    std::int64_t from = 0;
    std::int64_t to = 0;
};
struct SettingValue {
    std::string setting;
    std::int64_t value = 0;
};
struct KeptSetting {
    std::string setting;
    Milliseconds value{};
};

/// A time of day in UTC, "02:00" to "06:00".
struct DayWindow {
    std::string from;
    std::string to;
};

struct Precheck {
    std::string check;
    std::optional<Condition> when{};  // else the check itself says whether it holds
    std::string what;
    std::optional<PhaseName> applies_after{};  // not applicable before that phase succeeded
    bool overridable = false;                  // `start` may pass it over with a recorded reason
};
struct Prechecks {
    Milliseconds deadline{};
    std::vector<Precheck> checks;
    Ratio capacity_margin;
};

struct BaselinePlan {
    Milliseconds window{};
    std::int64_t requests = 0;  // at least
    Ratio coverage;             // at least
    Ratio stability;            // p95 of the two halves differ by no more
    std::int64_t extensions = 0;
    Milliseconds deadline{};
};

struct ApplyPlan {
    std::vector<std::vector<SettingValue>> steps;
    Milliseconds acknowledge_within{};
    Milliseconds soak{};  // between two steps
    std::int64_t extensions = 0;
    Milliseconds confirm_within{};  // an instance goes back by itself when nothing is heard so long
};

struct Stage {
    Milliseconds window{};    // covered time
    Milliseconds deadline{};  // from entering, pauses not counted
    std::int64_t extensions = 0;
    std::optional<Milliseconds> extension{};  // each; else another window
    std::optional<Milliseconds> capture_every{};
    std::vector<Condition> passes;
    std::vector<Condition> rolls_back;
};
struct Stages {
    Stage immediate;
    Stage synthetic;
    Stage sustained;
};

struct LiveAlerts {
    std::vector<Condition> warning;
    std::vector<Condition> critical;
};

/// Waits between tries: from `first`, doubling, to `most`; loud failure after `tried_for`.
struct Backoff {
    Milliseconds first{};
    Milliseconds most{};
    Milliseconds tried_for{};
};
struct RollbackPlan {
    Milliseconds aim{};
    Milliseconds deadline{};
    Milliseconds watch{};
    Milliseconds watch_deadline{};
    std::vector<Condition> passes;
    Backoff retry;
};
/// When governed settings count as drifted, outside of an execution.
struct DriftPlan {
    Milliseconds every{};          // between two looks
    std::int64_t consecutive = 0;  // looks that find it
};
struct Limit {
    Milliseconds deadline{};
};

enum class OnTooFewSamples : std::uint8_t { extend_then_rollback };
enum class OnOneSource : std::uint8_t { continue_without_finalising };
enum class OnBothSources : std::uint8_t { pause_then_rollback };
struct NoDataPolicy {
    Milliseconds pause_after{};
    Milliseconds rollback_after{};
    Ratio sources_disagree;
    OnTooFewSamples on_too_few_samples{};
    OnOneSource on_one_source{};
    OnBothSources on_both_sources{};
};

struct RehearsalPlan {
    std::int64_t time_scale_max = 0;
    Milliseconds window_min{};
    Milliseconds compared_min{};  // of the baseline, and of the sustained stage held against it
    std::int64_t samples_min = 0;
};

struct MixWeights {
    std::int64_t post = 0;
    std::int64_t batch = 0;
    std::int64_t entry = 0;
    std::int64_t entries = 0;
    std::int64_t account = 0;
    std::int64_t accounts = 0;
    std::int64_t trial_balance = 0;
};
/// What the load tool asks for.
struct Workload {
    std::int64_t seed = 0;
    std::int64_t rate_per_second = 0;
    std::int64_t rate_per_second_max = 0;
    std::int64_t requests = 0;
    std::int64_t concurrency = 0;
    std::int64_t requests_max = 0;  // the signed cap of the smoke run with its extensions
    MixWeights mix;
    std::int64_t probes_per_second = 0;
};

/// Parameters of launch/error_process.h.
struct ErrorProcessPlan {
    Ratio limit;
    std::vector<Ratio> alternatives;
    std::int64_t evidence = 0;  // rolls back from this likelihood ratio on
    Milliseconds block{};
    std::int64_t block_errors = 0;
};
/// Parameters of repeated looks at a moving window.
struct LooksPlan {
    Milliseconds every{};
    Milliseconds window{};
    std::int64_t consecutive = 0;
    std::int64_t samples = 0;  // fewer in a window: no look
    std::int64_t samples_of_heavy_tail = 0;
    Ratio heavy_tail;  // deviation of ln(latency) from which the tail is heavy
};
struct SmokeLevel {
    std::int64_t requests = 0;
    std::int64_t errors = 0;  // passes with no more
};
struct SmokePlan {
    std::int64_t fails_at = 0;
    std::vector<SmokeLevel> levels;
    Ratio confidence;
};
struct RegressionPlan {
    Ratio quantile;
    Ratio limit;
    Ratio confidence_half_width;  // in standard deviations
    std::int64_t final_samples = 0;
    Ratio routes_missing;  // of the baseline's requests, on routes that one side never saw
};
struct NewErrorsPlan {
    Ratio rate;
    Ratio confidence;
};
struct WaitPlan {
    std::int64_t samples = 0;
};
struct ThrashingPlan {
    std::int64_t connects_per_minute = 0;
    std::int64_t times_baseline = 0;
    Milliseconds held_for{};
    std::int64_t short_spans = 0;  // in succession, where `held_for` is less than a minute
};
struct CpuSpikePlan {
    Ratio points_over_baseline;
    Milliseconds held_for{};
};
struct SamplingPlan {
    Milliseconds every{};
    Milliseconds sketches_every{};
    Milliseconds gap{};  // a longer silence of a source isn't covered time
};
struct Statistics {
    ErrorProcessPlan error_process;
    LooksPlan looks;
    std::int64_t real_requests = 0;
    SmokePlan smoke;
    RegressionPlan regression;
    NewErrorsPlan new_errors;
    WaitPlan connection_wait;
    ThrashingPlan thrashing;
    CpuSpikePlan cpu_spike;
    Ratio normal_load;
    SamplingPlan sampling;
};

struct PoolScaling {
    std::vector<SettingChange> change;
    std::vector<KeptSetting> keeps;
    std::vector<std::string> unchanged;
    DayWindow window;
    Prechecks prechecks;
    BaselinePlan baseline;
    ApplyPlan apply;
    Stages stages;
    std::vector<Condition> hard_triggers;
    LiveAlerts alerts;
    RollbackPlan rollback;
    DriftPlan drift;
    Limit pause;
    Limit finalise;
    NoDataPolicy no_data;
    RehearsalPlan rehearsal;
    Workload workload;
    Statistics statistics;
};

struct IncidentClass {
    Severity severity{};
    std::vector<Condition> when;
    std::string action;
    Milliseconds respond_within{};
};
struct Incidents {
    std::vector<IncidentClass> classes;
    std::vector<std::string> report;
};

struct MonitoredMetric {
    std::string metric;
    std::optional<std::vector<Condition>> normal{};
    std::optional<Condition> target{};
    std::optional<Condition> alert{};
};
enum class Delivery : std::uint8_t { phone, chat, mail, escalation };
struct Alert {
    std::string alert;
    Condition when;
    Severity severity{};
    std::vector<Delivery> delivery;
    Milliseconds respond_within{};
};
struct Dashboard {
    std::string dashboard;
    Milliseconds refresh{};
    std::vector<std::string> shows;
};
struct Monitoring {
    Milliseconds scrape_every{};
    Milliseconds retention{};
    std::vector<MonitoredMetric> metrics;
    std::vector<Alert> alerts;
    std::vector<Dashboard> dashboards;
    std::vector<std::string> done_when;
};

enum class Tier : std::uint8_t { free, starter, pro };
struct TierShare {
    Tier tier{};
    Ratio share;
};
struct RampStep {
    std::int64_t from_day = 0;
    std::int64_t to_day = 0;
    std::int64_t users = 0;
    std::optional<Milliseconds> every{};  // between two invitations
    std::string needs;
};
struct Survey {
    std::int64_t day = 0;
    std::vector<std::string> asks;
};
struct BetaCriterion {
    std::string criterion;
    std::optional<std::vector<Condition>> success{};
    std::optional<std::vector<Condition>> caution{};
    std::optional<std::vector<Condition>> pause{};
};
struct Beta {
    std::string cohort;
    CountRange participants;
    Milliseconds observed_for{};
    std::vector<TierShare> tiers;
    std::vector<std::string> screening;
    std::vector<RampStep> ramp;
    Milliseconds request_log_for{};
    Milliseconds snapshot_every{};
    Milliseconds summary_every{};
    std::vector<std::string> quote;
    std::vector<Survey> surveys;
    std::vector<BetaCriterion> criteria;
    std::vector<std::string> pause_steps;
    std::vector<std::string> stop_steps;
};

struct ScalingDecision {
    std::string what;
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::vector<Condition> when;      // any of them
    std::vector<Condition> not_when;  // all of them
};
struct RolloutDecision {
    std::string decision;
    std::int64_t criteria_met = 0;
    std::string needs;
};
struct RolloutStep {
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::optional<std::vector<Condition>> pause{};
};
struct Review {
    std::vector<std::string> criteria;
    std::vector<std::string> each_has;
    std::vector<ScalingDecision> scaling;
    std::vector<RolloutDecision> rollout_decision;
    std::vector<RolloutStep> rollout;
};

struct ProductionAudit {
    std::int64_t customers = 0;
    Ratio correctness;
    Ratio isolation;
    std::int64_t pool_max_then = 0;
    Ratio pool_utilisation_then;
    std::vector<std::string> verdicts;
};

struct Plan {
    std::int64_t version = 0;
    SystemName system;
    std::vector<Role> roles;
    std::vector<Phase> phases;
    Approval approval;
    std::vector<Document> documents;
    PoolScaling phase1;
    Incidents incidents;
    Monitoring phase2;
    Beta phase3;
    Review phase4;
    ProductionAudit production_audit;

    const Phase& phase(PhaseName name) const;
    /// None when the plan has no such role.
    const Role* role(RoleName name) const;
    bool may(RoleName name, Right right) const;
};

/// How large a plan file may be.
inline constexpr std::size_t kPlanBytesMax = 262'144;

/// Reads a plan as people write it. Keys that nothing reads, keys twice in one map, aliases,
/// anchors and tags are refused, with the line and column. Errors: `plan.bad_yaml`,
/// `plan.bad_value`, `plan.unknown_key`, `plan.unknown_metric`.
base::Result<Plan> parse_plan(std::string_view yaml);

/// The same from a file. Errors besides: `plan.no_file`.
base::Result<Plan> read_plan(const std::filesystem::path& file);

/// The plan that the program was built with: `launch/plan.yaml`.
std::string_view default_plan_text();
const Plan& default_plan();

/// The plan's canonical form (RFC 8785): numbers are whole, in the unit that their name ends with
/// (`_ppm`, `_ms`). Two files that say the same have the same.
std::string canonical_json(const Plan& plan);
/// SHA-256 of it; part of what is approved.
base::Digest digest_of(const Plan& plan);
/// Reads a canonical form again. Errors: as parse_plan.
base::Result<Plan> parse_canonical_plan(std::string_view json);

/// What `parse_plan` reads, as a JSON schema (draft 2020-12).
std::string plan_schema();

}  // namespace accubooks::launch
