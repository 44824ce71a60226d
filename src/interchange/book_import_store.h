#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/money.h"
#include "base/task.h"
#include "ledger/posting_store.h"
#include "pg/tenant_transaction.h"

namespace accubooks::interchange {

/// How much an import sends in one call.
inline constexpr std::size_t kEntriesPerCall = 2000;
inline constexpr std::size_t kLinesPerCall = 8000;
inline constexpr std::size_t kPricesPerCall = 5000;

struct PriceToKeep {
    std::string commodity;
    std::string quote_commodity;
    base::Date date;
    std::string price;  // plain decimal
};

/// Posts entries in one call: a verdict each, in order.
base::Task<std::vector<ledger::PostingVerdict>> post_all(
    pg::TenantTransaction& transaction,
    const std::vector<ledger::Posting>& postings,
    base::Instant posted_at
);

/// Keeps prices; one that is there for the day is replaced.
base::Task<void> insert_prices(pg::TenantTransaction& transaction, std::vector<PriceToKeep> prices);

/// Gives a commodity that no balance is kept in yet the scale of `commodity`; false when it is in
/// use.
base::Task<bool> widen_commodity(
    pg::TenantTransaction& transaction, const base::Commodity& commodity
);

}  // namespace accubooks::interchange
