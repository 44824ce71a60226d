#include "reports/reports_api.h"

#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "ledger/tags.h"
#include "net/etag.h"
#include "reports/balance_sheet.h"
#include "reports/csv.h"
#include "reports/general_ledger.h"
#include "reports/income_statement.h"
#include "reports/internal/workbook_desk.h"
#include "reports/late_entries.h"
#include "reports/trial_balance.h"

namespace accubooks::reports {
namespace {

using base::Result;
using base::Task;
using net::Request;
using net::Response;

enum class Form : std::uint8_t { json, csv, xlsx };

/// A statement can have columns beside, and leaves closing entries out unless it is told; a ledger
/// shows what there is.
enum class Kind : std::uint8_t { statement, ledger };

std::unexpected<base::Error> bad_parameter(std::string name, std::string what) {
    return base::refuse(
        base::ErrorKind::invalid,
        "http.bad_parameter",
        fmt::format("The query parameter \"{}\" is {}.", name, what),
        {{.pointer = std::move(name), .detail = what}}
    );
}

/// As the parameter `format` says, which a link can; else as Accept does.
Result<Form> form_of(const Request& request) {
    AB_TRY(named, request.query_text("format"));
    if (!named) {
        const std::string_view accept = request.headers.find("Accept").value_or("");
        return accept.contains(kXlsxMediaType) ? Form::xlsx
               : accept.contains("text/csv")   ? Form::csv
                                               : Form::json;
    }
    if (*named != "json" && *named != "csv" && *named != "xlsx") {
        return bad_parameter("format", "json, csv or xlsx");
    }
    return *named == "xlsx" ? Form::xlsx : *named == "csv" ? Form::csv : Form::json;
}

Result<CompareWith> compare_with(const Request& request) {
    AB_TRY(with, request.query_text("compare_with"));
    const auto known = compare_with_of(with.value_or("period"));
    if (!known) {
        return bad_parameter("compare_with", "period, month, quarter or year");
    }
    return *known;
}

Result<Closing> closing_of(const Request& request, Closing preset) {
    AB_TRY(closing, request.query_text("closing"));
    if (!closing) {
        return preset;
    }
    if (*closing != "include" && *closing != "exclude") {
        return bad_parameter("closing", "include or exclude");
    }
    return *closing == "include" ? Closing::include : Closing::exclude;
}

Result<ReportQuery> query_of(const Request& request, Kind kind) {
    ReportQuery query;
    if (kind == Kind::statement) {
        AB_CHECK(request.allow_query(
            {"from", "to", "tag", "closing", "known_at", "format", "compare", "compare_with"}
        ));
        AB_TRY(earlier, request.query_int("compare", 0, Comparison::kEarlierMax));
        AB_TRY(with, compare_with(request));
        query.comparison = {.earlier = static_cast<int>(earlier.value_or(0)), .with = with};
    } else {
        AB_CHECK(request.allow_query({"from", "to", "tag", "closing", "known_at", "format"}));
    }
    AB_TRY(from, request.query_date("from"));
    AB_TRY(to, request.query_date("to"));
    query.range = {.from = from, .to = to};
    AB_TRY(tags, ledger::tags_of(request));
    query.scope.tags = std::move(tags);
    AB_TRY(
        closing, closing_of(request, kind == Kind::statement ? Closing::exclude : Closing::include)
    );
    query.scope.closing = closing;
    constexpr std::int64_t kNumberMax = 9'007'199'254'740'991;  // what JSON readers keep exactly
    AB_TRY(known_at, request.query_int("known_at", 1, kNumberMax));
    query.scope.known_at =
        known_at.transform([](auto number) { return base::EntryNumber{number}; });
    return query;
}

template <class Report>
Task<Result<Response>> answer_of(WorkbookDesk& desk, Form form, Report report) {
    if (form == Form::json) {
        co_return Response::json(200, to_json(report));
    }
    if (form == Form::csv) {
        co_return Response::text(200, to_csv(report), "text/csv; charset=utf-8");
    }
    AB_CO_TRY(workbook, co_await desk.make(std::move(report)));
    co_return Response::text(200, std::move(workbook), std::string{kXlsxMediaType});
}

/// Answers with what `make` makes of the request, the tenant and the query.
template <class Make>
Task<Result<Response>> get_report(
    identity::Authenticator& authenticator,
    WorkbookDesk& desk,
    Kind kind,
    Make make,
    const Request& request
) {
    AB_CO_TRY(tenant_id, request.path_id("tenant_id"));
    const base::TenantId tenant{tenant_id};
    AB_CO_TRY(
        principal,
        co_await authenticator.authorise(request, tenant, identity::Permission::report_read)
    );
    AB_CO_TRY(form, form_of(request));
    AB_CO_TRY(query, query_of(request, kind));
    AB_CO_TRY(report, co_await make(request, tenant, query));
    AB_CO_TRY(response, co_await answer_of(desk, form, std::move(report)));
    response.headers.set("Vary", "Accept");
    net::set_etag_of_body(response);
    co_return response;
}

/// Lines that one answer holds at most: some 20 MB.
constexpr std::int64_t kLinesMax = 50'000;

Task<Result<GeneralLedger>> account_statement(
    pg::Pool& pool, const Request& request, base::TenantId tenant, ReportQuery query
) {
    AB_CO_TRY(account_id, request.path_id("account_id"));
    const LedgerQuery of_account{
        .range = query.range,
        .scope = std::move(query.scope),
        .account = base::AccountId{account_id},
        .lines_max = kLinesMax,
    };
    co_return co_await general_ledger(pool, tenant, of_account, request.deadline);
}

}  // namespace

void mount_reports(net::Router& router, identity::Authenticator& authenticator, pg::Pool& pool) {
    const auto desk = std::make_shared<WorkbookDesk>();
    const auto mount = [&](const std::string& name, Kind kind, auto make) {
        router.add(
            net::Method::get,
            "/api/v1/tenants/{tenant_id}/reports/" + name,
            [&authenticator, desk, kind, make](const Request& request) {
                return get_report(authenticator, *desk, kind, make, request);
            }
        );
    };
    // What makes a report of a query alone.
    const auto mount_plain = [&](const std::string& name, auto report) {
        mount(
            name,
            Kind::statement,
            [&pool, report](
                const Request& request, base::TenantId tenant, const ReportQuery& query
            ) { return report(pool, tenant, query, request.deadline); }
        );
    };
    mount_plain("trial-balance", trial_balance);
    mount_plain("income-statement", income_statement);
    mount_plain("balance-sheet", balance_sheet);
    mount(
        "general-ledger",
        Kind::ledger,
        [&pool](const Request& request, base::TenantId tenant, const ReportQuery& query) {
            const LedgerQuery of_all{
                .range = query.range, .scope = query.scope, .lines_max = kLinesMax
            };
            return general_ledger(pool, tenant, of_all, request.deadline);
        }
    );
    mount(
        "late-entries",
        Kind::ledger,
        [&pool](const Request& request, base::TenantId tenant, const ReportQuery& query) {
            return late_entries(pool, tenant, query, request.deadline);
        }
    );
    mount(
        "account-statement/{account_id}",
        Kind::ledger,
        [&pool](const Request& request, base::TenantId tenant, const ReportQuery& query) {
            return account_statement(pool, request, tenant, query);
        }
    );
}

}  // namespace accubooks::reports
