#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ledger/account.h"

namespace accubooks::ledger {

/// The accounts of a ready-made chart, "us" or "minimal"; none for another name. Bank and card
/// accounts hold `base_currency` only. Source of "us": docs/accounting.md, "Charts".
std::optional<std::vector<NewAccount>> chart_named(
    std::string_view name, std::string_view base_currency
);

}  // namespace accubooks::ledger
