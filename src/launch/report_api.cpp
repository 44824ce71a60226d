#include "launch/change_api.h"
#include "launch/internal/requests.h"
#include "net/body_member.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;
using net::Request;
using net::Response;

constexpr std::size_t kEnvelopeBytesMax = 128UL * 1024;

/// The report of the change that the route names.
Task<Result<StoredReport>> report_of(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(change, co_await change_of(api, request));
    co_return co_await api.reports.find(change.number, request.deadline);
}

Task<Result<Response>> get_report(LaunchApi api, const Request& request) {
    AB_CO_TRY(report, co_await report_of(api, request));
    co_return Response::json(200, report_json(report, api.reports.now()));
}

/// The exact bytes that are signed about, never written again.
Task<Result<Response>> get_content(LaunchApi api, const Request& request) {
    AB_CO_TRY(report, co_await report_of(api, request));
    co_return Response::json(200, std::move(report.json));
}

Task<Result<Response>> get_page(LaunchApi api, const Request& request) {
    AB_CO_TRY(report, co_await report_of(api, request));
    co_return Response::text(200, std::move(report.page), "text/markdown; charset=utf-8");
}

Task<Result<Response>> post_signature(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(sent, co_await signed_by(api, std::move(actor), request, "report signature"));
    auto signature = co_await api.reports.sign(
        std::move(sent.asked.writer), sent.asked.change, std::move(sent.envelope), request.deadline
    );
    AB_CO_TRY(written, net::at_member(std::move(signature), "/envelope"));
    co_return co_await answer(api, std::move(written), request.deadline);
}

}  // namespace

void mount_reports(net::Router& router, LaunchApi api) {
    using net::Method;
    const std::string report = "/api/v1/launch/changes/{change}/report";
    const Routes routes{router, api};
    routes.add(Method::get, report, get_report);
    routes.add(Method::get, report + "/content", get_content);
    routes.add(Method::get, report + "/page", get_page);
    routes.add(Method::post, report + "/signature", post_signature, kEnvelopeBytesMax);
}

}  // namespace accubooks::launch
