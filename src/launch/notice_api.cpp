#include <boost/json/value.hpp>

#include "base/canonical_json.h"
#include "launch/change_api.h"
#include "launch/internal/participants.h"
#include "net/body_fields.h"
#include "net/json_body.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;
using net::Request;
using net::Response;

Task<Result<Response>> get_notices(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_CHECK(request.allow_query({}));
    AB_CO_TRY(change, co_await api.changes.find(request.parameters.at("change"), request.deadline));
    AB_CO_TRY(receipts, co_await api.notices.list(change.number, request.deadline));
    Response response = Response::json(200, std::move(receipts));
    response.headers.set("Cache-Control", "no-store");
    co_return response;
}

Task<Result<Response>> post_notice(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(body, net::json_body(request));
    AB_CO_TRY(canonical, base::canonical_json(body));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    // Said, so that no empty request sends messages.
    if (!fields.optional_truth("again").value_or(false)) {
        fields.breach("again", "true");
    }
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    AB_CO_TRY(asked, co_await asked_by(api, std::move(actor), request, canonical, "notices"));
    AB_CO_TRY(
        written,
        co_await api.notices.tell_again(std::move(asked.writer), asked.change, request.deadline)
    );
    co_return co_await answer(api, std::move(written), request.deadline);
}

}  // namespace

void mount_notices(net::Router& router, LaunchApi api) {
    using net::Method;
    const std::string notices = "/api/v1/launch/changes/{change}/notices";
    router.add(Method::get, notices, [api](const Request& request) {
        return get_notices(api, request);
    });
    router.add(Method::post, notices, [api](const Request& request) {
        return post_notice(api, request);
    });
}

}  // namespace accubooks::launch
