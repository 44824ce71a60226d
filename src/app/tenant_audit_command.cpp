#include "app/tenant_audit_command.h"

#include <cstdio>

#include "app/run.h"
#include "ledger/books.h"
#include "ledger/tenant_audit.h"

namespace accubooks::app {
namespace {

using base::Result;
using base::Task;

Task<bool> print(std::string piece) {
    co_return std::fwrite(piece.data(), 1, piece.size(), stdout) == piece.size();
}

Task<Result<void>> print_events(pg::Pool& pool, base::TenantId tenant, ledger::AuditFilter filter) {
    AB_CO_TRY(books, co_await ledger::load_books(pool, tenant, command_deadline()));
    co_await ledger::export_audit(pool, tenant, std::move(filter), print);
    co_return Result<void>{};
}

}  // namespace

int print_tenant_audit(Workbench& workbench, const TenantAuditOptions& options) {
    ledger::AuditFilter filter{
        .kind = options.kind,
        .actor = options.actor,
        .object = options.object,
        .from = options.from,
        .to = options.to,
    };
    const auto printed =
        run(workbench.io(),
            print_events(workbench.app(), base::TenantId{options.tenant}, std::move(filter)));
    if (!printed) {
        complain(printed.error());
        return kExitRefused;
    }
    return kExitDone;
}

}  // namespace accubooks::app
