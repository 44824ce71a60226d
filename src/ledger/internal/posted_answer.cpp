#include "ledger/internal/posted_answer.h"

#include <fmt/format.h>

#include "net/idempotency.h"

namespace accubooks::ledger {

void write_posted(base::JsonWriter& json, const Posted& posted) {
    json.member("number", posted.number.value).member("hash", base::to_hex(posted.chain_hash));
}

net::Response created(base::TenantId tenant, const Posted& posted) {
    base::JsonWriter json;
    json.begin_object();
    write_posted(json, posted);
    json.end_object();
    net::Response response = net::Response::json(201, std::move(json).take());
    response.headers.set(
        "Location",
        fmt::format("/api/v1/tenants/{}/journal-entries/{}", tenant.value, posted.number.value)
    );
    return posted.replayed ? net::replayed(std::move(response)) : response;
}

}  // namespace accubooks::ledger
