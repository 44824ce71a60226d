#include "identity/keys_api.h"

#include <boost/json/serialize.hpp>

#include "base/base64.h"
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

void write_key(base::JsonWriter& json, const PersonalKey& key) {
    const auto revoked_at =
        key.revoked_at ? std::optional{base::to_rfc3339(*key.revoked_at)} : std::nullopt;
    json.begin_object()
        .member("key_id", key.key_id)
        .member("public_key", base::to_base64(key.key.bytes))
        .member("kind", to_string(key.kind))
        .member("enrolled_at", base::to_rfc3339(key.enrolled_at))
        .member("revoked_at", revoked_at)
        .member("revocation_reason", key.revocation_reason)
        .end_object();
}

Task<Result<Response>> get_keys(KeysApi api, const Request& request) {
    AB_CO_TRY(person, co_await api.authenticator.person(request));
    AB_CO_CHECK(request.allow_query({}));
    base::JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const PersonalKey& key : co_await api.keys.list(person.user.user_id, request.deadline)) {
        write_key(json, key);
    }
    json.end_array().end_object();
    co_return private_json(200, std::move(json).take());
}

Task<Result<Response>> post_key(KeysApi api, const Request& request) {
    AB_CO_TRY(person, co_await api.authenticator.person(request));
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    KeyEnrolment enrolment{
        .user = person.user.user_id, .envelope = {}, .code = fields.text("code")
    };
    const auto* envelope = fields.optional_value("envelope");
    if (envelope == nullptr) {
        fields.breach("envelope", "the key's statement of itself, signed by it");
    } else {
        enrolment.envelope = boost::json::serialize(*envelope);
    }
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    auto enrolled = co_await api.keys.enrol(std::move(enrolment), request.deadline);
    AB_CO_TRY(key, net::at_member(std::move(enrolled), "/envelope"));
    co_await api.changed(request.deadline);
    base::JsonWriter json;
    write_key(json, key);
    co_return private_json(201, std::move(json).take());
}

Task<Result<Response>> post_revocation(KeysApi api, const Request& request) {
    AB_CO_TRY(person, co_await api.authenticator.person(request));
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    KeyRevocation revocation{
        .user = person.user.user_id,
        .key_id = request.parameters.at("key_id"),
        .actor = person.actor,
        .reason = fields.text("reason"),
    };
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    auto revoked = co_await api.keys.revoke(std::move(revocation), request.deadline);
    AB_CO_CHECK(net::at_member(std::move(revoked), "/reason"));
    co_await api.changed(request.deadline);
    co_return Response::empty(204);
}

}  // namespace

void mount_keys(net::Router& router, const KeysApi& api) {
    const net::Routes routes{router, api};
    routes.add(net::Method::get, "/api/v1/me/keys", get_keys);
    routes.add(net::Method::post, "/api/v1/me/keys", post_key);
    routes.add(net::Method::post, "/api/v1/me/keys/{key_id}/revocation", post_revocation);
}

}  // namespace accubooks::identity
