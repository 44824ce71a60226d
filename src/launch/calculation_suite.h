#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"

namespace accubooks::launch {

/// One calculation of the books, its result written out, and what it must be.
struct CalculationVector {
    std::string_view name;  // "money/too fine"
    std::string_view expected;
    std::string actual;

    bool holds() const { return actual == expected; }
};

/// Computes golden vectors of money, allocation, balances and the hash chain, which were worked out
/// by other means than this program and never change: what an update, a compiler or a machine does
/// to a calculation shows here. No I/O; the same everywhere.
std::vector<CalculationVector> run_calculation_suite();

/// SHA-256 of names and results, whether right or not.
base::Digest digest_of(const std::vector<CalculationVector>& results);

/// {"passed", "failed", "digest", "vectors": [{"name", "expected", "actual", "holds"}]}
std::string to_json(const std::vector<CalculationVector>& results);

}  // namespace accubooks::launch
