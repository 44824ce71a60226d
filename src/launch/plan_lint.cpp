#include "launch/plan_lint.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "launch/binomial.h"
#include "launch/execution.h"

namespace accubooks::launch {
namespace {

constexpr std::int64_t kWhole = 1'000'000;

class Linter {
public:
    explicit Linter(const Plan& plan) : all_{plan}, plan_{plan.phase1} {}

    std::vector<std::string> run() {
        people();
        phases();
        change();
        stage("immediate", plan_.stages.immediate);
        stage("synthetic", plan_.stages.synthetic);
        stage("sustained", plan_.stages.sustained);
        criteria("rollback", plan_.rollback.passes, {});
        triggers();
        smoke();
        samples();
        process();
        times();
        later_phases();
        return std::move(found_);
    }

private:
    template <class... Args>
    void complain(fmt::format_string<Args...> text, Args&&... args) {
        found_.push_back(fmt::format(text, std::forward<Args>(args)...));
    }
    void demand(bool holds, std::string_view otherwise) {
        if (!holds) {
            found_.emplace_back(otherwise);
        }
    }

    void people() {
        const Approval& approval = all_.approval;
        std::set<RoleName> seen;
        for (const Role& role : all_.roles) {
            if (!seen.insert(role.role).second) {
                complain("The role {} is there twice.", to_string(role.role));
            }
        }
        demand(approval.quorum >= 1, "A quorum of nobody approves by itself; ask for at least 1.");
        demand(
            approval.requester != approval.approver, "Who requests a change can't also approve it."
        );
        demand(all_.may(approval.approver, Right::approve), "The approver's role may not approve.");
        demand(
            !all_.may(approval.requester, Right::approve),
            "The requester's role may approve, so one person could do both."
        );
        demand(
            all_.may(approval.requester, Right::request), "The requester's role may not request."
        );
        demand(!approval.phase1_sentences.empty(), "No sentence approves, so nothing ever can.");
        demand(!approval.stakeholders.empty(), "Nobody would be told of the change.");
        for (const Right right : {Right::rollback, Right::pause, Right::abort}) {
            const bool somebody = std::ranges::any_of(all_.roles, [right](const Role& role) {
                return std::ranges::find(role.may, right) != role.may.end();
            });
            if (!somebody) {
                complain("No role may {}.", to_string(right));
            }
        }
    }

    void phases() {
        std::set<PhaseName> seen;
        for (const Phase& phase : all_.phases) {
            if (!seen.insert(phase.phase).second) {
                complain("{} is there twice.", to_string(phase.phase));
            }
            for (const PhaseName need : phase.needs) {
                if (need >= phase.phase) {
                    complain(
                        "{} waits for {}, which doesn't come before it.",
                        to_string(phase.phase),
                        to_string(need)
                    );
                }
            }
            if (phase.phase > PhaseName::phase1 && phase.needs.empty()) {
                complain("{} has no gate.", to_string(phase.phase));
            }
            const bool has_guide = std::ranges::any_of(all_.documents, [&](const Document& one) {
                return one.path.ends_with("/" + phase.guide);
            });
            if (!has_guide) {
                complain("The guide {} isn't among the documents.", phase.guide);
            }
        }
        demand(seen.size() == 4, "The plan must have all four phases.");
    }

    void change() {
        if (plan_.change.empty() || plan_.apply.steps.empty()) {
            complain("Phase 1 changes nothing.");
            return;
        }
        for (const SettingChange& one : plan_.change) {
            const auto& last = plan_.apply.steps.back();
            const auto found = std::ranges::find(last, one.setting, &SettingValue::setting);
            if (found == last.end() || found->value != one.to) {
                complain("The last step doesn't bring {} to {}.", one.setting, one.to);
            }
        }
        for (const auto& step : plan_.apply.steps) {
            for (const SettingValue& value : step) {
                if (std::ranges::find(plan_.change, value.setting, &SettingChange::setting) ==
                    plan_.change.end()) {
                    complain("A step sets {}, which isn't part of the change.", value.setting);
                }
            }
        }
    }

    // Values of the metric at which a condition could turn, none below zero.
    static std::set<std::int64_t> turning_points(const std::vector<Condition>& conditions) {
        std::set<std::int64_t> points{0};
        for (const Condition& condition : conditions) {
            for (const std::int64_t at :
                 {condition.bound - 1, condition.bound, condition.bound + 1}) {
                if (at >= 0) {
                    points.insert(at);
                }
            }
        }
        return points;
    }
    static bool is_share(const Condition& condition) {
        const Metric* metric = find_metric(condition.metric);
        return metric != nullptr && metric->unit == Unit::ppm &&
               condition.metric != "latency_regression";
    }
    static bool can_be(const Condition& condition, std::int64_t value) {
        return !is_share(condition) || value <= kWhole;
    }
    static bool ever(const Condition& condition, bool holds) {
        const auto points = turning_points({condition});
        return std::ranges::any_of(points, [&](std::int64_t at) {
            return can_be(condition, at) && condition.holds(at) == holds;
        });
    }

