#include "launch/error_rules.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace accubooks::launch {
namespace {

double share(Ratio ratio) {
    return static_cast<double>(ratio.ppm) / 1e6;
}

// The logarithm of the mean of what the logarithms stand for.
double log_mean(std::span<const double> logs) {
    const double most = *std::ranges::max_element(logs);
    const double sum =
        std::accumulate(logs.begin(), logs.end(), 0.0, [most](double all, double one) {
            return all + std::exp(one - most);
        });
    return most + std::log(sum / static_cast<double>(logs.size()));
}

constexpr double kEvidenceMax = 1e12;

}  // namespace

ErrorProcess::ErrorProcess(const ErrorProcessPlan& plan)
    : block_errors_{plan.block_errors},
      needed_{std::log(static_cast<double>(plan.evidence))},
      logs_(plan.alternatives.size(), 0.0) {
    base::ensure(!logs_.empty(), "a plan without alternatives is refused");
    const double limit = share(plan.limit);
    for (const Ratio alternative : plan.alternatives) {
        per_error_.push_back(std::log(share(alternative) / limit));
        per_answer_.push_back(std::log((1 - share(alternative)) / (1 - limit)));
    }
}

void ErrorProcess::add(Proportion seen, std::int64_t blocks) {
    const auto errors = static_cast<double>(std::min(seen.hits, block_errors_ * blocks));
    const auto answers = static_cast<double>(seen.trials - seen.hits);
    for (std::size_t at = 0; at < logs_.size(); ++at) {
        logs_[at] += errors * per_error_[at] + answers * per_answer_[at];
    }
    highest_ = std::max(highest_, log_mean(logs_));
    has_fired_ = has_fired_ || highest_ >= needed_;
}

std::int64_t ErrorProcess::evidence() const {
    return static_cast<std::int64_t>(std::min(kEvidenceMax, std::exp(highest_)));
}

bool is_above_in_row(std::span<const Proportion> looks, Ratio limit, const LooksPlan& plan) {
    std::int64_t row = 0;
    for (const Proportion& look : looks) {
        if (look.trials >= plan.samples) {
            row = look.ppm() > limit.ppm ? row + 1 : 0;
        }
        if (row >= plan.consecutive) {
            return true;
        }
    }
    return false;
}

SmokeVerdict judge_smoke(Proportion seen, const SmokePlan& plan) {
    if (seen.hits >= plan.fails_at) {
        return {.outcome = SmokeOutcome::fails};
    }
    for (const SmokeLevel& level : plan.levels) {
        if (seen.trials < level.requests) {
            return {.outcome = SmokeOutcome::extends, .requests = level.requests};
        }
        // A level that lies behind was passed or not when it was reached; the errors count on.
        const bool is_here = &level == &plan.levels.back() || seen.trials < (&level + 1)->requests;
        if (is_here && seen.hits <= level.errors) {
            return {.outcome = SmokeOutcome::passes};
        }
    }
    return {.outcome = SmokeOutcome::fails};
}

}  // namespace accubooks::launch
