#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"
#include "base/json_writer.h"

namespace accubooks::ledger {

/// Something that was changed around a tenant's books, as a trigger on its table recorded it
/// (db/functions/books.record_change.sql), or an import or export.
struct AuditEvent {
    std::int64_t number = 0;  // from 1, without gaps
    base::Instant at{};
    std::string actor;                    // "user:UUID", "token:UUID", "cli:NAME", "database:ROLE"
    std::string peer;                     // the address it came from; empty for a command
    std::string kind;                     // one of kAuditKinds
    std::string act;                      // made, changed, removed, done
    std::string object;                   // "user:UUID", "account:7"
    std::optional<std::string> before{};  // JSON as the database writes it, without secrets
    std::optional<std::string> after{};
    std::string reason;
    base::Digest chain_hash{};  // of this event and the hash before; audit_event_hash
};

inline constexpr std::string_view kAuditKinds[] = {
    "account", "period", "role", "user", "token", "setting", "import", "export"
};

/// What verification says of an event that isn't what was recorded.
std::string broken_event(std::int64_t number);

void write_audit_event(base::JsonWriter& json, const AuditEvent& event);

}  // namespace accubooks::ledger
