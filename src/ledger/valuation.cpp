#include "ledger/valuation.h"

#include <cstdlib>
#include <map>
#include <string>

#include <fmt/format.h>

#include "base/money.h"

namespace accubooks::ledger {
namespace {

std::string_view commodity_at_cost(const Line& line) {
    return line.cost ? std::string_view{line.cost->commodity} : std::string_view{line.commodity};
}

std::int64_t units_at_cost(const Line& line) {
    return line.cost ? line.cost->units : line.amount;
}

std::int64_t magnitude(std::int64_t units) {
    return units < 0 ? -units : units;
}

/// Lines of one commodity at cost, other than the base commodity: `anchored` are amounts of the
/// base commodity.
struct Group {
    std::vector<Line*> anchored;
    std::vector<Line*> open;
};

/// Gives `total` to lines by the size of what they come to.
void share(std::int64_t total, const std::vector<Line*>& lines) {
    std::vector<std::int64_t> weights;
    weights.reserve(lines.size());
    bool all_zero = true;
    for (const Line* line : lines) {
        weights.push_back(magnitude(units_at_cost(*line)));
        all_zero = all_zero && weights.back() == 0;
    }
    if (all_zero) {
        weights.assign(lines.size(), 1);
    }
    const std::vector<std::int64_t> parts = base::allocate(total, weights);
    for (std::size_t at = 0; at < lines.size(); ++at) {
        lines[at]->base_amount = parts[at];
    }
}

/// round(units × anchored / anchored_at_cost), half away from zero.
std::int64_t worth_of(std::int64_t units, std::int64_t anchored, std::int64_t anchored_at_cost) {
    const __int128 product = static_cast<__int128>(units) * anchored;
    const __int128 half = magnitude(anchored_at_cost) / 2;
    const bool negative = (product < 0) != (anchored_at_cost < 0);
    const __int128 size = ((product < 0 ? -product : product) + half) / magnitude(anchored_at_cost);
    return static_cast<std::int64_t>(negative ? -size : size);
}

base::Result<void> value_group(std::string_view commodity, const Group& group) {
    std::int64_t anchored = 0;
    std::int64_t anchored_at_cost = 0;
    for (Line* line : group.anchored) {
        line->base_amount = line->amount;
        AB_TRY(sum, base::add_units(anchored, line->amount));
        AB_TRY(sum_at_cost, base::add_units(anchored_at_cost, units_at_cost(*line)));
        anchored = sum;
        anchored_at_cost = sum_at_cost;
    }
    if (anchored == 0) {
        return {};
    }
    std::vector<Line*> debits;
    std::vector<Line*> credits;
    std::int64_t debit_units = 0;
    for (Line* line : group.open) {
        const std::int64_t units = units_at_cost(*line);
        (units > 0 ? debits : credits).push_back(line);
        if (units > 0) {
            AB_TRY(sum, base::add_units(debit_units, units));
            debit_units = sum;
        }
    }
    if (group.open.empty() || anchored_at_cost == 0) {
        return base::refuse(
            base::ErrorKind::invalid,
            "ledger.unbalanced",
            fmt::format(
                "What was exchanged for {} leaves {} base units without a counterpart.",
                commodity,
                anchored
            )
        );
    }
    if (debits.empty()) {
        share(-anchored, credits);
    } else if (credits.empty()) {
        share(-anchored, debits);
    } else {
        const std::int64_t debit_worth = worth_of(debit_units, anchored, anchored_at_cost);
        share(debit_worth, debits);
        share(-anchored - debit_worth, credits);
    }
    return {};
}

}  // namespace

base::Result<void> value_at_cost(std::vector<Line>& lines, std::string_view base_commodity) {
    std::map<std::string_view, Group> groups;
    for (Line& line : lines) {
        line.base_amount = 0;
        if (commodity_at_cost(line) == base_commodity) {
            line.base_amount = units_at_cost(line);
        } else {
            Group& group = groups[commodity_at_cost(line)];
            (line.commodity == base_commodity ? group.anchored : group.open).push_back(&line);
        }
    }
    for (const auto& [commodity, group] : groups) {
        if (auto valued = value_group(commodity, group); !valued) {
            return valued;
        }
    }
    return {};
}

}  // namespace accubooks::ledger
