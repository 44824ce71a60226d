#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "base/task.h"
#include "launch/change_api.h"
#include "net/routes.h"

namespace accubooks::launch {

/// The person behind a request with their roles in the launch, of which there must be one. Errors:
/// those of Authenticator::person, `launch.role_missing`.
base::Task<base::Result<Actor>> actor_of(LaunchApi api, const net::Request& request);

/// The same for a write: with the request's idempotency key, for the act's name and content.
/// Errors: `identity.bad_idempotency_key`.
base::Result<Actor> with_key(
    Actor actor, const net::Request& request, std::string_view act, std::string_view content
);

/// A write about the change that the route names, by whom: `act` is its name, `canonical` its body.
/// Errors: those of ChangeBook::find and with_key, `http.bad_parameter`.
struct Asked {
    Actor writer;
    std::int64_t change = 0;
};
base::Task<base::Result<Asked>> asked_by(
    LaunchApi api, Actor actor, const net::Request& request, std::string canonical, std::string act
);

/// The same, signed: the body holds nothing but the envelope of a statement, and the writer comes
/// with the keys that it may be signed by. Errors besides: `launch.bad_fields`, those of json_body.
struct Signed {
    Asked asked;
    std::string envelope;
};
base::Task<base::Result<Signed>> signed_by(
    LaunchApi api, Actor actor, const net::Request& request, std::string act
);

/// What a write sends: its body, read and canonical. Errors: those of json_body and canonical_json.
struct Sent {
    boost::json::value body;
    std::string canonical;
};
base::Result<Sent> sent_by(const net::Request& request);

/// The change that the route names, of a request without a query. Errors: those of
/// ChangeBook::find, `http.bad_parameter`.
base::Task<base::Result<Change>> change_of(LaunchApi api, const net::Request& request);

/// `launch.bad_fields` when there are breaches.
base::Result<void> refuse_breaches(std::vector<base::FieldError> wrong);

/// Answers once the write's acts are leaves of the signed log. Errors: those of
/// Log::await_inclusion.
base::Task<base::Result<net::Response>> answer(
    LaunchApi api, Written written, base::Deadline deadline
);

/// Puts what serves a route of the launch on the router.
using Routes = net::Routes<LaunchApi>;

}  // namespace accubooks::launch
