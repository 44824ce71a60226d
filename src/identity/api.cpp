#include "identity/api.h"

#include <array>

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "base/canonical_json.h"
#include "base/json_writer.h"
#include "identity/internal/answers.h"
#include "net/body_fields.h"
#include "net/body_member.h"
#include "net/json_body.h"
#include "net/page.h"
#include "net/routes.h"

namespace accubooks::identity {

namespace {

using base::Result;
using base::Task;
using net::Request;
using net::Response;

std::string cookie(const Request& request, std::string_view value, std::int64_t seconds) {
    return fmt::format(
        "{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}",
        cookie_name(request),
        value,
        seconds,
        is_cookie_for_tls(request) ? "; Secure" : ""
    );
}

void write_user_member(base::JsonWriter& json, const std::optional<User>& user) {
    json.key("user");
    if (user) {
        write_user(json, *user);
    } else {
        json.value(nullptr);
    }
}

void write_token(base::JsonWriter& json, const ApiToken& token) {
    json.member("token_id", base::to_string(token.token_id))
        .member("label", token.label)
        .member("role", to_string(token.role))
        .member("created_at", base::to_rfc3339(token.created_at))
        .member("created_by", token.created_by)
        .member("expires_at", time_text(token.expires_at))
        .member("revoked_at", time_text(token.revoked_at))
        .member("last_used_at", time_text(token.last_used_at));
}

Task<Result<Response>> post_session(IdentityApi api, const Request& request) {
    // Only a page of ours, or a program, can send JSON without being asked first: nobody else's
    // page can sign a visitor in as somebody.
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    Credentials credentials{
        .email = fields.text("email"),
        .password = fields.text("password"),
        .code = fields.optional_text("code"),
        .peer = request.peer,
        .user_agent = std::string{request.headers.find("User-Agent").value_or("")},
    };
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    AB_CO_TRY(session, co_await api.sign_in.begin(std::move(credentials), request.deadline));

    base::JsonWriter json;
    json.begin_object();
    write_user_member(json, session.user);
    json.member("csrf_token", session.csrf_token).end_object();
    const std::int64_t good_for = api.sign_in.settings().absolute.count();
    auto response = private_json(201, std::move(json).take());
    response.headers.add("Set-Cookie", cookie(request, session.secret, good_for));
    co_return response;
}

/// What a person is besides a member of tenants; a program is nothing of it.
struct OutsideOfTenants {
    bool is_operator = false;
    std::vector<std::string> launch_roles{};
};

Task<OutsideOfTenants> outside_of_tenants(
    IdentityApi api, std::optional<User> user, base::Deadline deadline
) {
    if (!user) {
        co_return OutsideOfTenants{};
    }
    const bool is_operator = co_await api.operators.is_one(user->user_id, deadline);
    co_return OutsideOfTenants{
        .is_operator = is_operator,
        .launch_roles = co_await api.launch_roles(user->user_id, deadline),
    };
}

Task<Result<Response>> get_session(IdentityApi api, const Request& request) {
    AB_CO_CHECK(request.allow_query({}));
    AB_CO_TRY(caller, co_await api.authenticator.caller(request));
    const OutsideOfTenants outside =
        co_await outside_of_tenants(api, caller.user, request.deadline);
    base::JsonWriter json;
    json.begin_object().member("actor", caller.actor);
    write_user_member(json, caller.user);
    json.key("tenants").begin_array();
    for (const Membership& tenant : caller.tenants) {
        json.begin_object()
            .member("tenant_id", tenant.tenant.value)
            .member("name", tenant.tenant_name)
            .member("base_currency", tenant.base_currency)
            .member("role", to_string(tenant.role))
            .end_object();
    }
    json.end_array().member("operator", outside.is_operator);
    json.key("launch_roles").begin_array();
    for (const std::string& role : outside.launch_roles) {
        json.value(role);
    }
    json.end_array();
    if (caller.user) {
        json.member("csrf_token", caller.csrf_token);
    } else {
        json.member("csrf_token", nullptr);
    }
    json.end_object();
    co_return private_json(200, std::move(json).take());
}

Task<Result<Response>> delete_session(IdentityApi api, const Request& request) {
    AB_CO_TRY(caller, co_await api.authenticator.caller(request));
    if (!caller.session_digest) {
        co_return base::refuse(
            base::ErrorKind::forbidden,
            "identity.no_session",
            "A token has no session to end; revoke the token instead."
        );
    }
    co_await api.sign_in.end(*caller.session_digest, request.deadline);
    auto response = Response::empty(204);
    response.headers.add("Set-Cookie", cookie(request, "", 0));
    response.headers.set("Clear-Site-Data", "\"cache\"");
    co_return response;
}

Task<Result<Response>> get_tokens(IdentityApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::token_manage));
    AB_CO_TRY(page, uuid_page_of(request));
    auto tokens = co_await api.directory.list_tokens(
        principal.tenant, page.after, page.limit + 1, request.deadline
    );
    co_return private_json(
        200,
        net::text_page_json(
            std::move(tokens),
            page.limit,
            [](const ApiToken& token) { return base::to_string(token.token_id); },
            [](base::JsonWriter& json, const ApiToken& token) {
                json.begin_object();
                write_token(json, token);
                json.end_object();
            }
        )
    );
}

