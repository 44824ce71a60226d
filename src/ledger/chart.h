#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ledger/account.h"

namespace accubooks::ledger {

/// A ready-made chart, as people choose one.
struct ChartTemplate {
    std::string_view name;   // "us"
    std::string_view title;  // "United States"
    std::size_t accounts = 0;
};

/// All there are: docs/accounting.md, "Charts".
std::vector<ChartTemplate> chart_templates();

/// The accounts of the ready-made chart with this name; none for another name. Bank, cash and card
/// accounts hold `base_currency` only.
std::optional<std::vector<NewAccount>> chart_named(
    std::string_view name, std::string_view base_currency
);

}  // namespace accubooks::ledger
