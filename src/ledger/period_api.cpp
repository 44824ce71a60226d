#include <boost/json/value.hpp>

#include "ledger/internal/posted_answer.h"
#include "ledger/internal/query_words.h"
#include "ledger/journal_api.h"
#include "ledger/period_json.h"
#include "ledger/periods.h"
#include "ledger/year_close.h"
#include "net/body_fields.h"
#include "net/etag.h"
#include "net/json_body.h"
#include "net/page.h"
#include "net/routes.h"
#include "pg/author.h"

namespace accubooks::ledger {
namespace {

using base::Result;
using base::Task;
using identity::Permission;
using net::Request;
using net::Response;

Task<Result<Response>> get_periods(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::journal_read));
    AB_CO_TRY(page, net::text_page_of(request));
    AB_CO_TRY(
        list,
        co_await list_periods(
            api.pool,
            principal.tenant,
            page.after.value_or(""),
            static_cast<std::size_t>(page.limit) + 1,
            api.clock.now(),
            request.deadline
        )
    );
    const auto write = [&list](base::JsonWriter& json, const Period& period) {
        write_period(json, period, list);
    };
    co_return Response::json(200, net::text_page_json(list.periods, page.limit, name_of, write));
}

Task<Result<Response>> get_checks(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::period_close));
    AB_CO_TRY(
        checked,
        co_await check_period(
            api.pool, principal.tenant, request.parameters.at("period"), request.deadline
        )
    );
    base::JsonWriter json;
    write_checks(json, checked);
    co_return Response::json(200, std::move(json).take());
}

/// What an act takes and who may do it.
struct Act {
    std::string name;  // as PeriodOrder's
    Permission permission;
};

Task<Result<Response>> post_act(LedgerApi api, Act act, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, act.permission));
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    PeriodRequest asked{
        .tenant = principal.tenant,
        .act = act.name,
        .period = request.parameters.at("period"),
        .by = principal.author(),
        .reason = fields.text("reason"),
        .deadline = request.deadline,
    };
    fields.refuse_unknown();
    AB_CO_CHECK(net::refuse_breaches(
        "ledger.bad_period_act", "Nothing was done to the period", std::move(wrong)
    ));
    const base::Instant now = api.clock.now();
    AB_CO_TRY(period, co_await act_on_period(api.pool, std::move(asked), now));
    AB_CO_TRY(
        list, co_await list_periods(api.pool, principal.tenant, "", 0, now, request.deadline)
    );
    base::JsonWriter json;
    write_period(json, period, list);
    co_return Response::json(201, std::move(json).take());
}

/// Who closes or reopens which year, with what the request says as `member`.
struct YearRequest {
    YearClose::Request asked;
    std::string said;
};

Task<Result<YearRequest>> year_request_of(
    const LedgerApi& api, const Request& request, std::string_view member
) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::period_close));
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    std::string said = fields.text(member);
    fields.refuse_unknown();
    AB_CO_CHECK(
        net::refuse_breaches("ledger.bad_year_close", "The year stays as it was", std::move(wrong))
    );
    co_return YearRequest{
        .asked =
            {.tenant = principal.tenant,
             .year = request.parameters.at("year"),
             .actor = principal.actor,
             .deadline = request.deadline},
        .said = std::move(said),
    };
}

Task<Result<Response>> post_year_closing(LedgerApi api, const Request& request) {
    AB_CO_TRY(year, co_await year_request_of(api, request, "retained_account"));
    YearClose year_close{api.pool, api.journal};
    year.asked.retained = std::move(year.said);
    AB_CO_TRY(posted, co_await year_close.close(year.asked));
    co_return created(year.asked.tenant, posted);
}

Task<Result<Response>> post_year_reopening(LedgerApi api, const Request& request) {
    AB_CO_TRY(year, co_await year_request_of(api, request, "reason"));
    YearClose year_close{api.pool, api.journal};
    AB_CO_TRY(posted, co_await year_close.reopen(year.asked, std::move(year.said)));
    co_return created(year.asked.tenant, posted);
}

