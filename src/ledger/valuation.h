#pragma once

#include <string_view>
#include <vector>

#include "base/error.h"
#include "ledger/entry.h"

namespace accubooks::ledger {

/// Fills the base amounts of lines whose amounts and costs are known and balance at cost.
///
/// A line in the base commodity, or exchanged for it, takes that amount. Among the lines that come
/// to another commodity at cost, lines in the base commodity fix what that commodity is worth, and
/// the others share it by their amounts (largest remainder); without such a line they are unvalued:
/// base amount 0. Lines in the base commodity whose costs come to nothing (1 USD @@ 0 EUR, which
/// hledger takes) get a line beside them, of amount 0 in the cost's commodity on the first one's
/// account, that takes their worth: no amount in any commodity changes. What comes of it always
/// sums to zero, unless the base amounts themselves contradict each other. Errors:
/// `ledger.unbalanced` then, `ledger.out_of_range` when an amount, a cost or what comes of them has
/// no opposite in 64 bits.
base::Result<void> value_at_cost(std::vector<Line>& lines, std::string_view base_commodity);

}  // namespace accubooks::ledger
