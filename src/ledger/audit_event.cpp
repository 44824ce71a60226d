#include "ledger/audit_event.h"

#include <fmt/format.h>

namespace accubooks::ledger {

std::string broken_event(std::int64_t number) {
    return fmt::format("audit event {} isn't what was recorded, or follows on another", number);
}

void write_audit_event(base::JsonWriter& json, const AuditEvent& event) {
    json.begin_object()
        .member("number", event.number)
        .member("at", base::to_rfc3339(event.at))
        .member("actor", event.actor)
        .member("from", event.peer)
        .member("kind", event.kind)
        .member("act", event.act)
        .member("object", event.object);
    json.key("before").raw(event.before.value_or("null"));
    json.key("after").raw(event.after.value_or("null"));
    json.member("reason", event.reason)
        .member("chain_hash", base::to_hex(event.chain_hash))
        .end_object();
}

}  // namespace accubooks::ledger
