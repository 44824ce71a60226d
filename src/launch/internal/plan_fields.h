#pragma once

#include <array>
#include <string_view>

#include "launch/internal/record.h"
#include "launch/plan.h"

namespace accubooks::launch {

// Which key of the plan file is which member, said once: what reads a plan, writes its canonical
// form and its schema all go through here. `Fields` is called with each key and member in turn.

// The names of an enum's values, in their order.
constexpr std::array<std::string_view, 5> names(RoleName) {
    return {"requester_lead", "executive_operator", "product_lead", "business_lead", "on_call"};
}
constexpr std::array<std::string_view, 16> names(Right) {
    return {
        "read",
        "draft",
        "request",
        "start",
        "approve",
        "reject",
        "defer",
        "attach_conditions",
        "pause",
        "resume",
        "resume_after_p0",
        "rollback",
        "abort",
        "acknowledge",
        "file_incident",
        "report"
    };
}
constexpr std::array<std::string_view, 4> names(PhaseName) {
    return {"phase1", "phase2", "phase3", "phase4"};
}
constexpr std::array<std::string_view, 4> names(Risk) {
    return {"zero", "low", "medium", "high"};
}
constexpr std::array<std::string_view, 3> names(Severity) {
    return {"p0", "p1", "p2"};
}
constexpr std::array<std::string_view, 1> names(OnTooFewSamples) {
    return {"extend_then_rollback"};
}
constexpr std::array<std::string_view, 1> names(OnOneSource) {
    return {"continue_without_finalising"};
}
constexpr std::array<std::string_view, 1> names(OnBothSources) {
    return {"pause_then_rollback"};
}
constexpr std::array<std::string_view, 4> names(Delivery) {
    return {"phone", "chat", "mail", "escalation"};
}
constexpr std::array<std::string_view, 3> names(Tier) {
    return {"free", "starter", "pro"};
}

template <class Fields, Is<SystemName> T>
void describe(Fields& fields, T& of) {
    fields("name", of.name);
    fields("version", of.version);
}
template <class Fields, Is<Role> T>
void describe(Fields& fields, T& of) {
    fields("role", of.role);
    fields("title", of.title);
    fields("may", of.may);
}
template <class Fields, Is<DurationRange> T>
void describe(Fields& fields, T& of) {
    fields("from", of.from);
    fields("to", of.to);
}
template <class Fields, Is<CountRange> T>
void describe(Fields& fields, T& of) {
    fields("from", of.from);
    fields("to", of.to);
}
template <class Fields, Is<Phase> T>
void describe(Fields& fields, T& of) {
    fields("phase", of.phase);
    fields("title", of.title);
    fields("what", of.what);
    fields("risk", of.risk);
    fields("planned", of.planned);
    fields("needs", of.needs);
    fields("evidence", of.evidence);
    fields("guide", of.guide);
}
template <class Fields, Is<Approval> T>
void describe(Fields& fields, T& of) {
    fields("requester", of.requester);
    fields("approver", of.approver);
    fields("quorum", of.quorum);
    fields("expires_after", of.expires_after);
    fields("report_due_within", of.report_due_within);
    fields("on_call_acknowledges_within", of.on_call_acknowledges_within);
    fields("stakeholders", of.stakeholders);
    fields("phase1_sentences", of.phase1_sentences);
    fields("phase1_conditions", of.phase1_conditions);
    fields("requester_confirms", of.requester_confirms);
    fields("approver_requires", of.approver_requires);
}
template <class Fields, Is<Document> T>
void describe(Fields& fields, T& of) {
    fields("title", of.title);
    fields("path", of.path);
    fields("phase", of.phase);
}
template <class Fields, Is<SettingChange> T>
void describe(Fields& fields, T& of) {
    fields("setting", of.setting);
    fields("from", of.from);
    fields("to", of.to);
}
template <class Fields, Is<SettingValue> T>
void describe(Fields& fields, T& of) {
    fields("setting", of.setting);
    fields("value", of.value);
}
template <class Fields, Is<KeptSetting> T>
void describe(Fields& fields, T& of) {
    fields("setting", of.setting);
    fields("value", of.value);
}
template <class Fields, Is<DayWindow> T>
void describe(Fields& fields, T& of) {
    fields("from", of.from);
    fields("to", of.to);
}
template <class Fields, Is<Precheck> T>
void describe(Fields& fields, T& of) {
    fields("check", of.check);
    fields("when", of.when);
    fields("what", of.what);
    fields("applies_after", of.applies_after);
    fields("overridable", of.overridable);
}
template <class Fields, Is<Prechecks> T>
void describe(Fields& fields, T& of) {
    fields("deadline", of.deadline);
    fields("checks", of.checks);
    fields("capacity_margin", of.capacity_margin);
}
template <class Fields, Is<BaselinePlan> T>
void describe(Fields& fields, T& of) {
    fields("window", of.window);
    fields("requests", of.requests);
    fields("coverage", of.coverage);
    fields("stability", of.stability);
    fields("extensions", of.extensions);
    fields("deadline", of.deadline);
}
template <class Fields, Is<ApplyPlan> T>
void describe(Fields& fields, T& of) {
    fields("steps", of.steps);
    fields("acknowledge_within", of.acknowledge_within);
    fields("soak", of.soak);
    fields("extensions", of.extensions);
    fields("confirm_within", of.confirm_within);
}
template <class Fields, Is<Stage> T>
void describe(Fields& fields, T& of) {
    fields("window", of.window);
    fields("deadline", of.deadline);
    fields("extensions", of.extensions);
    fields("extension", of.extension);
    fields("capture_every", of.capture_every);
    fields("passes", of.passes);
    fields("rolls_back", of.rolls_back);
}
template <class Fields, Is<Stages> T>
void describe(Fields& fields, T& of) {
    fields("immediate", of.immediate);
    fields("synthetic", of.synthetic);
    fields("sustained", of.sustained);
}
template <class Fields, Is<LiveAlerts> T>
void describe(Fields& fields, T& of) {
    fields("warning", of.warning);
    fields("critical", of.critical);
}
template <class Fields, Is<Backoff> T>
void describe(Fields& fields, T& of) {
    fields("first", of.first);
    fields("most", of.most);
    fields("for", of.tried_for);
}
template <class Fields, Is<RollbackPlan> T>
void describe(Fields& fields, T& of) {
    fields("aim", of.aim);
    fields("deadline", of.deadline);
    fields("watch", of.watch);
    fields("watch_deadline", of.watch_deadline);
    fields("passes", of.passes);
    fields("retry", of.retry);
}
template <class Fields, Is<DriftPlan> T>
void describe(Fields& fields, T& of) {
    fields("every", of.every);
    fields("consecutive", of.consecutive);
}
template <class Fields, Is<Limit> T>
void describe(Fields& fields, T& of) {
    fields("deadline", of.deadline);
}
template <class Fields, Is<NoDataPolicy> T>
void describe(Fields& fields, T& of) {
    fields("pause_after", of.pause_after);
    fields("rollback_after", of.rollback_after);
    fields("sources_disagree", of.sources_disagree);
    fields("on_too_few_samples", of.on_too_few_samples);
    fields("on_one_source", of.on_one_source);
    fields("on_both_sources", of.on_both_sources);
}
template <class Fields, Is<RehearsalPlan> T>
void describe(Fields& fields, T& of) {
    fields("time_scale_max", of.time_scale_max);
    fields("window_min", of.window_min);
    fields("compared_min", of.compared_min);
    fields("samples_min", of.samples_min);
}
template <class Fields, Is<MixWeights> T>
void describe(Fields& fields, T& of) {
    fields("post", of.post);
    fields("batch", of.batch);
    fields("entry", of.entry);
    fields("entries", of.entries);
    fields("account", of.account);
    fields("accounts", of.accounts);
    fields("trial_balance", of.trial_balance);
}
template <class Fields, Is<Workload> T>
void describe(Fields& fields, T& of) {
    fields("seed", of.seed);
    fields("rate_per_second", of.rate_per_second);
    fields("rate_per_second_max", of.rate_per_second_max);
    fields("requests", of.requests);
    fields("concurrency", of.concurrency);
    fields("requests_max", of.requests_max);
    fields("mix", of.mix);
    fields("probes_per_second", of.probes_per_second);
}
template <class Fields, Is<ErrorProcessPlan> T>
void describe(Fields& fields, T& of) {
    fields("limit", of.limit);
    fields("alternatives", of.alternatives);
    fields("evidence", of.evidence);
    fields("block", of.block);
    fields("block_errors", of.block_errors);
}
template <class Fields, Is<LooksPlan> T>
void describe(Fields& fields, T& of) {
    fields("every", of.every);
    fields("window", of.window);
    fields("consecutive", of.consecutive);
    fields("samples", of.samples);
    fields("samples_of_heavy_tail", of.samples_of_heavy_tail);
    fields("heavy_tail", of.heavy_tail);
}
template <class Fields, Is<SmokeLevel> T>
void describe(Fields& fields, T& of) {
    fields("requests", of.requests);
    fields("errors", of.errors);
}
template <class Fields, Is<SmokePlan> T>
void describe(Fields& fields, T& of) {
    fields("fails_at", of.fails_at);
    fields("levels", of.levels);
    fields("confidence", of.confidence);
}
template <class Fields, Is<RegressionPlan> T>
void describe(Fields& fields, T& of) {
    fields("quantile", of.quantile);
    fields("limit", of.limit);
    fields("confidence_half_width", of.confidence_half_width);
    fields("final_samples", of.final_samples);
    fields("routes_missing", of.routes_missing);
}
template <class Fields, Is<NewErrorsPlan> T>
void describe(Fields& fields, T& of) {
    fields("rate", of.rate);
    fields("confidence", of.confidence);
}
template <class Fields, Is<WaitPlan> T>
void describe(Fields& fields, T& of) {
    fields("samples", of.samples);
}
template <class Fields, Is<ThrashingPlan> T>
void describe(Fields& fields, T& of) {
    fields("connects_per_minute", of.connects_per_minute);
    fields("times_baseline", of.times_baseline);
    fields("for", of.held_for);
    fields("short_spans", of.short_spans);
}
template <class Fields, Is<CpuSpikePlan> T>
void describe(Fields& fields, T& of) {
    fields("points_over_baseline", of.points_over_baseline);
    fields("for", of.held_for);
}
template <class Fields, Is<SamplingPlan> T>
void describe(Fields& fields, T& of) {
    fields("every", of.every);
    fields("sketches_every", of.sketches_every);
    fields("gap", of.gap);
}
template <class Fields, Is<Statistics> T>
void describe(Fields& fields, T& of) {
    fields("error_process", of.error_process);
    fields("looks", of.looks);
    fields("real_requests", of.real_requests);
    fields("smoke", of.smoke);
    fields("regression", of.regression);
    fields("new_errors", of.new_errors);
    fields("connection_wait", of.connection_wait);
    fields("thrashing", of.thrashing);
    fields("cpu_spike", of.cpu_spike);
    fields("normal_load", of.normal_load);
    fields("sampling", of.sampling);
}
template <class Fields, Is<PoolScaling> T>
void describe(Fields& fields, T& of) {
    fields("change", of.change);
    fields("keeps", of.keeps);
    fields("unchanged", of.unchanged);
    fields("window", of.window);
    fields("prechecks", of.prechecks);
    fields("baseline", of.baseline);
    fields("apply", of.apply);
    fields("stages", of.stages);
    fields("hard_triggers", of.hard_triggers);
    fields("alerts", of.alerts);
    fields("rollback", of.rollback);
    fields("drift", of.drift);
    fields("pause", of.pause);
    fields("finalise", of.finalise);
    fields("no_data", of.no_data);
    fields("rehearsal", of.rehearsal);
    fields("workload", of.workload);
    fields("statistics", of.statistics);
}
template <class Fields, Is<IncidentClass> T>
void describe(Fields& fields, T& of) {
    fields("severity", of.severity);
    fields("when", of.when);
    fields("action", of.action);
    fields("respond_within", of.respond_within);
}
template <class Fields, Is<Incidents> T>
void describe(Fields& fields, T& of) {
    fields("classes", of.classes);
    fields("report", of.report);
}
template <class Fields, Is<MonitoredMetric> T>
void describe(Fields& fields, T& of) {
    fields("metric", of.metric);
    fields("normal", of.normal);
    fields("target", of.target);
    fields("alert", of.alert);
}
template <class Fields, Is<Alert> T>
void describe(Fields& fields, T& of) {
    fields("alert", of.alert);
    fields("when", of.when);
    fields("severity", of.severity);
    fields("delivery", of.delivery);
    fields("respond_within", of.respond_within);
}
template <class Fields, Is<Dashboard> T>
void describe(Fields& fields, T& of) {
    fields("dashboard", of.dashboard);
    fields("refresh", of.refresh);
    fields("shows", of.shows);
}
template <class Fields, Is<Monitoring> T>
void describe(Fields& fields, T& of) {
    fields("scrape_every", of.scrape_every);
    fields("retention", of.retention);
    fields("metrics", of.metrics);
    fields("alerts", of.alerts);
    fields("dashboards", of.dashboards);
    fields("done_when", of.done_when);
}
template <class Fields, Is<TierShare> T>
void describe(Fields& fields, T& of) {
    fields("tier", of.tier);
    fields("share", of.share);
}
template <class Fields, Is<RampStep> T>
void describe(Fields& fields, T& of) {
    fields("from_day", of.from_day);
    fields("to_day", of.to_day);
    fields("users", of.users);
    fields("every", of.every);
    fields("needs", of.needs);
}
template <class Fields, Is<Survey> T>
void describe(Fields& fields, T& of) {
    fields("day", of.day);
    fields("asks", of.asks);
}
template <class Fields, Is<BetaCriterion> T>
void describe(Fields& fields, T& of) {
    fields("criterion", of.criterion);
    fields("success", of.success);
    fields("caution", of.caution);
    fields("pause", of.pause);
}
template <class Fields, Is<Beta> T>
void describe(Fields& fields, T& of) {
    fields("cohort", of.cohort);
    fields("participants", of.participants);
    fields("observed_for", of.observed_for);
    fields("tiers", of.tiers);
    fields("screening", of.screening);
    fields("ramp", of.ramp);
    fields("request_log_for", of.request_log_for);
    fields("snapshot_every", of.snapshot_every);
    fields("summary_every", of.summary_every);
    fields("quote", of.quote);
    fields("surveys", of.surveys);
    fields("criteria", of.criteria);
    fields("pause_steps", of.pause_steps);
    fields("stop_steps", of.stop_steps);
}
template <class Fields, Is<ScalingDecision> T>
void describe(Fields& fields, T& of) {
    fields("what", of.what);
    fields("from", of.from);
    fields("to", of.to);
    fields("when", of.when);
    fields("not_when", of.not_when);
}
template <class Fields, Is<RolloutDecision> T>
void describe(Fields& fields, T& of) {
    fields("decision", of.decision);
    fields("criteria_met", of.criteria_met);
    fields("needs", of.needs);
}
template <class Fields, Is<RolloutStep> T>
void describe(Fields& fields, T& of) {
    fields("from", of.from);
    fields("to", of.to);
    fields("pause", of.pause);
}
template <class Fields, Is<Review> T>
void describe(Fields& fields, T& of) {
    fields("criteria", of.criteria);
    fields("each_has", of.each_has);
    fields("scaling", of.scaling);
    fields("rollout_decision", of.rollout_decision);
    fields("rollout", of.rollout);
}
template <class Fields, Is<ProductionAudit> T>
void describe(Fields& fields, T& of) {
    fields("customers", of.customers);
    fields("correctness", of.correctness);
    fields("isolation", of.isolation);
    fields("pool_max_then", of.pool_max_then);
    fields("pool_utilisation_then", of.pool_utilisation_then);
    fields("verdicts", of.verdicts);
}
template <class Fields, Is<Plan> T>
void describe(Fields& fields, T& of) {
    fields("version", of.version);
    fields("system", of.system);
    fields("roles", of.roles);
    fields("phases", of.phases);
    fields("approval", of.approval);
    fields("documents", of.documents);
    fields("phase1", of.phase1);
    fields("incidents", of.incidents);
    fields("phase2", of.phase2);
    fields("phase3", of.phase3);
    fields("phase4", of.phase4);
    fields("production_audit", of.production_audit);
}

}  // namespace accubooks::launch
