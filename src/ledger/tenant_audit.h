#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/date.h"
#include "base/ids.h"
#include "base/task.h"
#include "ledger/audit_event.h"
#include "pg/author.h"
#include "pg/pool.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {

/// Which events of a tenant's audit are asked for.
struct AuditFilter {
    std::optional<std::string> kind{};
    std::optional<std::string> actor{};
    std::optional<std::string> object{};
    std::optional<base::Date> from{};  // days in UTC, both included
    std::optional<base::Date> to{};
};

/// At most `limit` events that pass the filter, those behind the number `after`, by number.
base::Task<std::vector<AuditEvent>> list_audit(
    pg::TenantTransaction& transaction, AuditFilter filter, std::int64_t after, std::int64_t limit
);

/// Takes a piece of the export; false when no more is wanted.
using AuditSink = std::function<base::Task<bool>(std::string piece)>;

/// All events that pass the filter, JSON, one a line. A step at a time is in memory, and each is
/// read by itself: what was recorded stays, so the steps need no snapshot together. Throws
/// pg::Failure.
base::Task<void> export_audit(
    pg::Pool& pool, base::TenantId tenant, AuditFilter filter, AuditSink sink
);

/// Notes that books came in ("import") or went out ("export"), in the transaction that brings them
/// or shows them; `what` is JSON. Throws pg::Failure.
base::Task<void> record_transfer(
    pg::TenantTransaction& transaction, std::string kind, std::string object, std::string what
);

/// The same for an export, in a transaction of its own before the books go out: one that breaks off
/// was one.
base::Task<void> record_export(
    pg::Pool& pool,
    base::TenantId tenant,
    pg::Author author,
    std::string format,
    base::Deadline deadline
);

/// Numbers of the events that aren't what was recorded, or don't follow on the one before.
base::Task<std::vector<std::int64_t>> audit_breaches(pg::TenantTransaction& transaction);

}  // namespace accubooks::ledger
