#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/task.h"
#include "ledger/posting.h"
#include "pg/connection.h"

namespace accubooks::ledger {

/// The database's verdict on one entry of a call.
struct PostingVerdict {
    std::string outcome;  // "posted", "replayed", "conflict", "unbalanced", …: see db/functions/books_post_entries.sql
    base::EntryNumber number;
    base::Digest chain_hash{};
};

/// Calls books.post_entries once for all of `postings`: one round trip, one transaction unless one is open.
/// One verdict per posting, in order.
base::Task<std::vector<PostingVerdict>> call_post_entries(
    pg::Connection& connection,
    base::TenantId tenant,
    std::span<const Posting* const> postings,
    base::Instant posted_at,
    base::Deadline deadline
);

/// The refusal that a verdict other than posted and replayed stands for.
base::Error refusal_of(std::string_view outcome);

}  // namespace accubooks::ledger
