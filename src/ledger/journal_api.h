#pragma once

#include "identity/authenticator.h"
#include "ledger/books.h"
#include "ledger/journal.h"
#include "net/router.h"
#include "pg/pool.h"

namespace accubooks::ledger {

/// What the routes of this room work with; everything outlives the router.
struct LedgerApi {
    identity::Authenticator& authenticator;
    pg::Pool& pool;
    BooksCache& books;
    Journal& journal;
};

/// …/journal-entries, …/journal-entries:batch, …/journal-entries/{number},
/// …/journal-entries/{number}/reversal
void mount_journal(net::Router& router, LedgerApi api);

/// …/accounts, …/accounts/{account_id}, …/commodities
void mount_accounts(net::Router& router, LedgerApi api);

}  // namespace accubooks::ledger
