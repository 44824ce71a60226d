#include "identity/factor_api.h"

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

Task<Result<Response>> get_factor(FactorApi api, const Request& request) {
    AB_CO_TRY(person, co_await api.authenticator.person(request));
    AB_CO_CHECK(request.allow_query({}));
    const auto state = co_await api.factor.state(person.user.user_id, request.deadline);
    base::JsonWriter json;
    json.begin_object()
        .member("enrolled_at", time_text(state ? std::optional{state->enrolled_at} : std::nullopt))
        .member("recovery_codes_left", state ? state->recovery_codes_left : std::int64_t{0})
        .end_object();
    co_return private_json(200, std::move(json).take());
}

/// What the body shows of the person who asks.
Result<PersonalProof> proof_of(const Request& request, User user) {
    AB_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    PersonalProof proof{
        .user = std::move(user),
        .password = fields.text("current_password"),
        .code = fields.optional_text("code"),
        .peer = request.peer,
    };
    fields.refuse_unknown();
    AB_CHECK(refuse_breaches(std::move(wrong)));
    return proof;
}

Task<Result<Response>> post_enrolment(FactorApi api, const Request& request) {
    AB_CO_TRY(person, co_await api.authenticator.person(request));
    AB_CO_TRY(proof, proof_of(request, std::move(person.user)));
    AB_CO_TRY(begun, co_await api.enrolment.begin(std::move(proof), request.deadline));
    base::JsonWriter json;
    json.begin_object()
        .member("enrolment", begun.enrolment)
        .member("uri", begun.uri)
        .member("expires_at", base::to_rfc3339(begun.expires_at))
        .end_object();
    co_return private_json(201, std::move(json).take());
}

Task<Result<Response>> post_factor(FactorApi api, const Request& request) {
    AB_CO_TRY(person, co_await api.authenticator.person(request));
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    std::string enrolment = fields.text("enrolment");
    std::string code = fields.text("code");
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    AB_CO_TRY(
        recovery_codes,
        co_await api.enrolment.conclude(
            std::move(person.user),
            std::move(enrolment),
            std::move(code),
            {.actor = person.actor, .peer = request.peer},
            request.deadline
        )
    );
    base::JsonWriter json;
    json.begin_object().key("recovery_codes").begin_array();
    for (const std::string& recovery_code : recovery_codes) {
        json.value(recovery_code);
    }
    json.end_array().end_object();
    co_return private_json(201, std::move(json).take());
}

Task<Result<Response>> post_removal(FactorApi api, const Request& request) {
    AB_CO_TRY(person, co_await api.authenticator.person(request));
    AB_CO_TRY(proof, proof_of(request, std::move(person.user)));
    AB_CO_CHECK(co_await api.enrolment.remove(
        std::move(proof), {.actor = person.actor, .peer = request.peer}, request.deadline
    ));
    co_return Response::empty(204);
}

}  // namespace

void mount_factor(net::Router& router, FactorApi api) {
    const std::string factor = "/api/v1/me/second-factor";
    const net::Routes routes{router, api};
    routes.add(net::Method::get, factor, get_factor);
    routes.add(net::Method::post, factor, post_factor);
    routes.add(net::Method::post, factor + "/enrolment", post_enrolment);
    routes.add(net::Method::post, factor + "/removal", post_removal);
}

}  // namespace accubooks::identity
