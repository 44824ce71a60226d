#include "interchange/internal/entry_resolver.h"

#include <algorithm>

#include <fmt/format.h>

#include "interchange/internal/exact.h"

namespace accubooks::interchange {

namespace {

bool has_assignment(const RawTransaction& transaction) {
    return std::any_of(
        transaction.postings.begin(),
        transaction.postings.end(),
        [](const RawPosting& posting) { return posting.is_assignment(); }
    );
}

bool is_dated_apart(const RawTransaction& transaction, const RawPosting& posting) {
    return posting.date && *posting.date != transaction.date;
}

}  // namespace

EntryResolver::EntryResolver(const Book& book, Refusal& refusal, Like like)
    : book_{book},
      refusal_{refusal},
      like_{like},
      balancer_{book, refusal, like},
      balances_{book, refusal} {}

void EntryResolver::settle_commas(RawTransaction& transaction) const {
    const auto settle = [this](RawAmount& amount) {
        // Only what the rest of the files decided gets here, see JournalImport.
        if (amount.open_comma && book_.commodities()[amount.commodity].comma.groups) {
            amount.value = base::Decimal{amount.value.mantissa(), 0};
            amount.precision = 0;
        }
    };
    for (RawPosting& posting : transaction.postings) {
        settle(posting.amount);
        settle(posting.cost.amount);
        settle(posting.assertion.amount);
        settle(posting.assertion.cost.amount);
    }
}

bool EntryResolver::add_line(
    const RawTransaction& transaction,
    std::uint32_t posting,
    const RawAmount& amount,
    const RawCost& cost,
    std::vector<ResolvedLine>& lines
) {
    const RawPosting& source = transaction.postings[posting];
    ResolvedLine line{
        .posting = posting,
        .account = source.account,
        .commodity = amount.commodity,
        .amount = amount.value,
    };
    if (cost.kind != CostKind::none && !balancer_.set_cost(transaction, cost, line)) {
        return false;
    }
    lines.push_back(line);
    return true;
}

bool EntryResolver::assign(
    const RawTransaction& transaction, std::uint32_t posting, std::vector<ResolvedLine>& lines
) {
    const RawPosting& source = transaction.postings[posting];
    if (is_dated_apart(transaction, source)) {
        return refusal_.refuse(
            place_of(transaction, source),
            "interchange.assignment_dated",
            "a posting with a date of its own needs an amount: its balance on that day isn't known "
            "yet"
        );
    }
    if (!balances_.assign(source, transaction.file, assigned_)) {
        return false;
    }
    RawAmount amount = source.assertion.amount;
    for (const AssignedAmount& part : assigned_) {
        amount.commodity = part.commodity;
        amount.value = part.value;
        if (!add_line(
                transaction,
                posting,
                amount,
                part.has_cost ? source.assertion.cost : RawCost{},
                lines
            )) {
            return false;
        }
        lines.back().written = false;
    }
    if (assigned_.empty()) {
        amount.value = base::Decimal{};
        if (!add_line(transaction, posting, amount, RawCost{}, lines)) {
            return false;
        }
        lines.back().written = false;
    }
    return true;
}

bool EntryResolver::collect(
    const RawTransaction& transaction, std::vector<ResolvedLine>& lines, bool assigning
) {
    lines.clear();
    for (std::uint32_t i = 0; i < transaction.postings.size(); ++i) {
        const RawPosting& posting = transaction.postings[i];
        if (posting.amount.present()) {
            if (!add_line(transaction, i, posting.amount, posting.cost, lines)) {
                return false;
            }
            // Where balances are assigned, every posting counts at the transaction's date, in
            // order.
            if (assigning && !balances_.add(
                                 posting.account,
                                 posting.amount.commodity,
                                 posting.amount.value,
                                 place_of(transaction, posting)
                             )) {
                return false;
            }
        } else if (posting.is_assignment() && !assign(transaction, i, lines)) {
            return false;
        }
        if (assigning && !balances_.check(posting, transaction.file)) {
            return false;
        }
    }
    return true;
}

bool EntryResolver::balance_assigned(
    const RawTransaction& transaction, std::vector<ResolvedLine>& lines
) {
    // hledger drops written costs where a balance is assigned, and balances such a transaction by
    // its bare amounts. The costs are kept here where it balances with them; where an amount is
    // missing, what is inferred depends on it.
    const bool missing = std::any_of(
        transaction.postings.begin(),
        transaction.postings.end(),
        [](const RawPosting& posting) {
            return !posting.amount.present() && !posting.assertion.present();
        }
    );
    const bool costs = std::any_of(lines.begin(), lines.end(), [](const ResolvedLine& line) {
        return line.written && line.weighs != ResolvedLine::Weighs::amount;
    });
    if (!costs || like_ != Like::hledger) {
        return balancer_.balance(transaction, lines);
    }
    if (!missing) {
        with_costs_ = lines;
        Refusal unused;
        Balancer trial{balancer_, unused};
        if (trial.balance(transaction, with_costs_)) {
            lines = with_costs_;
            return true;
        }
    }
    for (ResolvedLine& line : lines) {
        if (line.written) {
            line.weighs = ResolvedLine::Weighs::amount;
        }
    }
    return balancer_.balance(transaction, lines);
}

bool EntryResolver::count(
    const RawTransaction& transaction,
    const std::vector<ResolvedLine>& lines,
    std::optional<std::int32_t> day
) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const RawPosting& posting = transaction.postings[lines[i].posting];
        const bool apart = is_dated_apart(transaction, posting);
        if (day ? !apart || *posting.date != *day : apart) {
            continue;
        }
        if (!balances_.add(
                lines[i].account,
                lines[i].commodity,
                lines[i].amount,
                place_of(transaction, posting)
            )) {
            return false;
        }
        const bool last_of_posting =
            i + 1 == lines.size() || lines[i + 1].posting != lines[i].posting;
        if (last_of_posting && !balances_.check(posting, transaction.file)) {
            return false;
        }
    }
    return true;
}

