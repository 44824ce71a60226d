#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "ledger/posting.h"
#include "pg/pool.h"

namespace accubooks::ledger {

/// The database's verdict on one entry of a call.
struct PostingVerdict {
    std::string outcome;  // "posted", "replayed", "conflict", "unbalanced", …: see
                          // db/functions/books.post_entries.sql
    base::EntryNumber number;
    base::Digest chain_hash{};
};

/// Entries of one tenant for one transaction, in order.
struct TenantBatch {
    base::TenantId tenant;
    std::vector<const Posting*> postings;
};

/// How entries that share a transaction are judged. `trusting`: by the tables' rules alone, at
/// whose refusal the whole call fails (SQLSTATE classes 22 and 23) and nothing is done. `close`:
/// looked at beforehand, and what is suspect is left out.
enum class Scrutiny : std::uint8_t { trusting, close };

/// Where a poster's batches go. Calls throw pg::Failure; after `lost` and `unknown_outcome` nobody
/// knows whether the batch was posted, after any other it was not.
class PostingStore {
public:
    virtual ~PostingStore() = default;
    /// One transaction of one tenant; one verdict per posting. Who waits longer than
    /// `lock_patience` for a lock fails with SQLSTATE 55P03.
    virtual base::Task<std::vector<PostingVerdict>> post(
        TenantBatch batch, std::chrono::milliseconds lock_patience, base::Deadline deadline
    ) = 0;
    /// One transaction of several tenants, in ascending order. The verdicts of each batch, in
    /// order; none for a batch that was left out, because something about it is suspect or its
    /// ledger is locked: it is to be posted by itself.
    virtual base::Task<std::vector<std::vector<PostingVerdict>>> post_combined(
        std::vector<TenantBatch> batches, Scrutiny scrutiny, base::Deadline deadline
    ) = 0;
};

/// The database, through the functions that may write the journal. `lock_patience` is that of
/// `post_combined`. `pool` and `clock` outlive it.
std::unique_ptr<PostingStore> posting_store(
    pg::Pool& pool, const base::Clock& clock, std::chrono::milliseconds lock_patience
);

/// The call of books.post_entries for all of `postings`: one round trip, one transaction unless one
/// is open.
pg::Query post_entries_query(
    base::TenantId tenant, std::span<const Posting* const> postings, base::Instant posted_at
);

/// Its answer: one verdict per posting, in order.
std::vector<PostingVerdict> verdicts_of(const pg::Rows& rows);

/// What a verdict means to who asked for the posting.
base::Result<Posted> result_of(const PostingVerdict& verdict);

/// Whether the call was refused because a commodity's scale changed since the books were read, and
/// what that is to who asked (kStaleScaleCode).
bool is_stale_scale(const pg::Failure& failure);
base::Error stale_scale();

/// The refusal that a verdict other than posted and replayed stands for.
base::Error refusal_of(std::string_view outcome);

}  // namespace accubooks::ledger
