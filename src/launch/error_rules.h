#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "launch/binomial.h"
#include "launch/plan.h"

namespace accubooks::launch {

/// Whether errors are above the limit, asked again and again while they come in, with a chance of a
/// false alarm below 1 / `evidence` however often one looks: the likelihood ratio of a mixture of
/// worse rates against the limit, which by Ville's inequality exceeds `evidence` so rarely when the
/// true rate is at most the limit. Once it has fired it stays so.
///
/// Errors come in bursts, which the model doesn't know; so a block of time counts at most
/// `block_errors` of them. Source: launch control design, "Metric definitions" (a).
class ErrorProcess {
public:
    explicit ErrorProcess(const ErrorProcessPlan& plan);

    /// Requests and errors of `blocks` blocks of time, at least one.
    void add(Proportion seen, std::int64_t blocks = 1);

    bool has_fired() const { return has_fired_; }
    /// The largest likelihood ratio so far, at most 10^12.
    std::int64_t evidence() const;

private:
    std::int64_t block_errors_;
    double needed_;                   // logarithm
    std::vector<double> per_error_;   // of each alternative: what one error adds to its logarithm
    std::vector<double> per_answer_;  // and one answer without
    std::vector<double> logs_;
    double highest_ = 0;
    bool has_fired_ = false;
};

/// Whether the last `consecutive` looks at a window that had enough samples all saw more than the
/// limit. A look with too few is none: it neither counts nor breaks the row.
bool is_above_in_row(std::span<const Proportion> looks, Ratio limit, const LooksPlan& plan);

/// What the smoke run says after so many requests.
enum class SmokeOutcome : std::uint8_t { passes, extends, fails };
struct SmokeVerdict {
    SmokeOutcome outcome{};
    std::int64_t requests = 0;  // to extend to
};
/// The run passes at a level with no more than its errors, which is below the criterion's rate; it
/// fails once there are `fails_at` of them, or the last level isn't passed. `seen` is at a level.
SmokeVerdict judge_smoke(Proportion seen, const SmokePlan& plan);

}  // namespace accubooks::launch
