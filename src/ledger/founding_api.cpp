#include "ledger/founding_api.h"

#include <algorithm>

#include <boost/json/value.hpp>

#include "base/canonical_json.h"
#include "ledger/account_store.h"
#include "ledger/chart.h"
#include "ledger/period_json.h"
#include "net/body_fields.h"
#include "net/idempotency.h"
#include "net/json_body.h"
#include "net/routes.h"
#include "pg/author.h"

namespace accubooks::ledger {
namespace {

using base::Result;
using base::Task;
using net::Request;
using net::Response;

Task<Result<Response>> get_charts(FoundingApi api, const Request& request) {
    AB_CO_TRY(caller, co_await api.authenticator.caller(request));
    AB_CO_CHECK(request.allow_query({}));
    base::JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const ChartTemplate& chart : chart_templates()) {
        json.begin_object()
            .member("chart", chart.name)
            .member("title", chart.title)
            .member("accounts", static_cast<std::int64_t>(chart.accounts))
            .end_object();
    }
    json.end_array().end_object();
    co_return Response::json(200, std::move(json).take());
}

/// What a body asks for.
struct Founding {
    identity::TenantPlan plan;
    std::vector<NewAccount> accounts{};  // of the chart; none: empty books
};

Result<Founding> founding_of(const boost::json::value& body) {
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    Founding founding{
        .plan = {.name = fields.text("name"), .currency = fields.text("base_currency")}
    };
    const auto chart = fields.optional_text("chart");
    Calendar calendar;
    if (!read_year_start(fields.text("fiscal_year_start"), calendar)) {
        fields.breach("fiscal_year_start", "a day as MM-DD, up to the 28th of its month");
    }
    founding.plan.year_starts_month = calendar.year_starts_month;
    founding.plan.year_starts_day = calendar.year_starts_day;
    founding.plan.time_zone = fields.text("time_zone");
    if (chart) {
        if (auto accounts = chart_named(*chart, founding.plan.currency)) {
            founding.accounts = *std::move(accounts);
        } else {
            fields.breach("chart", "the name of a chart that GET /api/v1/charts lists");
        }
    }
    fields.refuse_unknown();
    AB_CHECK(net::refuse_breaches("ledger.bad_tenant", "No tenant was made", std::move(wrong)));
    return founding;
}

/// The chart in books that have no accounts: a request that comes again finds it done, or half the
/// work left to do.
Task<Result<void>> make_chart(
    pg::Pool& pool,
    base::TenantId tenant,
    std::vector<NewAccount> chart,
    pg::Author author,
    base::Deadline deadline
) {
    auto transaction =
        co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_write, deadline);
    co_await pg::act_as(transaction, std::move(author));
    AB_CO_TRY(made, co_await insert_chart(transaction, std::move(chart)));
    co_await transaction.commit();
    co_return Result<void>{};
}

std::string tenant_json(base::TenantId tenant, const identity::TenantPlan& plan) {
    base::JsonWriter json;
    json.begin_object()
        .member("tenant_id", tenant.value)
        .member("name", plan.name)
        .member("base_currency", plan.currency)
        .member("role", to_string(identity::Role::owner))
        .end_object();
    return std::move(json).take();
}

Task<Result<Response>> post_tenant(FoundingApi api, const Request& request) {
    AB_CO_TRY(person, co_await api.authenticator.person(request));
    AB_CO_TRY(body, net::json_body(request));
    AB_CO_TRY(founding, founding_of(body));
    AB_CO_TRY(canonical, base::canonical_json(body));
    AB_CO_TRY(key, identity::write_key_of(request, "POST tenants", canonical));
    const pg::Author author{.actor = person.actor, .peer = request.peer};
    AB_CO_TRY(
        founded,
        co_await api.tenants.found(
            person.user.user_id, founding.plan, std::move(key), author, request.deadline
        )
    );
    if (!founding.accounts.empty()) {
        AB_CO_CHECK(co_await make_chart(
            api.pool, founded.tenant, std::move(founding.accounts), author, request.deadline
        ));
    }
    auto response = Response::json(201, tenant_json(founded.tenant, founding.plan));
    response.headers.set("Cache-Control", "no-store");
    co_return founded.is_new ? std::move(response) : net::replayed(std::move(response));
}

}  // namespace

void mount_founding(net::Router& router, FoundingApi api) {
    const net::Routes routes{router, api};
    routes.add(net::Method::get, "/api/v1/charts", get_charts);
    routes.add(net::Method::post, "/api/v1/me/tenants", post_tenant);
}

}  // namespace accubooks::ledger
