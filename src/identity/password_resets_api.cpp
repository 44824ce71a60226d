#include <vector>

#include <boost/json/value.hpp>

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

/// By anybody, for any address: the answer tells nothing about it.
Task<Result<Response>> post_reset(IdentityApi api, const Request& request) {
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    const std::string email = fields.text("email");
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    AB_CO_CHECK(net::at_member(api.password_resets.ask(email, request.peer), "/email"));
    co_return Response::empty(202);
}

/// By whoever has the secret of one, which proves the right.
Task<Result<Response>> post_conclusion(IdentityApi api, const Request& request) {
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    std::string secret = fields.text("secret");
    std::string password = fields.text("password");
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    auto concluded = co_await api.password_resets.conclude(
        std::move(secret), std::move(password), request.peer, request.deadline
    );
    AB_CO_CHECK(net::at_member(std::move(concluded), "/password"));
    co_return Response::empty(204);
}

}  // namespace

void mount_password_resets(net::Router& router, const IdentityApi& api) {
    const std::string resets = "/api/v1/password-resets";
    const net::Routes routes{router, api};
    routes.add(net::Method::post, resets, post_reset);
    routes.add(net::Method::post, resets + "/conclusion", post_conclusion);
}

}  // namespace accubooks::identity
