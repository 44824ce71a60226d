#include <boost/json/value.hpp>

#include "identity/internal/answers.h"
#include "net/body_fields.h"
#include "net/json_body.h"
#include "net/routes.h"

namespace accubooks::identity {
namespace {

using base::Result;
using base::Task;
using net::Request;
using net::Response;

Task<Result<Response>> shown(IdentityApi api, const Principal& principal, base::Deadline deadline) {
    AB_CO_TRY(tenant, co_await api.authenticator.membership_of(principal, deadline));
    base::JsonWriter json;
    json.begin_object()
        .member("tenant_id", tenant.tenant.value)
        .member("name", tenant.tenant_name)
        .member("base_currency", tenant.base_currency)
        .member("role", to_string(tenant.role))
        .end_object();
    co_return Response::json(200, std::move(json).take());
}

Task<Result<Response>> get_tenant(IdentityApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::tenant_read));
    AB_CO_CHECK(request.allow_query({}));
    co_return co_await shown(api, principal, request.deadline);
}

Task<Result<Response>> patch_tenant(IdentityApi api, const Request& request) {
    AB_CO_TRY(
        principal, co_await api.authenticator.authorise(request, Permission::tenant_configure)
    );
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    std::string name = fields.text("name");
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    AB_CO_CHECK(co_await api.tenants.rename(
        principal.tenant, std::move(name), principal.author(), request.deadline
    ));
    co_return co_await shown(api, principal, request.deadline);
}

Task<Result<Response>> get_allowance(IdentityApi api, const Request& request) {
    AB_CO_TRY(person, co_await api.authenticator.person(request));
    AB_CO_CHECK(request.allow_query({}));
    const auto allowance = co_await api.tenants.allowance(person.user.user_id, request.deadline);
    base::JsonWriter json;
    json.begin_object()
        .member("made", allowance.made)
        .member("limit", allowance.limit)
        .end_object();
    co_return private_json(200, std::move(json).take());
}

}  // namespace

void mount_tenants(net::Router& router, const IdentityApi& api) {
    const net::Routes routes{router, api};
    routes.add(net::Method::get, "/api/v1/tenants/{tenant_id}", get_tenant);
    routes.add(net::Method::patch, "/api/v1/tenants/{tenant_id}", patch_tenant);
    routes.add(net::Method::get, "/api/v1/me/tenants", get_allowance);
}

}  // namespace accubooks::identity