    void measured(std::string_view where, const std::vector<Condition>& conditions) {
        for (const Condition& condition : conditions) {
            const Metric* metric = find_metric(condition.metric);
            if (metric == nullptr || !metric->in_execution) {
                complain("{}: an execution doesn't measure {}.", where, condition.metric);
            }
        }
    }

    void criteria(
        std::string_view where,
        const std::vector<Condition>& passes,
        const std::vector<Condition>& rolls_back
    ) {
        measured(where, passes);
        measured(where, rolls_back);
        if (passes.empty()) {
            complain("{} can't fail: it has no criterion.", where);
        }
        std::map<std::string, std::vector<Condition>> by_metric;
        for (const Condition& condition : passes) {
            by_metric[condition.metric].push_back(condition);
            if (!ever(condition, false)) {
                complain("{} can't fail: {} always holds.", where, to_text(condition));
            }
            if (condition.held_for.count() > 0) {
                complain(
                    "{}: {} is judged over the whole window; drop its time.",
                    where,
                    to_text(condition)
                );
            }
        }
        for (const auto& [metric, conditions] : by_metric) {
            std::vector<Condition> all = conditions;
            std::ranges::copy_if(rolls_back, std::back_inserter(all), [&](const Condition& one) {
                return one.metric == metric && one.held_for.count() == 0;
            });
            const auto points = turning_points(all);
            const bool passable = std::ranges::any_of(points, [&](std::int64_t at) {
                return std::ranges::all_of(all, [&](const Condition& one) {
                    const bool must_hold = std::ranges::find(conditions, one) != conditions.end();
                    return can_be(one, at) && one.holds(at) == must_hold;
                });
            });
            if (!passable) {
                complain("{} can't pass: no {} meets all that is asked of it.", where, metric);
            }
        }
    }

    void stage(std::string_view where, const Stage& stage) {
        std::vector<Condition> rolls_back = stage.rolls_back;
        std::ranges::copy(plan_.hard_triggers, std::back_inserter(rolls_back));
        criteria(where, stage.passes, rolls_back);
        demand(stage.window.count() > 0, fmt::format("{} has no window.", where));
        const Milliseconds longest =
            stage.window + stage.extension.value_or(stage.window) * stage.extensions;
        if (stage.deadline < longest) {
            complain(
                "{} can't pass: its deadline of {} comes before its window of {} with extensions.",
                where,
                to_text(stage.deadline),
                to_text(longest)
            );
        }
    }

    void triggers() {
        measured("hard_triggers", plan_.hard_triggers);
        demand(
            !plan_.hard_triggers.empty(),
            "Nothing rolls back at once, so a harmful change would stay for the whole hour."
        );
        for (const Condition& condition : plan_.hard_triggers) {
            if (!ever(condition, true)) {
                complain("The hard trigger {} can't fire.", to_text(condition));
            }
            if (!ever(condition, false)) {
                complain("The hard trigger {} always fires.", to_text(condition));
            }
        }
    }

    const Condition* criterion(const Stage& stage, std::string_view metric) const {
        const auto found = std::ranges::find(stage.passes, metric, &Condition::metric);
        return found == stage.passes.end() ? nullptr : &*found;
    }

