#include "reports/reports_api.h"

#include "net/etag.h"
#include "reports/trial_balance.h"

namespace accubooks::reports {
namespace {

using base::Result;
using base::Task;
using net::Request;
using net::Response;

bool wants_csv(const Request& request) {
    const auto accept = request.headers.find("Accept");
    return accept && accept->find("text/csv") != std::string_view::npos;
}

Task<Result<Response>> get_trial_balance(
    identity::Authenticator& authenticator, pg::Pool& pool, const Request& request
) {
    AB_CO_TRY(tenant_id, request.path_id("tenant_id"));
    const base::TenantId tenant{tenant_id};
    AB_CO_TRY(
        principal,
        co_await authenticator.authorise(request, tenant, identity::Permission::report_read)
    );
    if (auto known = request.allow_query({"from", "to"}); !known) {
        co_return std::unexpected(known.error());
    }
    AB_CO_TRY(from, request.query_date("from"));
    AB_CO_TRY(to, request.query_date("to"));
    AB_CO_TRY(
        balance, co_await trial_balance(pool, tenant, {.from = from, .to = to}, request.deadline)
    );
    Response response = wants_csv(request)
                            ? Response::text(200, to_csv(balance), "text/csv; charset=utf-8")
                            : Response::json(200, to_json(balance));
    response.headers.set("Vary", "Accept");
    net::set_etag_of_body(response);
    co_return response;
}

}  // namespace

void mount_reports(net::Router& router, identity::Authenticator& authenticator, pg::Pool& pool) {
    router.add(
        net::Method::get,
        "/api/v1/tenants/{tenant_id}/reports/trial-balance",
        [&authenticator, &pool](const Request& request) {
            return get_trial_balance(authenticator, pool, request);
        }
    );
}

}  // namespace accubooks::reports
