// The guides under docs/launch say what the plan says.
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "launch/plan.h"

namespace accubooks::launch {
namespace {

std::string guide(std::string_view path) {
    std::ifstream input{fmt::format("{}/{}", ACCUBOOKS_SOURCE_DIR, path)};
    return {std::istreambuf_iterator<char>{input}, {}};
}

// `figures` are the sentences that the plan makes; each must stand in the guide.
void expect_in(std::string_view path, const std::vector<std::string>& figures) {
    const std::string text = guide(path);
    for (const std::string& figure : figures) {
        EXPECT_NE(text.find(figure), std::string::npos) << path << " doesn't say: " << figure;
    }
}

std::string percent(Ratio ratio) {
    return to_text(ratio.ppm, Unit::ppm);
}

TEST(Guides, AreTheDocumentsOfThePlan) {
    for (const Document& document : default_plan().documents) {
        EXPECT_FALSE(guide(document.path).empty()) << document.path;
    }
}

TEST(Guides, PoolScalingSaysThePlansFigures) {
    const PoolScaling& plan = default_plan().phase1;
    std::vector<std::string> figures;
    figures.reserve(plan.change.size());
    for (const SettingChange& one : plan.change) {
        figures.push_back(fmt::format("| `{}` | {} | {} |", one.setting, one.from, one.to));
    }
    for (const KeptSetting& one : plan.keeps) {
        figures.push_back(to_text(one.value));
    }
    for (const SmokeLevel& level : plan.statistics.smoke.levels) {
        figures.push_back(std::to_string(level.requests));
    }
    const Stages& stages = plan.stages;
    figures.insert(
        figures.end(),
        {fmt::format("| immediate | {} |", to_text(stages.immediate.window)),
         fmt::format("| synthetic | {} |", to_text(stages.synthetic.window)),
         fmt::format(
             "| sustained | {} covered min |", stages.sustained.window / std::chrono::minutes{1}
         ),
         fmt::format(
             "{} requests, {} at a time", plan.workload.requests, plan.workload.concurrency
         ),
         fmt::format("every {}", to_text(*stages.sustained.capture_every)),
         fmt::format("{} errors fail", plan.statistics.smoke.fails_at),
         fmt::format("{}–{} UTC", plan.window.from, plan.window.to),
         fmt::format("{} and {} requests", to_text(plan.baseline.window), plan.baseline.requests),
         fmt::format("{} of them covered", percent(plan.baseline.coverage)),
         fmt::format("within {}", percent(plan.baseline.stability)),
         fmt::format("within {}", to_text(plan.apply.acknowledge_within)),
         fmt::format("aims at {}", to_text(plan.rollback.aim)),
         fmt::format("takes {} at the most", to_text(plan.rollback.deadline)),
         fmt::format("watched {}", to_text(plan.rollback.watch)),
         fmt::format("at most {}", to_text(plan.pause.deadline)),
         fmt::format("{} of silence pause", to_text(plan.no_data.pause_after)),
         fmt::format("{} roll back", to_text(plan.no_data.rollback_after)),
         fmt::format(
             "max({}, {} × baseline) connects a minute for {}",
             plan.statistics.thrashing.connects_per_minute,
             plan.statistics.thrashing.times_baseline,
             to_text(plan.statistics.thrashing.held_for)
         ),
         fmt::format(
             "up to {} of the baseline's requests",
             percent(plan.statistics.regression.routes_missing)
         ),
         fmt::format(
             "in {} looks in succession, one every {}",
             plan.drift.consecutive,
             to_text(plan.drift.every)
         ),
         fmt::format("each of {} spans", plan.statistics.thrashing.short_spans),
         fmt::format(
             "signed within {} h", default_plan().approval.report_due_within / std::chrono::hours{1}
         )}
    );
    expect_in("docs/launch/database-pool-scaling.md", figures);
}

TEST(Guides, LaterPhasesSayThePlansFigures) {
    const Plan& plan = default_plan();
    std::vector<std::string> alerts{
        fmt::format("every {}", to_text(plan.phase2.scrape_every)),
        fmt::format("kept for {} days", plan.phase2.retention / std::chrono::days{1}),
    };
    for (const Alert& alert : plan.phase2.alerts) {
        if (alert.when.held_for.count() > 0) {
            alerts.push_back("for " + to_text(alert.when.held_for));
        }
    }
    expect_in("docs/launch/monitoring.md", alerts);
    std::vector<std::string> beta{
        plan.phase3.cohort,
        fmt::format("{} to {} people", plan.phase3.participants.from, plan.phase3.participants.to),
        fmt::format("{} h", plan.phase3.request_log_for / std::chrono::hours{1}),
    };
    for (const TierShare& tier : plan.phase3.tiers) {
        beta.push_back(percent(tier.share));
    }
    expect_in("docs/launch/controlled-beta.md", beta);
    std::vector<std::string> review;
    review.reserve(plan.phase4.scaling.size());
    for (const ScalingDecision& one : plan.phase4.scaling) {
        review.push_back(fmt::format("{} → {}", one.from, one.to));
    }
    for (const RolloutStep& step : plan.phase4.rollout) {
        review.push_back(std::to_string(step.to));
    }
    expect_in("docs/launch/post-beta-review.md", review);
    std::vector<std::string> trail;
    trail.reserve(plan.phases.size());
    for (const Phase& phase : plan.phases) {
        trail.push_back(phase.evidence.text);
    }
    expect_in("docs/launch/audit-trail.md", trail);
}

}  // namespace
}  // namespace accubooks::launch
