#include "ledger/integrity_api.h"

#include <algorithm>
#include <optional>

#include "base/json_writer.h"
#include "net/routes.h"

namespace accubooks::ledger {
namespace {

void write_look(base::JsonWriter& json, const IntegrityWatch::Look& look) {
    json.begin_object().member("at", base::to_rfc3339(look.at));
    json.member("last_entry", look.found.last_entry);
    json.key("checks").begin_array();
    for (const char* const check : kQuickChecks) {
        const auto breach = std::ranges::find(look.found.breaches, check, &Breach::check);
        const bool holds = breach == look.found.breaches.end();
        json.begin_object().member("check", check).member("holds", holds);
        json.member("detail", holds ? std::nullopt : std::optional{breach->detail});
        json.end_object();
    }
    json.end_array().end_object();
}

base::Task<base::Result<net::Response>> get_integrity(
    IntegrityApi api, const net::Request& request
) {
    AB_CO_TRY(
        principal, co_await api.authenticator.authorise(request, identity::Permission::journal_read)
    );
    const auto look = co_await api.watch.look_at(principal.tenant, request.deadline);
    base::JsonWriter json;
    write_look(json, look);
    co_return net::Response::json(200, std::move(json).take());
}

}  // namespace

void mount_integrity(net::Router& router, IntegrityApi api) {
    net::Routes{router, api}.add(
        net::Method::get, "/api/v1/tenants/{tenant_id}/integrity", get_integrity
    );
}

}  // namespace accubooks::ledger
