#include "launch/internal/participants.h"

#include "net/body_fields.h"
#include "net/idempotency.h"

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
    response.headers.set("Cache-Control", "no-store");
    co_return written.is_replayed ? net::replayed(std::move(response)) : response;
}

}  // namespace accubooks::launch
