#pragma once

#include "identity/authenticator.h"
#include "net/router.h"
#include "pg/pool.h"

namespace accubooks::reports {

/// …/reports/trial-balance?from=D&to=D, …/income-statement, …/balance-sheet, …/general-ledger,
/// …/account-statement/{account_id} and …/late-entries, as JSON, CSV or a workbook: as
/// format=json|csv|xlsx says, else Accept. What it is given outlives the router. All take
/// tag=NAME=VALUE, closing=include|exclude and known_at=NUMBER, the former three compare=N and
/// compare_with=period|month|quarter|year.
void mount_reports(net::Router& router, identity::Authenticator& authenticator, pg::Pool& pool);

}  // namespace accubooks::reports
