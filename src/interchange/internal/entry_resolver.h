#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "interchange/internal/balancer.h"
#include "interchange/internal/book.h"
#include "interchange/internal/raw_transaction.h"
#include "interchange/internal/refusal.h"
#include "interchange/internal/running_balances.h"

namespace accubooks::interchange {

/// Turns transactions, in the order in which assertions are judged, into balanced lines:
/// assignments become amounts, missing amounts are inferred, assertions are checked. The same
/// sequence gives the same lines again.
class EntryResolver {
public:
    EntryResolver(const Book& book, Refusal& refusal, Like like);

    Balancer& balancer() { return balancer_; }

    /// Lines of `transaction`; amounts with an open comma are settled in it first. Postings with
    /// another date than the transaction's are balanced with it, but count for assertions only when
    /// `count_dated` reaches their day.
    bool resolve(RawTransaction& transaction, std::vector<ResolvedLine>& lines);

    /// Lets the postings of `transaction` dated `days` count, and checks their assertions.
    bool count_dated(
        RawTransaction& transaction, std::int32_t days, std::vector<ResolvedLine>& lines
    );

private:
    bool collect(
        const RawTransaction& transaction, std::vector<ResolvedLine>& lines, bool assigning
    );
    bool add_line(
        const RawTransaction& transaction,
        std::uint32_t posting,
        const RawAmount& amount,
        const RawCost& cost,
        std::vector<ResolvedLine>& lines
    );
    bool assign(
        const RawTransaction& transaction, std::uint32_t posting, std::vector<ResolvedLine>& lines
    );
    bool balance_assigned(const RawTransaction& transaction, std::vector<ResolvedLine>& lines);
    bool count(
        const RawTransaction& transaction,
        const std::vector<ResolvedLine>& lines,
        std::optional<std::int32_t> day
    );
    bool check_costs(const RawTransaction& transaction, const std::vector<ResolvedLine>& lines);
    void settle_commas(RawTransaction& transaction) const;

    const Book& book_;
    Refusal& refusal_;
    Like like_;
    Balancer balancer_;
    RunningBalances balances_;
    std::vector<AssignedAmount> assigned_;
    std::vector<ResolvedLine> with_costs_;
};

}  // namespace accubooks::interchange