Task<Result<Response>> get_year_closing(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::journal_read));
    AB_CO_CHECK(request.allow_query({"retained_account"}));
    AB_CO_TRY(retained, query_words(request, "retained_account"));
    YearClose year_close{api.pool, api.journal};
    const YearClose::Request asked{
        .tenant = principal.tenant,
        .year = request.parameters.at("year"),
        .retained = std::move(retained),
        .deadline = request.deadline,
    };
    AB_CO_TRY(state, co_await year_close.state_of(asked));
    YearClose::Preview preview;
    if (!state.closed_by) {
        AB_CO_TRY(entry, co_await year_close.preview(asked));
        preview = std::move(entry);
    }
    base::JsonWriter json;
    write_closing(json, asked.year, state, preview);
    co_return Response::json(200, std::move(json).take());
}

Task<Result<PeriodBook>> read_book(pg::Pool& pool, base::TenantId tenant, base::Deadline deadline) {
    auto transaction =
        co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_only, deadline);
    AB_CO_TRY(book, co_await period_book(transaction));
    co_await transaction.commit();
    co_return book;
}

Task<Result<Response>> get_calendar(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::tenant_read));
    AB_CO_TRY(book, co_await read_book(api.pool, principal.tenant, request.deadline));
    Response response = Response::json(200, calendar_json(book));
    net::set_etag_of_body(response);
    co_return response;
}

Task<Result<Response>> put_calendar(LedgerApi api, const Request& request) {
    AB_CO_TRY(
        principal, co_await api.authenticator.authorise(request, Permission::tenant_configure)
    );
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    Calendar calendar;
    if (!read_year_start(fields.text("fiscal_year_start"), calendar)) {
        fields.breach("fiscal_year_start", "a day as MM-DD, up to the 28th of its month");
    }
    calendar.time_zone = fields.text("time_zone");
    fields.refuse_unknown();
    AB_CO_CHECK(net::refuse_breaches(
        "ledger.bad_calendar", "The calendar stays as it was", std::move(wrong)
    ));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, principal.tenant, pg::Access::read_write, request.deadline
    );
    co_await pg::act_as(transaction, principal.author());
    AB_CO_CHECK(co_await set_calendar(transaction, std::move(calendar)));
    AB_CO_TRY(book, co_await period_book(transaction));
    co_await transaction.commit();
    co_return Response::json(200, calendar_json(book));
}

}  // namespace

void mount_periods(net::Router& router, LedgerApi api) {
    const std::string tenant = "/api/v1/tenants/{tenant_id}";
    using net::Method;
    const net::Routes routes{router, api};
    routes.add(Method::get, tenant + "/periods", get_periods);
    routes.add(Method::get, tenant + "/periods/{period}/checks", get_checks);
    const auto mount = [&](std::string_view route, std::string name, Permission permission) {
        const Act act{.name = std::move(name), .permission = permission};
        router.add(
            Method::post,
            tenant + "/periods/{period}/" + std::string{route},
            [api, act](const Request& request) { return post_act(api, act, request); }
        );
    };
    mount("closing", "close", Permission::period_close);
    mount("lock", "lock", Permission::period_lock);
    mount("reopening-request", "ask_reopen", Permission::period_reopen);
    mount("reopening", "reopen", Permission::period_reopen);
    routes.add(Method::get, tenant + "/fiscal-years/{year}/closing", get_year_closing);
    routes.add(Method::post, tenant + "/fiscal-years/{year}/closing", post_year_closing);
    routes.add(Method::post, tenant + "/fiscal-years/{year}/reopening", post_year_reopening);
    routes.add(Method::get, tenant + "/calendar", get_calendar);
    routes.add(Method::put, tenant + "/calendar", put_calendar);
}

}  // namespace accubooks::ledger
