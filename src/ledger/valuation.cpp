#include "ledger/valuation.h"

#include <algorithm>
#include <iterator>
#include <limits>
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

base::Result<std::int64_t> checked(__int128 units) {
    if (units > std::numeric_limits<std::int64_t>::max() ||
        units <= std::numeric_limits<std::int64_t>::min()) {
        return base::refuse(
            base::ErrorKind::invalid,
            "ledger.out_of_range",
            "What the entry comes to in the base currency doesn't fit 64 bits."
        );
    }
    return static_cast<std::int64_t>(units);
}

/// round(units × anchored / anchored_at_cost), half away from zero.
__int128 worth_of(std::int64_t units, std::int64_t anchored, std::int64_t anchored_at_cost) {
    const __int128 product = static_cast<__int128>(units) * anchored;
    const __int128 half = magnitude(anchored_at_cost) / 2;
    const bool negative = (product < 0) != (anchored_at_cost < 0);
    const __int128 size = ((product < 0 ? -product : product) + half) / magnitude(anchored_at_cost);
    return negative ? -size : size;
}

/// The line that takes what `anchored` lines come to when their costs say nothing of its worth.
Line counterpart_of(const Group& group, std::string_view commodity, std::int64_t anchored) {
    return {
        .account = group.anchored.front()->account,
        .commodity = std::string{commodity},
        .base_amount = -anchored,
        .memo = "the worth of what was exchanged for nothing",
    };
}

base::Result<void> value_group(
    std::string_view commodity, const Group& group, std::vector<Line>& counterparts
) {
    __int128 anchored_sum = 0;
    __int128 anchored_at_cost_sum = 0;
    for (Line* line : group.anchored) {
        line->base_amount = line->amount;
        anchored_sum += line->amount;
        anchored_at_cost_sum += units_at_cost(*line);
    }
    if (anchored_sum == 0) {
        return {};
    }
    std::vector<Line*> debits;
    std::vector<Line*> credits;
    __int128 debit_sum = 0;
    for (Line* line : group.open) {
        const std::int64_t units = units_at_cost(*line);
        (units > 0 ? debits : credits).push_back(line);
        debit_sum += units > 0 ? units : 0;
    }
    AB_TRY(anchored, checked(anchored_sum));
    AB_TRY(anchored_at_cost, checked(anchored_at_cost_sum));
    AB_TRY(debit_units, checked(debit_sum));
    if (anchored_at_cost == 0) {
        counterparts.push_back(counterpart_of(group, commodity, anchored));
        return {};
    }
    if (group.open.empty()) {
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
        const __int128 worth = worth_of(debit_units, anchored, anchored_at_cost);
        AB_TRY(debit_worth, checked(worth));
        AB_TRY(credit_worth, checked(-worth - anchored));
        share(debit_worth, debits);
        share(credit_worth, credits);
    }
    return {};
}

}  // namespace

base::Result<void> value_at_cost(std::vector<Line>& lines, std::string_view base_commodity) {
    std::map<std::string_view, Group> groups;
    for (Line& line : lines) {
        AB_CHECK(checked(line.amount));
        AB_CHECK(checked(line.cost ? line.cost->units : 0));
        line.base_amount = 0;
        if (commodity_at_cost(line) == base_commodity) {
            line.base_amount = units_at_cost(line);
        } else {
            Group& group = groups[commodity_at_cost(line)];
            (line.commodity == base_commodity ? group.anchored : group.open).push_back(&line);
        }
    }
    std::vector<Line> counterparts;
    for (const auto& [commodity, group] : groups) {
        if (auto valued = value_group(commodity, group, counterparts); !valued) {
            return valued;
        }
    }
    // Only now: the groups point into `lines`.
    std::ranges::move(counterparts, std::back_inserter(lines));
    return {};
}

}  // namespace accubooks::ledger
