#pragma once

#include "base/clock.h"
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
    const base::Clock& clock;
};

/// …/journal-entries, …/journal-entries:batch, …/journal-entries:alike,
/// …/journal-entries/{number},
/// …/journal-entries/{number}/reversal, …/journal-entries/{number}/proof
void mount_journal(net::Router& router, LedgerApi api);

/// …/drafts, …/drafts/{draft_id}, …/drafts/{draft_id}/posting
void mount_drafts(net::Router& router, LedgerApi api);

/// …/journal-entries/{number}/attachments, …/journal-entries/{number}/attachments/{sha256}
void mount_attachments(net::Router& router, LedgerApi api);

/// …/accounts, …/accounts/{account_id}, …/chart, …/commodities
void mount_accounts(net::Router& router, LedgerApi api);

/// …/periods, …/periods/{period}/closing, …/lock, …/reopening-request and …/reopening; …/calendar
void mount_periods(net::Router& router, LedgerApi api);

/// …/audit
void mount_tenant_audit(net::Router& router, LedgerApi api);

/// …/actors
void mount_actors(net::Router& router, LedgerApi api);

}  // namespace accubooks::ledger
