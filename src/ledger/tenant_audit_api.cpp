#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "ledger/internal/query_words.h"
#include "ledger/journal_api.h"
#include "ledger/tenant_audit.h"
#include "net/page.h"
#include "net/routes.h"

namespace accubooks::ledger {
namespace {

using base::Result;
using base::Task;
using identity::Permission;
using net::Request;
using net::Response;

constexpr std::int64_t kEventsOfPage = 100;

Result<AuditFilter> filter_of(const Request& request) {
    AB_TRY(kind, request.query_text("kind"));
    AB_TRY(actor, query_words(request, "actor"));
    AB_TRY(object, query_words(request, "object"));
    AB_TRY(from, request.query_date("from"));
    AB_TRY(to, request.query_date("to"));
    if (kind && std::ranges::find(kAuditKinds, *kind) == std::end(kAuditKinds)) {
        return bad_parameter("kind", fmt::format("one of {}", fmt::join(kAuditKinds, ", ")));
    }
    return AuditFilter{
        .kind = std::move(kind),
        .actor = std::move(actor),
        .object = std::move(object),
        .from = from,
        .to = to,
    };
}

Task<Result<Response>> get_events(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::tenant_audit));
    AB_CO_CHECK(request.allow_query({"cursor", "limit", "kind", "actor", "object", "from", "to"}));
    AB_CO_TRY(page, net::number_page_of(request, kEventsOfPage));
    AB_CO_TRY(filter, filter_of(request));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, principal.tenant, pg::Access::read_only, request.deadline
    );
    auto events = co_await list_audit(transaction, std::move(filter), page.after, page.limit + 1);
    co_await transaction.commit();
    const auto cursor_of = [](const AuditEvent& event) { return fmt::to_string(event.number); };
    co_return Response::json(
        200, net::cut_page_json(std::move(events), page.limit, cursor_of, write_audit_event)
    );
}

/// A server that stops doesn't wait: the export breaks off.
Task<bool> pass_on(net::BodyWriter& writer, std::string piece) {
    if (!writer.is_wanted()) {
        co_return false;
    }
    co_return co_await writer.write(std::move(piece));
}

Task<void> send(
    pg::Pool& pool, base::TenantId tenant, AuditFilter filter, net::BodyWriter& writer
) {
    const AuditSink sink = [&writer](std::string piece) {
        return pass_on(writer, std::move(piece));
    };
    co_await export_audit(pool, tenant, std::move(filter), sink);
}

Task<Result<Response>> get_export(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::tenant_audit));
    AB_CO_CHECK(request.allow_query({"kind", "actor", "object", "from", "to"}));
    AB_CO_TRY(filter, filter_of(request));
    const base::TenantId tenant = principal.tenant;
    if (request.method != net::Method::head) {
        co_await record_export(api.pool, tenant, principal.author(), "audit", request.deadline);
    }
    Response response = Response::text(200, "", "application/jsonl");
    response.headers.set(
        "Content-Disposition", fmt::format("attachment; filename=\"audit-{}.jsonl\"", tenant.value)
    );
    response.stream = [&pool = api.pool, tenant, filter](net::BodyWriter& writer) {
        return send(pool, tenant, filter, writer);
    };
    co_return response;
}

}  // namespace

void mount_tenant_audit(net::Router& router, LedgerApi api) {
    const net::Routes routes{router, api};
    routes.add(net::Method::get, "/api/v1/tenants/{tenant_id}/audit", get_events);
    routes.add(net::Method::get, "/api/v1/tenants/{tenant_id}/audit/export", get_export);
}

}  // namespace accubooks::ledger
