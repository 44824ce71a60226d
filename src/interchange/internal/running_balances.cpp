#include "interchange/internal/running_balances.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "interchange/internal/exact.h"

namespace accubooks::interchange {

namespace {

base::Decimal found_or_zero(
    const std::unordered_map<std::uint64_t, base::Decimal>& sums, std::uint64_t key
) {
    const auto found = sums.find(key);
    return found == sums.end() ? base::Decimal{} : found->second;
}

}  // namespace

RunningBalances::RunningBalances(const Book& book, Refusal& refusal)
    : book_{book}, refusal_{refusal} {
    for (const Account& account : book.accounts()) {
        any_ = any_ || account.asserted;
        any_inclusive_ = any_inclusive_ || account.asserted_inclusive;
    }
}

base::Decimal RunningBalances::own(std::uint32_t account, std::uint32_t commodity) const {
    return found_or_zero(own_, key(account, commodity));
}

base::Decimal RunningBalances::inclusive(std::uint32_t account, std::uint32_t commodity) const {
    return found_or_zero(inclusive_, key(account, commodity));
}

bool RunningBalances::add(
    std::uint32_t account, std::uint32_t commodity, const base::Decimal& value, SourcePosition at
) {
    if (!any_) {
        return true;
    }
    bool fits = true;
    if (book_.accounts()[account].asserted) {
        const auto [sum, added] = own_.try_emplace(key(account, commodity));
        if (added) {
            held_[account].push_back(commodity);
        }
        fits = add_to(sum->second, value);
    }
    if (any_inclusive_) {
        for (std::optional<std::uint32_t> above = account; above;
             above = book_.accounts()[*above].parent) {
            if (book_.accounts()[*above].asserted_inclusive) {
                const auto [sum, added] = inclusive_.try_emplace(key(*above, commodity));
                if (added) {
                    held_inclusive_[*above].push_back(commodity);
                }
                fits = add_to(sum->second, value) && fits;
            }
        }
    }
    if (own_.size() + inclusive_.size() > JournalLimits::kAssertedBalances) {
        return refusal_.refuse(
            at,
            "interchange.too_many_balances",
            fmt::format(
                "assertions look at more than {} balances", JournalLimits::kAssertedBalances
            )
        );
    }
    return fits ||
           refusal_.refuse(
               at, "interchange.out_of_range", "the running balance has too many digits to be exact"
           );
}

bool RunningBalances::holds(
    const RawPosting& posting,
    std::uint32_t file,
    std::uint32_t commodity,
    const base::Decimal& asserted
) {
    const base::Decimal actual = posting.assertion.inclusive ? inclusive(posting.account, commodity)
                                                             : own(posting.account, commodity);
    if (actual == asserted) {
        return true;
    }
    return refusal_.refuse(
        {.file = file, .line = posting.line, .column = posting.assertion.column},
        "interchange.assertion_failed",
        fmt::format(
            "{}{} holds {} here, not {} as asserted",
            shown(book_.accounts()[posting.account].path),
            posting.assertion.inclusive ? " with its subaccounts" : "",
            amount_text(normalised(actual), book_.commodities()[commodity]),
            base::to_string(normalised(asserted))
        )
    );
}

bool RunningBalances::check(const RawPosting& posting, std::uint32_t file) {
    const RawAssertion& assertion = posting.assertion;
    if (!assertion.present()) {
        return true;
    }
    if (!holds(posting, file, assertion.amount.commodity, assertion.amount.value)) {
        return false;
    }
    if (!assertion.total) {
        return true;
    }
    const auto held = held_.find(posting.account);
    return held == held_.end() ||
           std::all_of(held->second.begin(), held->second.end(), [&](std::uint32_t commodity) {
               return commodity == assertion.amount.commodity ||
                      holds(posting, file, commodity, base::Decimal{});
           });
}

bool RunningBalances::assign(
    const RawPosting& posting, std::uint32_t file, std::vector<AssignedAmount>& amounts
) {
    const RawAssertion& assertion = posting.assertion;
    const std::uint32_t named = assertion.amount.commodity;
    const SourcePosition at{.file = file, .line = posting.line, .column = assertion.column};
    amounts.clear();
    std::vector<std::uint32_t> commodities{named};
    const auto& lists = assertion.inclusive ? held_inclusive_ : held_;
    if (const auto held = lists.find(posting.account); held != lists.end()) {
        std::copy_if(
            held->second.begin(),
            held->second.end(),
            std::back_inserter(commodities),
            [&](std::uint32_t commodity) { return commodity != named; }
        );
    }
    for (const std::uint32_t commodity : commodities) {
        const base::Decimal before = own(posting.account, commodity).negated();
        // hledger sets the account's own balance to what is named, less what the subaccounts hold.
        // The commodities that a single `=` doesn't name keep their own balance, but with `=*` lose
        // the subaccounts' all the same.
        base::Decimal after = commodity == named ? assertion.amount.value
                              : assertion.total  ? base::Decimal{}
                                                 : before.negated();
        bool fits = true;
        if (assertion.inclusive) {
            base::Decimal below = inclusive(posting.account, commodity);
            fits = add_to(below, before) && add_to(after, below.negated());
        }
        // A cost is the new balance's: the old one goes without.
        const bool apart = commodity == named && assertion.cost.kind != CostKind::none;
        base::Decimal change = before;
        fits = fits && add_to(change, after);
        if (!fits) {
            return refusal_.refuse(
                at,
                "interchange.out_of_range",
                "the assigned balance has too many digits to be exact"
            );
        }
        const auto part = [&](const base::Decimal& value, bool has_cost) {
            if (!value.is_zero()) {
                amounts.push_back(
                    {.commodity = commodity, .value = normalised(value), .has_cost = has_cost}
                );
            }
        };
        if (apart) {
            part(before, false);
            part(after, true);
        } else {
            part(change, false);
        }
    }
    return std::all_of(amounts.begin(), amounts.end(), [&](const AssignedAmount& amount) {
        return add(posting.account, amount.commodity, amount.value, at);
    });
}

}  // namespace accubooks::interchange
