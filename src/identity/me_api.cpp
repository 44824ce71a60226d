#include "base/json_writer.h"
#include "identity/internal/answers.h"
#include "net/body_fields.h"
#include "net/body_member.h"
#include "net/json_body.h"
#include "net/routes.h"

namespace accubooks::identity {

namespace {

using base::Result;
using base::Task;
using net::Request;
using net::Response;

Task<Result<Response>> patch_me(IdentityApi api, const Request& request) {
    AB_CO_TRY(person, co_await api.authenticator.person(request));
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    User user = std::move(person.user);
    user.name = fields.text("name");
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    pg::Author author{.actor = std::move(person.actor), .peer = request.peer};
    AB_CO_CHECK(co_await api.directory.rename_user(
        user.user_id, user.name, std::move(author), request.deadline
    ));
    base::JsonWriter json;
    write_user(json, user);
    co_return private_json(200, std::move(json).take());
}

Task<Result<Response>> get_sessions(IdentityApi api, const Request& request) {
    AB_CO_TRY(person, co_await api.authenticator.person(request));
    AB_CO_CHECK(request.allow_query({}));
    base::JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& session :
         co_await api.open_sessions.list(person.user.user_id, request.deadline)) {
        json.begin_object()
            .member("session_id", base::to_string(session.session_id))
            .member("created_at", base::to_rfc3339(session.created_at))
            .member("last_used_at", base::to_rfc3339(session.last_used_at))
            .member("expires_at", base::to_rfc3339(session.expires_at))
            .member("from", session.peer)
            .member("user_agent", session.user_agent)
            .member("is_this", session.digest == person.session_digest)
            .end_object();
    }
    json.end_array().end_object();
    co_return private_json(200, std::move(json).take());
}

Task<Result<Response>> delete_session(IdentityApi api, const Request& request) {
    AB_CO_TRY(person, co_await api.authenticator.person(request));
    const auto session_id = base::Uuid::parse(request.parameters.at("session_id"));
    // What is no id is nobody's session.
    AB_CO_CHECK(co_await api.open_sessions.end(
        person.user.user_id, session_id ? *session_id : base::Uuid{}, request.deadline
    ));
    co_return Response::empty(204);
}

Task<Result<Response>> post_password(IdentityApi api, const Request& request) {
    AB_CO_TRY(person, co_await api.authenticator.person(request));
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    PasswordChange change{
        .user = std::move(person.user),
        .current = fields.text("current_password"),
        .next = fields.text("new_password"),
        .peer = request.peer,
        .session = person.session_digest,
    };
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    auto changed = co_await api.passwords.change(std::move(change), request.deadline);
    AB_CO_CHECK(net::at_member(std::move(changed), "/new_password"));
    co_return Response::empty(204);
}

}  // namespace

void mount_me(net::Router& router, const IdentityApi& api) {
    const net::Routes routes{router, api};
    routes.add(net::Method::patch, "/api/v1/me", patch_me);
    routes.add(net::Method::get, "/api/v1/me/sessions", get_sessions);
    routes.add(net::Method::del, "/api/v1/me/sessions/{session_id}", delete_session);
    routes.add(net::Method::post, "/api/v1/me/password", post_password);
}

}  // namespace accubooks::identity
