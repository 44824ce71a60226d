#include <boost/json/value.hpp>

#include "base/canonical_json.h"
#include "identity/internal/answers.h"
#include "net/body_fields.h"
#include "net/json_body.h"
#include "net/page.h"
#include "net/routes.h"

namespace accubooks::identity {
namespace {

using base::Result;
using base::Task;
using net::Request;
using net::Response;

void write_member(base::JsonWriter& json, const Member& member) {
    json.begin_object()
        .member("user_id", base::to_string(member.user.user_id))
        .member("email", member.user.email)
        .member("name", member.user.name)
        .member("role", to_string(member.role))
        .member("since", base::to_rfc3339(member.since))
        .member("has_second_factor", member.has_second_factor)
        .end_object();
}

std::string member_json(const Member& member) {
    base::JsonWriter json;
    write_member(json, member);
    return std::move(json).take();
}

Result<base::Uuid> user_id_of(const Request& request) {
    const auto user_id = base::Uuid::parse(request.parameters.at("user_id"));
    if (!user_id) {
        return base::refuse(
            base::ErrorKind::not_found,
            "identity.member_not_found",
            "There is no such member in this tenant."
        );
    }
    return *user_id;
}

Task<Result<Response>> get_members(IdentityApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::member_manage));
    AB_CO_TRY(page, uuid_page_of(request));
    auto members =
        co_await api.members.list(principal.tenant, page.after, page.limit + 1, request.deadline);
    const auto key_of = [](const Member& member) { return base::to_string(member.user.user_id); };
    co_return private_json(
        200, net::text_page_json(std::move(members), page.limit, key_of, write_member)
    );
}

Task<Result<Response>> post_member(IdentityApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::member_manage));
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    std::string email = fields.text("email");
    const Role role = role_in(fields);
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    AB_CO_TRY(canonical, base::canonical_json(body));
    AB_CO_TRY(key, write_key_of(request, "POST members", canonical));
    AB_CO_TRY(
        answered, co_await api.directory.find_answer(principal.tenant, key, request.deadline)
    );
    if (answered) {
        co_return answer_again(*std::move(answered));
    }
    AB_CO_TRY(
        member,
        co_await api.members.find_person(std::move(email), principal.actor, request.deadline)
    );
    member.role = role;
    const std::string json = member_json(member);
    const Keeping keeping{
        .key = key, .answer = {.status = 201, .body = json}, .author = principal.author()
    };
    const auto added =
        co_await api.members.add(principal.tenant, member, keeping, request.deadline);
    co_return co_await answer_to_write(
        api, principal.tenant, key, added, private_json(201, json), request.deadline
    );
}

Task<Result<Response>> patch_member(IdentityApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::member_manage));
    AB_CO_TRY(user_id, user_id_of(request));
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    const Role role = role_in(fields);
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    const std::string act = "PATCH members " + base::to_string(user_id);
    AB_CO_TRY(key, write_key_of(request, act, to_string(role)));
    AB_CO_TRY(
        answered, co_await api.directory.find_answer(principal.tenant, key, request.deadline)
    );
    if (answered) {
        co_return answer_again(*std::move(answered));
    }
    AB_CO_TRY(member, co_await api.members.find(principal.tenant, user_id, request.deadline));
    member.role = role;
    const std::string json = member_json(member);
    const Keeping keeping{
        .key = key, .answer = {.status = 200, .body = json}, .author = principal.author()
    };
    const auto changed = co_await api.members.change_role(
        principal.tenant, user_id, role, keeping, request.deadline
    );
    co_return co_await answer_to_write(
        api, principal.tenant, key, changed, private_json(200, json), request.deadline
    );
}

Task<Result<Response>> delete_member(IdentityApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::member_manage));
    AB_CO_TRY(user_id, user_id_of(request));
    AB_CO_TRY(key, write_key_of(request, "DELETE members", base::to_string(user_id)));
    AB_CO_TRY(
        answered, co_await api.directory.find_answer(principal.tenant, key, request.deadline)
    );
    if (answered) {
        co_return answer_again(*std::move(answered));
    }
    const Keeping keeping{.key = key, .answer = {.status = 204}, .author = principal.author()};
    const auto removed =
        co_await api.members.remove(principal.tenant, user_id, keeping, request.deadline);
    co_return co_await answer_to_write(
        api, principal.tenant, key, removed, Response::empty(204), request.deadline
    );
}

}  // namespace

void mount_members(net::Router& router, const IdentityApi& api) {
    const net::Routes routes{router, api};
    routes.add(net::Method::get, "/api/v1/tenants/{tenant_id}/members", get_members);
    routes.add(net::Method::post, "/api/v1/tenants/{tenant_id}/members", post_member);
    routes.add(net::Method::patch, "/api/v1/tenants/{tenant_id}/members/{user_id}", patch_member);
    routes.add(net::Method::del, "/api/v1/tenants/{tenant_id}/members/{user_id}", delete_member);
}

}  // namespace accubooks::identity
