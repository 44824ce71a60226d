#include "launch/internal/requests.h"

#include <fmt/format.h>

#include "base/canonical_json.h"
#include "launch/known_keys.h"
#include "net/body_fields.h"
#include "net/idempotency.h"
#include "net/json_body.h"

namespace accubooks::launch {

base::Task<base::Result<Actor>> actor_of(LaunchApi api, const net::Request& request) {
    AB_CO_TRY(person, co_await api.authenticator.person(request));
    Actor actor{
        .person = {.user = person.user.user_id, .name = person.user.name},
        .name = person.actor,
    };
    const RoleBook book = co_await api.roles.book(request.deadline);
    actor.person.roles = book.roles_of(person.user.user_id, api.changes.now());
    if (actor.person.roles.empty()) {
        co_return base::refuse(
            base::ErrorKind::forbidden,
            "launch.role_missing",
            "You have no role in the launch; have one granted and confirmed."
        );
    }
    co_return actor;
}

base::Result<Actor> with_key(
    Actor actor, const net::Request& request, std::string_view act, std::string_view content
) {
    AB_TRY(key, identity::write_key_of(request, act, content));
    actor.key = std::move(key);
    return actor;
}

base::Result<Sent> sent_by(const net::Request& request) {
    AB_TRY(body, net::json_body(request));
    AB_TRY(canonical, base::canonical_json(body));
    return Sent{.body = std::move(body), .canonical = std::move(canonical)};
}

base::Task<base::Result<Change>> change_of(LaunchApi api, const net::Request& request) {
    AB_CO_CHECK(request.allow_query({}));
    co_return co_await api.changes.find(request.parameters.at("change"), request.deadline);
}

base::Task<base::Result<Asked>> asked_by(
    LaunchApi api, Actor actor, const net::Request& request, std::string canonical, std::string act
) {
    AB_CO_TRY(change, co_await change_of(api, request));
    const std::string what = fmt::format("POST {} {}", act, change_name(change.number));
    AB_CO_TRY(writer, with_key(std::move(actor), request, what, canonical));
    co_return Asked{.writer = std::move(writer), .change = change.number};
}

base::Task<base::Result<Signed>> signed_by(
    LaunchApi api, Actor actor, const net::Request& request, std::string act
) {
    AB_CO_TRY(sent, sent_by(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{sent.body, "", wrong};
    const auto* given = fields.optional_value("envelope");
    if (given == nullptr) {
        fields.breach("envelope", "the signed statement, a DSSE envelope");
    }
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    AB_CO_TRY(envelope, base::canonical_json(*given));
    AB_CO_TRY(
        asked,
        co_await asked_by(api, std::move(actor), request, std::move(sent.canonical), std::move(act))
    );
    asked.writer.keys = co_await known_keys(api.keys, asked.writer.person.user, request.deadline);
    co_return Signed{.asked = std::move(asked), .envelope = std::move(envelope)};
}

base::Result<void> refuse_breaches(std::vector<base::FieldError> wrong) {
    return net::refuse_breaches("launch.bad_fields", "Nothing was done", std::move(wrong));
}

base::Task<base::Result<net::Response>> answer(
    LaunchApi api, Written written, base::Deadline deadline
) {
    for (const base::Uuid& act : written.acts) {
        AB_CO_CHECK(co_await api.log.await_inclusion(act, deadline));
    }
    net::Response response = net::Response::json(written.status, std::move(written.body));
    co_return written.is_replayed ? net::replayed(std::move(response)) : response;
}

}  // namespace accubooks::launch