/// A cost in the line's own commodity, as two symbols mapped to one make it, says nothing where it
/// is the amount itself. Any other would make the entry weigh what its lines don't sum to: hledger
/// leaves the difference over, and double entry has no place for it.
bool EntryResolver::check_costs(
    const RawTransaction& transaction, const std::vector<ResolvedLine>& lines
) {
    return std::all_of(lines.begin(), lines.end(), [&](const ResolvedLine& line) {
        if (!is_at_own_commodity(line) || line.cost == line.amount) {
            return true;
        }
        const RawPosting& posting = transaction.postings[line.posting];
        SourcePosition at = place_of(transaction, posting);
        at.column = (line.written ? posting.cost : posting.assertion.cost).amount.column;
        const CommodityFacts& facts = book_.commodities()[line.commodity];
        return refusal_.refuse(
            at,
            "interchange.bad_cost",
            fmt::format(
                "{} can't cost {}: amount and cost are in one commodity",
                amount_text(normalised(line.amount), facts),
                amount_text(normalised(line.cost), facts)
            )
        );
    });
}

bool EntryResolver::resolve(RawTransaction& transaction, std::vector<ResolvedLine>& lines) {
    settle_commas(transaction);
    if (!has_assignment(transaction)) {
        return collect(transaction, lines, false) && balancer_.balance(transaction, lines) &&
               check_costs(transaction, lines) && count(transaction, lines, std::nullopt);
    }
    if (!collect(transaction, lines, true) || !balance_assigned(transaction, lines) ||
        !check_costs(transaction, lines)) {
        return false;
    }
    return std::all_of(lines.begin(), lines.end(), [&](const ResolvedLine& line) {
        const RawPosting& posting = transaction.postings[line.posting];
        const bool inferred = !posting.amount.present() && !posting.assertion.present();
        return !inferred ||
               balances_.add(
                   line.account, line.commodity, line.amount, place_of(transaction, posting)
               );
    });
}

bool EntryResolver::count_dated(
    RawTransaction& transaction, std::int32_t days, std::vector<ResolvedLine>& lines
) {
    if (has_assignment(transaction)) {
        return true;  // counted with the transaction
    }
    settle_commas(transaction);
    return collect(transaction, lines, false) && balancer_.balance(transaction, lines) &&
           count(transaction, lines, days);
}

}  // namespace accubooks::interchange
