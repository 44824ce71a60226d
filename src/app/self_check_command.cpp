#include "app/self_check_command.h"

#include <algorithm>

#include <fmt/format.h>

#include "launch/calculation_suite.h"

namespace accubooks::app {

int self_check(const SelfCheckOptions& options) {
    const auto results = launch::run_calculation_suite();
    const auto wrong = std::ranges::count_if(results, [](const launch::CalculationVector& one) {
        return !one.holds();
    });
    if (options.json) {
        fmt::print("{}\n", launch::to_json(results));
    } else {
        for (const launch::CalculationVector& one : results) {
            if (!one.holds()) {
                fmt::print("{}: {}, where {} is right\n", one.name, one.actual, one.expected);
            }
        }
        fmt::print(
            "{} of {} calculations are right, SHA-256 {}\n",
            static_cast<std::int64_t>(results.size()) - wrong,
            results.size(),
            base::to_hex(launch::digest_of(results))
        );
    }
    if (wrong > 0) {
        fmt::print(stderr, "accubooks: {} calculations aren't what they must be.\n", wrong);
    }
    return wrong == 0 ? kExitDone : kExitNotVerified;
}

}  // namespace accubooks::app
