#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "ledger/posting.h"
#include "pg/connection.h"

namespace accubooks::ledger {

/// The database's verdict on one entry of a call.
struct PostingVerdict {
    std::string outcome;  // "posted", "replayed", "conflict", "unbalanced", …: see
                          // db/functions/books.post_entries.sql
    base::EntryNumber number;
    base::Digest chain_hash{};
};

/// The call of books.post_entries for all of `postings`: one round trip, one transaction unless one
/// is open.
pg::Query post_entries_query(
    base::TenantId tenant, std::span<const Posting* const> postings, base::Instant posted_at
);

/// Its answer: one verdict per posting, in order.
std::vector<PostingVerdict> verdicts_of(const pg::Rows& rows);

/// The refusal that a verdict other than posted and replayed stands for.
base::Error refusal_of(std::string_view outcome);

}  // namespace accubooks::ledger
