#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/task.h"
#include "ledger/chain.h"
#include "pg/pool.h"

namespace accubooks::ledger {

/// A promise of the books that doesn't hold.
struct Breach {
    base::TenantId tenant;
    std::string check;   // balanced, gapless, lines, hash, chain, epoch, period, balances, head,
                         // documents, audit
    std::string detail;  // one sentence with the entry or account
};

struct Verification {
    std::uint64_t entries = 0;
    std::uint64_t lines = 0;
    std::uint64_t breaches = 0;            // all of them, those past the list's bound too
    std::vector<Breach> first_breaches{};  // at most kBreachesMax
    std::vector<Epoch> epochs{};           // those that restores began, the first first
};

inline constexpr std::size_t kBreachesMax = 100;

/// Replays one tenant's journal in one snapshot and compares everything that is derived from it:
/// numbers without gaps, every line there, every entry balanced, hashes recomputed from the stored
/// columns, the chain with its epochs and the acts on periods up to the head, no entry in a period
/// that was closed when it was posted, balances by account, commodity and month, digests of the
/// documents that are attached, and the chain of audit events. Memory is bounded by the number of
/// balances, not of entries. `on_progress` gets the entries replayed and the number of the last
/// one.
base::Task<Verification> verify(
    pg::Pool& pool,
    base::TenantId tenant,
    std::function<void(std::uint64_t done, std::uint64_t of)> on_progress,
    base::Deadline deadline
);

}  // namespace accubooks::ledger
