#include <boost/json/value.hpp>

#include "launch/change_api.h"
#include "launch/internal/requests.h"
#include "net/body_fields.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;
using net::Request;
using net::Response;

Task<Result<Response>> get_notices(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(change, co_await change_of(api, request));
    AB_CO_TRY(receipts, co_await api.notices.list(change.number, request.deadline));
    co_return Response::json(200, std::move(receipts));
}

Task<Result<Response>> post_notice(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(sent, sent_by(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{sent.body, "", wrong};
    // Said, so that no empty request sends messages.
    if (!fields.optional_truth("again").value_or(false)) {
        fields.breach("again", "true");
    }
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    AB_CO_TRY(
        asked,
        co_await asked_by(api, std::move(actor), request, std::move(sent.canonical), "notices")
    );
    AB_CO_TRY(
        written,
        co_await api.notices.tell_again(std::move(asked.writer), asked.change, request.deadline)
    );
    co_return co_await answer(api, std::move(written), request.deadline);
}

}  // namespace

void mount_notices(net::Router& router, LaunchApi api) {
    using net::Method;
    const Routes routes{router, api};
    const std::string notices = "/api/v1/launch/changes/{change}/notices";
    routes.add(Method::get, notices, get_notices);
    routes.add(Method::post, notices, post_notice);
}

}  // namespace accubooks::launch