Result<NewToken> new_token_of(const boost::json::value& body, const Principal& principal) {
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    NewToken token{
        .tenant = principal.tenant,
        .role = role_in(fields),
        .label = fields.text("label"),
        .created_by = principal.actor,
        .expires_at = fields.optional_date("expires_on").transform(end_of),
    };
    fields.refuse_unknown();
    AB_CHECK(refuse_breaches(std::move(wrong)));
    return token;
}

/// The secret is told once: what is kept for a repeated request says so in its place.
std::string issued_json(const ApiToken& token, std::optional<std::string_view> secret) {
    base::JsonWriter json;
    json.begin_object();
    write_token(json, token);
    json.member("token", secret).member("token_was_told", !secret.has_value()).end_object();
    return std::move(json).take();
}

constexpr std::array kMembersOfToken{
    net::MemberOfCode{"identity.bad_name", "/label"},
    net::MemberOfCode{"identity.already_expired", "/expires_on"},
};

Task<Result<Response>> post_token(IdentityApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::token_manage));
    AB_CO_TRY(body, net::json_body(request));
    AB_CO_TRY(token, new_token_of(body, principal));
    AB_CO_TRY(canonical, base::canonical_json(body));
    AB_CO_TRY(key, write_key_of(request, "POST tokens", canonical));
    AB_CO_TRY(
        answered, co_await api.directory.find_answer(principal.tenant, key, request.deadline)
    );
    if (answered) {
        co_return answer_again(*std::move(answered));
    }
    AB_CO_TRY(issued, net::at_members(api.directory.mint_token(token), kMembersOfToken));
    const Keeping keeping{
        .key = key,
        .answer = {.status = 201, .body = issued_json(issued.token, std::nullopt)},
        .author = principal.author(),
    };
    const auto kept =
        co_await api.directory.keep_token(principal.tenant, issued, keeping, request.deadline);
    co_return co_await answer_to_write(
        api,
        principal.tenant,
        key,
        kept,
        private_json(201, issued_json(issued.token, issued.secret)),
        request.deadline
    );
}

Task<Result<Response>> delete_token(IdentityApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::token_manage));
    const auto token_id = base::Uuid::parse(request.parameters.at("token_id"));
    if (!token_id) {
        co_return base::refuse(
            base::ErrorKind::not_found,
            "identity.token_not_found",
            "There is no such token in this tenant."
        );
    }
    AB_CO_TRY(key, write_key_of(request, "DELETE tokens", base::to_string(*token_id)));
    AB_CO_TRY(
        answered, co_await api.directory.find_answer(principal.tenant, key, request.deadline)
    );
    if (answered) {
        co_return answer_again(*std::move(answered));
    }
    const Keeping keeping{.key = key, .answer = {.status = 204}, .author = principal.author()};
    const auto revoked =
        co_await api.directory.revoke_token(principal.tenant, *token_id, keeping, request.deadline);
    co_return co_await answer_to_write(
        api, principal.tenant, key, revoked, Response::empty(204), request.deadline
    );
}

}  // namespace

void mount_identity(net::Router& router, const IdentityApi& api) {
    const net::Routes routes{router, api};
    routes.add(net::Method::post, "/api/v1/session", post_session);
    routes.add(net::Method::get, "/api/v1/session", get_session);
    routes.add(net::Method::del, "/api/v1/session", delete_session);
    routes.add(net::Method::get, "/api/v1/tenants/{tenant_id}/tokens", get_tokens);
    routes.add(net::Method::post, "/api/v1/tenants/{tenant_id}/tokens", post_token);
    routes.add(net::Method::del, "/api/v1/tenants/{tenant_id}/tokens/{token_id}", delete_token);
    mount_tenants(router, api);
    mount_members(router, api);
    mount_invitations(router, api);
    mount_password_resets(router, api);
    mount_me(router, api);
}

}  // namespace accubooks::identity
