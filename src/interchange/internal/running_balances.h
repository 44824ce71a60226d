#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "interchange/internal/book.h"
#include "interchange/internal/raw_transaction.h"
#include "interchange/internal/refusal.h"

namespace accubooks::interchange {

/// One commodity's part of an assigned amount.
struct AssignedAmount {
    std::uint32_t commodity = 0;
    base::Decimal value{};
    bool has_cost = false;  // the part that the assignment names, where it names a cost too
};

/// Balances, within the files imported, of the accounts that some assertion or assignment looks at.
/// Costs play no part.
class RunningBalances {
public:
    RunningBalances(const Book& book, Refusal& refusal);

    /// Adds a line's amount. Refuses past JournalLimits::kAssertedBalances and what doesn't fit 38
    /// digits.
    bool add(
        std::uint32_t account,
        std::uint32_t commodity,
        const base::Decimal& value,
        SourcePosition at
    );

    /// Whether the assertion of `posting` holds now; refuses where it doesn't.
    bool check(const RawPosting& posting, std::uint32_t file);

    /// What must be added to the account so that the assignment of `posting` holds, zeros left out;
    /// it is added.
    bool assign(
        const RawPosting& posting, std::uint32_t file, std::vector<AssignedAmount>& amounts
    );

private:
    static std::uint64_t key(std::uint32_t account, std::uint32_t commodity) {
        return (std::uint64_t{account} << 32U) | commodity;
    }
    base::Decimal own(std::uint32_t account, std::uint32_t commodity) const;
    base::Decimal inclusive(std::uint32_t account, std::uint32_t commodity) const;
    bool holds(
        const RawPosting& posting,
        std::uint32_t file,
        std::uint32_t commodity,
        const base::Decimal& asserted
    );

    const Book& book_;
    Refusal& refusal_;
    bool any_ = false;
    bool any_inclusive_ = false;
    std::unordered_map<std::uint64_t, base::Decimal> own_;
    std::unordered_map<std::uint64_t, base::Decimal> inclusive_;
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>>
        held_;  // commodities an account has had
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>>
        held_inclusive_;  // with its subaccounts
};

}  // namespace accubooks::interchange
