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

constexpr std::size_t kEnvelopeBytesMax = 128UL * 1024;

Response private_answer(std::string body, std::string type) {
    Response response = Response::text(200, std::move(body), std::move(type));
    response.headers.set("Cache-Control", "no-store");
    return response;
}

/// The report of the change that the route names.
Task<Result<StoredReport>> report_of(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_CHECK(request.allow_query({}));
    AB_CO_TRY(change, co_await api.changes.find(request.parameters.at("change"), request.deadline));
    co_return co_await api.reports.find(change.number, request.deadline);
}

Task<Result<Response>> get_report(LaunchApi api, const Request& request) {
    AB_CO_TRY(report, co_await report_of(api, request));
    co_return private_answer(report_json(report, api.reports.now()), "application/json");
}

/// The exact bytes that are signed about, never written again.
Task<Result<Response>> get_content(LaunchApi api, const Request& request) {
    AB_CO_TRY(report, co_await report_of(api, request));
    co_return private_answer(std::move(report.json), "application/json");
}

Task<Result<Response>> get_page(LaunchApi api, const Request& request) {
    AB_CO_TRY(report, co_await report_of(api, request));
    co_return private_answer(std::move(report.page), "text/markdown; charset=utf-8");
}

Task<Result<Response>> post_signature(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(body, net::json_body(request));
    AB_CO_TRY(canonical, base::canonical_json(body));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    const auto* given = fields.optional_value("envelope");
    if (given == nullptr) {
        fields.breach("envelope", "the signed statement, a DSSE envelope");
    }
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    AB_CO_TRY(envelope, base::canonical_json(*given));
    AB_CO_CHECK(request.allow_query({}));
    AB_CO_TRY(change, co_await api.changes.find(request.parameters.at("change"), request.deadline));
    const std::string act = "POST report signature " + change_name(change.number);
    AB_CO_TRY(writer, with_key(std::move(actor), request, act, canonical));
    const auto keys = co_await api.keys.list(writer.person.user, request.deadline);
    for (const identity::PersonalKey& key : keys) {
        writer.keys.push_back({.key = key.key, .is_revoked = key.revoked_at.has_value()});
    }
    AB_CO_TRY(
        written,
        co_await api.reports.sign(
            std::move(writer), change.number, std::move(envelope), request.deadline
        )
    );
    co_return co_await answer(api, std::move(written), request.deadline);
}

}  // namespace

void mount_reports(net::Router& router, LaunchApi api) {
    using Serve = Task<Result<Response>> (*)(LaunchApi, const Request&);
    using net::Method;
    const std::string report = "/api/v1/launch/changes/{change}/report";
    const auto add = [&](Method method,
                         const std::string& route,
                         Serve serve,
                         std::size_t bytes = net::kBodyBytesOfRoute) {
        router.add(
            method,
            route,
            [api, serve](const Request& request) { return serve(api, request); },
            bytes
        );
    };
    add(Method::get, report, get_report);
    add(Method::get, report + "/content", get_content);
    add(Method::get, report + "/page", get_page);
    add(Method::post, report + "/signature", post_signature, kEnvelopeBytesMax);
}

}  // namespace accubooks::launch
