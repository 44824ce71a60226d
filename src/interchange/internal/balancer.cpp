#include "interchange/internal/balancer.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "interchange/internal/exact.h"

namespace accubooks::interchange {

void CommoditySums::clear() {
    for (const Sum& sum : sums_) {
        slots_[sum.commodity] = 0;
    }
    sums_.clear();
}

bool CommoditySums::add(std::uint32_t commodity, const base::Decimal& value) {
    if (commodity >= slots_.size()) {
        slots_.resize(std::size_t{commodity} + 1, 0);
    }
    std::uint32_t& slot = slots_[commodity];
    if (slot == 0) {
        sums_.push_back({.commodity = commodity, .value = value});
        slot = static_cast<std::uint32_t>(sums_.size());
        return true;
    }
    return add_to(sums_[slot - 1].value, value);
}

void Balancer::set_default_style(std::uint32_t commodity, std::uint8_t precision) {
    style_commodity_ = commodity;
    style_precision_ = precision;
}

bool Balancer::out_of_range(const RawTransaction& transaction, std::uint32_t posting) {
    return refusal_.refuse(
        place_of(transaction, transaction.postings[posting]),
        "interchange.out_of_range",
        like_ == Like::hledger
            ? "the numbers here have too many digits to be calculated with exactly"
            : "the numbers here have too many digits to be calculated with exactly (--like hledger "
              "lets a cost pass that balances by rounding)"
    );
}

bool Balancer::set_cost(
    const RawTransaction& transaction, const RawCost& cost, ResolvedLine& line
) {
    line.weighs = ResolvedLine::Weighs::exact;
    line.cost_commodity = cost.amount.commodity;
    if (cost.kind == CostKind::total) {
        line.cost = cost.amount.value;
        return true;
    }
    if (multiply_into(line.cost, line.amount, cost.amount.value)) {
        return true;
    }
    line.inexact = true;
    return multiply_rounded(line.cost, line.amount, cost.amount.value) ||
           out_of_range(transaction, line.posting);
}

bool Balancer::find_missing(
    const RawTransaction& transaction, const std::vector<ResolvedLine>& lines, Group& group
) {
    std::size_t line = 0;
    for (std::uint32_t i = 0; i < transaction.postings.size(); ++i) {
        const bool known = line < lines.size() && lines[line].posting == i;
        while (line < lines.size() && lines[line].posting == i) {
            ++line;
        }
        const RawPosting& posting = transaction.postings[i];
        if (posting.balanced_virtual != group.balanced_virtual) {
            continue;
        }
        group.empty = false;
        if (known) {
            continue;
        }
        if (group.missing != nullptr) {
            return refusal_.refuse(
                place_of(transaction, posting),
                "interchange.two_missing_amounts",
                "two postings of this transaction have no amount, so neither can be worked out; "
                "between account and amount stand two or more spaces"
            );
        }
        group.missing = &posting;
        group.missing_index = i;
    }
    return true;
}

bool Balancer::balance(const RawTransaction& transaction, std::vector<ResolvedLine>& lines) {
    // Which amounts are missing is seen before a line is added for one of them.
    Group real;
    Group bracketed{.balanced_virtual = true};
    if (!find_missing(transaction, lines, real) || !find_missing(transaction, lines, bracketed)) {
        return false;
    }
    if ((!real.empty && !balance_group(transaction, lines, real)) ||
        (!bracketed.empty && !balance_group(transaction, lines, bracketed))) {
        return false;
    }
    return true;
}

bool Balancer::balance_group(
    const RawTransaction& transaction, std::vector<ResolvedLine>& lines, Group& group
) {
    sums_.clear();
    plain_sums_.clear();
    for (const ResolvedLine& line : lines) {
        if (transaction.postings[line.posting].balanced_virtual != group.balanced_virtual) {
            continue;
        }
        // What a cut number leaves over can be judged by hledger's rounding, but nothing follows
        // from it exactly.
        if (line.inexact && (group.missing != nullptr || like_ != Like::hledger)) {
            return out_of_range(transaction, line.posting);
        }
        const bool plain = line.weighs == ResolvedLine::Weighs::amount;
        if (plain ? !sums_.add(line.commodity, line.amount) ||
                        !plain_sums_.add(line.commodity, line.amount)
                  : !sums_.add(line.cost_commodity, line.cost)) {
            return out_of_range(transaction, line.posting);
        }
    }
    if (group.missing != nullptr) {
        infer_amount(lines, group);
        return true;
    }
    return infer_exchange(transaction, lines, group) || check(transaction);
}

void Balancer::infer_amount(std::vector<ResolvedLine>& lines, const Group& group) {
    ResolvedLine line{
        .posting = group.missing_index,
        .account = group.missing->account,
        .written = false,
    };
    const std::size_t known = lines.size();
    for (const auto& sum : sums_.all()) {
        if (!sum.value.is_zero()) {
            line.commodity = sum.commodity;
            line.amount = normalised(sum.value.negated());
            lines.push_back(line);
        }
    }
    if (lines.size() == known) {
        line.commodity = sums_.all().empty() ? Book::kNoSymbol : sums_.all().front().commodity;
        lines.push_back(line);
    }
    // Into posting order.
    const auto inferred = lines.begin() + static_cast<std::ptrdiff_t>(known);
    const auto place = std::find_if(lines.begin(), inferred, [&](const ResolvedLine& each) {
        return each.posting > group.missing_index;
    });
    std::rotate(place, inferred, lines.end());
}

/// Whether amounts with written costs sum to nothing for each rate, so that they don't speak
/// against an exchange.
bool Balancer::costs_cancel(
    const RawTransaction& transaction, const std::vector<ResolvedLine>& lines, const Group& group
) {
    priced_.clear();
    for (const ResolvedLine& line : lines) {
        if (line.weighs != ResolvedLine::Weighs::amount &&
            transaction.postings[line.posting].balanced_virtual == group.balanced_virtual) {
            priced_.push_back(&line);
        }
    }
    if (priced_.empty()) {
        return true;
    }
    // Amounts at unit costs are alike when their rates are; amounts at total costs are added
    // whatever these are.
    const auto rate = [&](const ResolvedLine* line) {
        const RawCost& cost = transaction.postings[line->posting].cost;
        return cost.kind == CostKind::unit ? normalised(cost.amount.value) : base::Decimal{};
    };
    const auto key = [&](const ResolvedLine* line) {
        const base::Decimal price = rate(line);
        return std::tuple{
            line->commodity,
            line->cost_commodity,
            transaction.postings[line->posting].cost.kind,
            price.places(),
            price.mantissa()
        };
    };
    std::sort(priced_.begin(), priced_.end(), [&](const auto* left, const auto* right) {
        return key(left) < key(right);
    });
    for (std::size_t i = 0; i < priced_.size();) {
        base::Decimal amount;
        base::Decimal cost;
        const auto first = key(priced_[i]);
        for (; i < priced_.size() && key(priced_[i]) == first; ++i) {
            if (!add_to(amount, priced_[i]->amount) || !add_to(cost, priced_[i]->cost)) {
                return false;
            }
        }
        if (!amount.is_zero() || !cost.is_zero()) {
            return false;
        }
    }
    return true;
}

bool Balancer::infer_exchange(
    const RawTransaction& transaction, std::vector<ResolvedLine>& lines, const Group& group
) {
    const CommoditySums::Sum* first = nullptr;
    const CommoditySums::Sum* second = nullptr;
    for (const auto& sum : plain_sums_.all()) {
        if (sum.value.is_zero()) {
            continue;
        }
        if (second != nullptr) {
            return false;
        }
        (first == nullptr ? first : second) = &sum;
    }
    if (second == nullptr || first->value.is_negative() == second->value.is_negative() ||
        !costs_cancel(transaction, lines, group)) {
        return false;
    }
    // What is exchanged is the commodity named first; a line with a cost names one as well.
    for (const ResolvedLine& line : lines) {
        if (transaction.postings[line.posting].balanced_virtual != group.balanced_virtual) {
            continue;
        }
        if (line.commodity == second->commodity) {
            std::swap(first, second);
            break;
        }
        if (line.commodity == first->commodity) {
            break;
        }
    }
    for (ResolvedLine& line : lines) {
        if (line.commodity == first->commodity &&
            transaction.postings[line.posting].balanced_virtual == group.balanced_virtual) {
            line.weighs = ResolvedLine::Weighs::share;
            line.derived = true;
            line.cost_commodity = second->commodity;
            line.cost = second->value.negated();
            line.exchanged = first->value;
        }
    }
    return true;
}

unsigned Balancer::display_precision(const RawTransaction& transaction, std::uint32_t commodity)
    const {
    const CommodityFacts& facts = book_.commodities()[commodity];
    if (facts.declared_precision) {
        return *facts.declared_precision;
    }
    if (commodity == style_commodity_) {
        return style_precision_;
    }
    if (facts.inferred_precision) {
        return *facts.inferred_precision;
    }
    unsigned precision = 0;
    for (const RawPosting& posting : transaction.postings) {
        if (posting.cost.amount.commodity == commodity) {
            precision = std::max<unsigned>(precision, posting.cost.amount.precision);
        }
    }
    return precision;
}

bool Balancer::check(const RawTransaction& transaction) {
    for (const auto& sum : sums_.all()) {
        if (sum.value.is_zero()) {
            continue;
        }
        const bool displayed_as_zero =
            rounds_to_zero(sum.value, display_precision(transaction, sum.commodity));
        if (displayed_as_zero && like_ == Like::hledger) {
            continue;
        }
        return refusal_.refuse(
            place_of(transaction),
            "interchange.unbalanced",
            fmt::format(
                "the transaction doesn't balance: {} is left over{}",
                amount_text(normalised(sum.value), book_.commodities()[sum.commodity]),
                displayed_as_zero
                    ? ", which hledger rounds away (--like hledger accepts that and lists it)"
                    : ""
            )
        );
    }
    return true;
}

}  // namespace accubooks::interchange