    void smoke() {
        const SmokePlan& smoke = plan_.statistics.smoke;
        if (smoke.levels.empty()) {
            complain("The smoke run has no level, so it can't pass.");
            return;
        }
        demand(
            smoke.levels.front().requests == plan_.workload.requests,
            "The smoke run's first level isn't the workload's number of requests."
        );
        demand(
            smoke.levels.back().requests <= plan_.workload.requests_max,
            "The smoke run would go beyond the number of requests that is signed."
        );
        demand(
            std::ranges::is_sorted(smoke.levels, std::ranges::less_equal{}, &SmokeLevel::requests),
            "The smoke run's levels must rise."
        );
        demand(
            smoke.fails_at > smoke.levels.back().errors,
            "The smoke run fails with fewer errors than its last level allows."
        );
        const Condition* errors = criterion(plan_.stages.synthetic, "error_rate");
        for (const SmokeLevel& level : smoke.levels) {
            const Proportion seen{.hits = level.errors, .trials = level.requests};
            if (level.requests < 1 || level.errors >= level.requests) {
                complain("A level of the smoke run can't fail.");
            } else if (errors != nullptr && !errors->holds(seen.ppm())) {
                complain(
                    "The smoke run passes with {} of {}, which isn't {}.",
                    level.errors,
                    level.requests,
                    to_text(*errors)
                );
            }
        }
        const Ratio limit = plan_.statistics.error_process.limit;
        const SmokeLevel& first = smoke.levels.front();
        const std::int64_t bound =
            upper_bound_ppm({.hits = first.errors, .trials = first.requests}, smoke.confidence);
        if (bound > limit.ppm) {
            complain(
                "Too few samples: {} of {} requests of the smoke run don't exclude {} errors.",
                first.errors,
                first.requests,
                to_text(limit.ppm, Unit::ppm)
            );
        }
    }

    std::int64_t requests_in(Milliseconds time) const {
        return plan_.workload.rate_per_second * time.count() / 1000;
    }

    void samples() {
        const Statistics& statistics = plan_.statistics;
        const auto enough = [this](std::string_view what, std::int64_t needed, Milliseconds time) {
            if (needed > requests_in(time)) {
                complain(
                    "Can't pass: {} needs {} samples, and the workload gives {} in {}.",
                    what,
                    needed,
                    requests_in(time),
                    to_text(time)
                );
            }
        };
        enough("a look", statistics.looks.samples, statistics.looks.window);
        enough("the baseline", plan_.baseline.requests, plan_.baseline.window);
        enough(
            "the final verdict", statistics.regression.final_samples, plan_.stages.sustained.window
        );
        enough("the immediate stage", statistics.looks.samples, plan_.stages.immediate.window);
        // A 95th percentile rests on the one in twenty above it.
        constexpr std::int64_t kAboveQuantile = 20;
        const std::int64_t rest = kWhole - statistics.regression.quantile.ppm;
        const auto tells = [&](std::string_view what, std::int64_t count) {
            if (count * rest < kAboveQuantile * kWhole) {
                complain(
                    "Too few samples: {} has {}, of which fewer than 20 lie above the quantile.",
                    what,
                    count
                );
            }
        };
        tells("a look", statistics.looks.samples);
        tells("the baseline", plan_.baseline.requests);
        tells("the final verdict", statistics.regression.final_samples);
        tells("the wait for a connection", statistics.connection_wait.samples);
        if (criterion(plan_.stages.sustained, "cpu_spikes") != nullptr &&
            statistics.cpu_spike.held_for > plan_.stages.sustained.window) {
            complain(
                "Can't pass: a spike of the processors takes {}, longer than the sustained stage.",
                to_text(statistics.cpu_spike.held_for)
            );
        }
    }

    void process() {
        const Statistics& statistics = plan_.statistics;
        const ErrorProcessPlan& errors = statistics.error_process;
        demand(
            errors.limit.ppm > 0 && errors.limit.ppm < kWhole, "The errors' limit must be a share."
        );
        demand(
            !errors.alternatives.empty(),
            "The error process has nothing to compare with, so it can't fire."
        );
        for (const Ratio alternative : errors.alternatives) {
            if (alternative.ppm <= errors.limit.ppm || alternative.ppm >= kWhole) {
                complain(
                    "The error process compares with {}, which isn't above its limit and below 100 "
                    "%.",
                    to_text(alternative.ppm, Unit::ppm)
                );
            }
        }
        demand(errors.evidence > 1, "Evidence of 1 to 1 fires without an error.");
        demand(
            errors.block.count() > 0 && errors.block_errors > 0,
            "A block of the error process counts nothing."
        );
        demand(statistics.looks.consecutive > 0, "A row of no looks always fires.");
        demand(
            statistics.looks.every.count() > 0 && statistics.looks.window.count() > 0,
            "Looks need a window and a time between them."
        );
        const RegressionPlan& regression = statistics.regression;
        demand(
            regression.quantile.ppm > 0 && regression.quantile.ppm < kWhole,
            "The regression's quantile must be between 0 and 100 %."
        );
        demand(
            regression.limit.ppm > 0, "No rise of the latency is allowed, so the plan can't pass."
        );
        demand(regression.confidence_half_width.ppm > 0, "The regression needs an interval.");
        demand(
            regression.routes_missing.ppm <= kWhole - regression.quantile.ppm,
            "Routes may be missing that make up more than all that lies above the quantile."
        );
        demand(
            statistics.thrashing.short_spans > 1,
            "One short span of many connections is a pool that fills up, not one that thrashes."
        );
        demand(
            statistics.thrashing.short_spans <= 10,
            "More than 10 short spans in succession are longer than what a rehearsal looks at."
        );
        demand(
            statistics.smoke.confidence.ppm < kWhole &&
                statistics.new_errors.confidence.ppm < kWhole,
            "Nothing is certain: a confidence must be below 100 %."
        );
    }

