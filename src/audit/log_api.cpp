#include "audit/log_api.h"

#include <array>

#include "audit/log_reader.h"
#include "base/base64.h"
#include "base/json_writer.h"
#include "net/body_fields.h"
#include "net/body_member.h"
#include "net/json_body.h"

namespace accubooks::audit {
namespace {

using Answer = base::Task<base::Result<net::Response>>;
using net::Method;
using net::Request;
using net::Response;

constexpr std::int64_t kLeavesMax = 1000;
constexpr std::int64_t kLeavesPreset = 100;
constexpr std::int64_t kNumberMax = (std::int64_t{1} << 53) - 1;

Response text(std::string body) {
    return Response::text(200, std::move(body), "text/plain; charset=utf-8");
}

void write(base::JsonWriter& json, std::string_view name, const std::vector<VerifierKey>& keys) {
    json.key(name).begin_array();
    for (const VerifierKey& key : keys) {
        json.value(to_string(key));
    }
    json.end_array();
}

Answer show(const LogApi* api, const Request& request) {
    AB_CO_TRY(actor, co_await api->admit(request));
    AB_CO_CHECK(request.allow_query({}));
    pg::Lease lease = co_await api->ops.acquire(request.deadline);
    AB_CO_TRY(view, co_await look(*lease, request.deadline));
    base::JsonWriter json;
    json.begin_object();
    json.member("origin", view.key.name);
    json.member("size", view.size);
    json.member(
        "signed_size", view.checkpoint ? view.checkpoint->checkpoint.tree.size : std::int64_t{0}
    );
    json.member(
        "checkpoint",
        view.checkpoint ? std::optional{to_string(view.checkpoint->note)} : std::nullopt
    );
    write(json, "logs", view.logs);
    write(json, "witnesses", view.witnesses);
    json.end_object();
    co_return Response::json(200, std::move(json).take());
}

Answer list_leaves(const LogApi* api, const Request& request) {
    AB_CO_TRY(actor, co_await api->admit(request));
    AB_CO_CHECK(request.allow_query({"from", "limit"}));
    AB_CO_TRY(from, request.query_int("from", 0, kNumberMax));
    AB_CO_TRY(limit, request.query_int("limit", 1, kLeavesMax));
    pg::Lease lease = co_await api->ops.acquire(request.deadline);
    AB_CO_TRY(
        acts,
        co_await acts_from(
            *lease, from.value_or(0), limit.value_or(kLeavesPreset), request.deadline
        )
    );
    base::JsonWriter json;
    json.begin_object().key("leaves").begin_array();
    for (const LoggedAct& act : acts) {
        json.begin_object();
        json.member("entry", act.entry);
        json.member("payload", base::to_base64(std::string_view{act.payload}));
        json.member("salt", base::to_base64(act.salt));
        json.end_object();
    }
    json.end_array().end_object();
    co_return Response::json(200, std::move(json).take());
}

Answer prove_leaf(const LogApi* api, const Request& request) {
    AB_CO_TRY(actor, co_await api->admit(request));
    AB_CO_CHECK(request.allow_query({"leaf"}));
    AB_CO_TRY(seq, request.query_int("leaf", 0, kNumberMax));
    pg::Lease lease = co_await api->ops.acquire(request.deadline);
    AB_CO_TRY(proof, co_await inclusion_of(*lease, seq.value_or(0), request.deadline));
    co_return text(to_string(proof));
}

Answer prove_growth(const LogApi* api, const Request& request) {
    AB_CO_TRY(actor, co_await api->admit(request));
    AB_CO_CHECK(request.allow_query({"from"}));
    AB_CO_TRY(from, request.query_int("from", 0, kNumberMax));
    pg::Lease lease = co_await api->ops.acquire(request.deadline);
    AB_CO_TRY(proof, co_await consistency_from(*lease, from.value_or(0), request.deadline));
    co_return text(to_string(proof));
}

base::Result<Cosignature> cosignature_of(const Request& request) {
    AB_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    Cosignature cosignature{
        .origin = fields.text("origin"), .size = fields.id("size"), .witness = {}, .signature = {}
    };
    const std::string witness = fields.text("witness");
    const std::string signature = fields.text("signature");
    fields.refuse_unknown();
    if (!wrong.empty()) {
        return base::refuse(
            base::ErrorKind::invalid,
            "audit.bad_fields",
            "Send origin, size, witness and signature.",
            std::move(wrong)
        );
    }
    AB_TRY(key, net::at_member(VerifierKey::parse(witness), "/witness"));
    AB_TRY(signatures, net::at_member(parse_signatures(signature), "/signature"));
    cosignature.witness = std::move(key);
    cosignature.signature = std::move(signatures.front());
    return cosignature;
}

constexpr std::array kMembersOfCosignature{
    net::MemberOfCode{"audit.bad_vkey", "/witness"},
    net::MemberOfCode{"audit.bad_signature", "/signature"},
};

Answer cosign_checkpoint(const LogApi* api, const Request& request) {
    AB_CO_TRY(actor, co_await api->admit(request));
    AB_CO_TRY(cosignature, cosignature_of(request));
    pg::Lease lease = co_await api->ops.acquire(request.deadline);
    auto added = co_await add_cosignature(
        *lease, std::move(cosignature), actor, api->clock.now(), request.deadline
    );
    AB_CO_TRY(is_new, net::at_members(std::move(added), kMembersOfCosignature));
    base::JsonWriter json;
    json.begin_object().member("witness_is_new", is_new).end_object();
    co_return Response::json(201, std::move(json).take());
}

Answer anchor_heads(const LogApi* api, const Request& request) {
    AB_CO_TRY(actor, co_await api->admit(request));
    AB_CO_TRY(included, co_await api->anchor(std::move(actor), request.deadline));
    base::JsonWriter json;
    json.begin_object();
    json.member("leaf", included.proof.index);
    json.member("entry", included.entry);
    json.member("proof", to_string(included.proof));
    json.end_object();
    co_return Response::json(201, std::move(json).take());
}

}  // namespace

void mount_audit(net::Router& router, const LogApi& api) {
    const auto bind = [&api](auto handler) { return std::bind_front(handler, &api); };
    router.add(Method::get, "/api/v1/launch/audit", bind(show));
    router.add(Method::get, "/api/v1/launch/audit/leaves", bind(list_leaves));
    router.add(Method::get, "/api/v1/launch/audit/proof", bind(prove_leaf));
    router.add(Method::get, "/api/v1/launch/audit/consistency", bind(prove_growth));
    router.add(Method::post, "/api/v1/launch/audit/cosignatures", bind(cosign_checkpoint));
    router.add(Method::post, "/api/v1/launch/audit/anchors", bind(anchor_heads));
}

}  // namespace accubooks::audit
