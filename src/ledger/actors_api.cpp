#include <algorithm>

#include "base/ids.h"
#include "base/json_writer.h"
#include "ledger/actor_names.h"
#include "ledger/internal/query_words.h"
#include "ledger/journal_api.h"
#include "net/routes.h"

namespace accubooks::ledger {
namespace {

using base::Result;
using base::Task;
using identity::Permission;
using net::Request;
using net::Response;

constexpr std::size_t kActorsMax = 100;

/// "user:UUID" or "token:UUID", as the books write it.
bool is_actor(std::string_view text) {
    for (const std::string_view kind : {"user:", "token:"}) {
        if (text.starts_with(kind)) {
            const std::string_view id = text.substr(kind.size());
            const auto uuid = base::Uuid::parse(id);
            return uuid && base::to_string(*uuid) == id;
        }
    }
    return false;
}

Result<std::vector<std::string>> actors_of(const Request& request) {
    std::vector<std::string> actors;
    for (const auto& [name, text] : request.query) {
        if (!is_actor(text) || actors.size() == kActorsMax) {
            return bad_parameter("actor", "user: or token: with an id, 100 of them at most");
        }
        actors.push_back(text);
    }
    return actors;
}

Task<Result<Response>> get_actors(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::journal_read));
    AB_CO_CHECK(request.allow_query({"actor"}));
    AB_CO_TRY(actors, actors_of(request));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, principal.tenant, pg::Access::read_only, request.deadline
    );
    const auto names = co_await names_of(transaction, std::move(actors));
    co_await transaction.commit();
    base::JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const ActorName& actor : names) {
        json.begin_object()
            .member("actor", actor.actor)
            .member("name", actor.name)
            .member("made_by", actor.made_by)
            .member("made_by_name", actor.made_by_name)
            .end_object();
    }
    json.end_array().end_object();
    co_return Response::json(200, std::move(json).take());
}

}  // namespace

void mount_actors(net::Router& router, LedgerApi api) {
    const net::Routes routes{router, api};
    routes.add(net::Method::get, "/api/v1/tenants/{tenant_id}/actors", get_actors);
}

}  // namespace accubooks::ledger