    void drift() {
        const DriftPlan& drift = plan_.drift;
        const bool is_bounded = drift.every >= std::chrono::seconds{1} &&
                                drift.every <= std::chrono::hours{1} && drift.consecutive >= 1 &&
                                drift.consecutive <= 100;
        demand(
            is_bounded, "Drift is looked for each second to each hour, and found by 1 to 100 looks."
        );
        demand(
            !is_bounded || drift.every * (drift.consecutive - 1) >= plan_.apply.acknowledge_within,
            "An instance that takes new values in its time would count as drifted."
        );
    }

    void times() {
        demand(
            plan_.no_data.rollback_after > plan_.no_data.pause_after,
            "Silence must pause before it rolls back."
        );
        demand(
            plan_.apply.confirm_within > plan_.no_data.pause_after,
            "Instances would go back by themselves before silence pauses."
        );
        drift();
        const Milliseconds deadlines[] = {
            plan_.prechecks.deadline,
            plan_.baseline.deadline,
            plan_.apply.acknowledge_within,
            plan_.rollback.deadline,
            plan_.rollback.watch_deadline,
            plan_.pause.deadline,
            plan_.finalise.deadline,
            plan_.rollback.retry.tried_for,
        };
        demand(
            std::ranges::all_of(deadlines, [](Milliseconds one) { return one.count() > 0; }),
            "A deadline of no time ends everything at once."
        );
        demand(
            plan_.rollback.watch_deadline >= plan_.rollback.watch,
            "The rollback can't be verified before its deadline."
        );
        demand(
            plan_.baseline.deadline >= plan_.baseline.window * (1 + plan_.baseline.extensions),
            "The baseline can't be taken before its deadline."
        );
        demand(
            plan_.rollback.retry.first.count() > 0 &&
                plan_.rollback.retry.most >= plan_.rollback.retry.first,
            "A failed rollback must be tried again after some time."
        );
        demand(
            plan_.rehearsal.time_scale_max >= kRehearsalScaleLeast,
            "No rehearsal can run, and nothing starts without one."
        );
        demand(
            plan_.statistics.sampling.every.count() > 0 &&
                plan_.statistics.sampling.gap > plan_.statistics.sampling.every,
            "Samples must come closer together than a gap."
        );
        demand(
            plan_.workload.rate_per_second > 0 &&
                plan_.workload.rate_per_second_max >= plan_.workload.rate_per_second,
            "The workload has no rate, or one above its cap."
        );
    }

    void later_phases() {
        for (const MonitoredMetric& one : all_.phase2.metrics) {
            if (find_metric(one.metric) == nullptr) {
                complain("phase2 names an unknown metric: {}.", one.metric);
            }
        }
        std::set<Severity> classes;
        for (const IncidentClass& one : all_.incidents.classes) {
            classes.insert(one.severity);
        }
        demand(
            classes.size() == 3 && all_.incidents.classes.size() == 3,
            "Incidents need the classes p0, p1 and p2, each once."
        );
        std::int64_t shares = 0;
        for (const TierShare& tier : all_.phase3.tiers) {
            shares += tier.share.ppm;
        }
        demand(shares == kWhole, "The beta's tiers don't make 100 %.");
        demand(
            all_.phase3.participants.from <= all_.phase3.participants.to,
            "The beta's number of participants is upside down."
        );
        for (const RampStep& step : all_.phase3.ramp) {
            if (step.users > all_.phase3.participants.to || step.to_day < step.from_day) {
                complain("The beta's ramp of day {} can't be.", step.from_day);
            }
        }
        const auto proceed = std::ranges::max_element(
            all_.phase4.rollout_decision, {}, &RolloutDecision::criteria_met
        );
        demand(
            proceed != all_.phase4.rollout_decision.end() &&
                proceed->criteria_met == static_cast<std::int64_t>(all_.phase4.criteria.size()),
            "Going on must need every criterion of the review."
        );
    }

    const Plan& all_;
    const PoolScaling& plan_;
    std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> complaints(const Plan& plan) {
    return Linter{plan}.run();
}

}  // namespace accubooks::launch
