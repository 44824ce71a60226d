#pragma once

#include <vector>

#include "interchange/internal/balancer.h"
#include "interchange/internal/book.h"
#include "interchange/internal/raw_transaction.h"
#include "interchange/internal/refusal.h"

namespace accubooks::interchange {

/// Finds the scale of each commodity: all entries are shown to it once, before the first is handed
/// out.
class ScaleFinder {
public:
    ScaleFinder(Book& book, Refusal& refusal) : book_{book}, refusal_{refusal} {}

    /// Refuses an amount finer than a known scale or than base::Commodity::kMaxScale, and one that
    /// can't be an int64 at any scale.
    bool see(const RawTransaction& transaction, const std::vector<ResolvedLine>& lines);

    /// Settles the scales; refuses the largest amount of a commodity that doesn't fit 64 bits at
    /// its scale.
    bool settle();

private:
    bool see_amount(const RawTransaction& transaction, const ResolvedLine& line);
    bool see_cost(const RawTransaction& transaction, const ResolvedLine& line);
    bool note_size(CommodityFacts& facts, const base::Decimal& value, SourcePosition at);

    Book& book_;
    Refusal& refusal_;
};

}  // namespace accubooks::interchange
