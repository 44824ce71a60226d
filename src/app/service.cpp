#include "app/service.h"

#include "ledger/journal_api.h"
#include "net/ops_routes.h"
#include "reports/reports_api.h"

namespace accubooks::app {
namespace {

constexpr std::size_t kHashingThreads = 1;
constexpr std::size_t kHashesWaitingMax = 64;
constexpr std::size_t kAccountsCachedMax = 2'000'000;

pg::PoolSettings ops_pool() {
    pg::PoolSettings settings;
    settings.min = 1;
    settings.max = 4;
    return settings;
}

identity::SessionSettings session_settings(bool secure_cookie) {
    identity::SessionSettings settings;
    settings.secure_cookie = secure_cookie;
    return settings;
}

}  // namespace

Service::Service(std::size_t lane_count, const Endpoints& endpoints, bool secure_cookie)
    : log{clock, telemetry::Level::info},
      health{clock, metrics},
      http_metrics{metrics},
      lanes{lane_count},
      app{lanes.executor(0), "tenants", endpoints.app, pg::PoolSettings{}},
      ops{lanes.executor(0), "operations", endpoints.ops, ops_pool()},
      hasher{kHashingThreads, kHashesWaitingMax},
      directory{ops, hasher, clock, base::system_random()},
      sign_in{app, hasher, limiter, clock, base::system_random(), session_settings(secure_cookie)},
      authenticator{app, clock, session_settings(secure_cookie)},
      books{app, kAccountsCachedMax},
      poster{lanes.executor(0), app, clock},
      journal{app, books, poster} {
    const ledger::LedgerApi ledger_api{authenticator, app, books, journal};
    identity::mount_identity(api, {sign_in, authenticator, directory});
    ledger::mount_accounts(api, ledger_api);
    ledger::mount_journal(api, ledger_api);
    reports::mount_reports(api, authenticator, app);
    net::mount_operations(operations, metrics, health);
}

base::Error error_of(const std::exception_ptr& thrown) {
    using enum pg::Failure::Kind;
    try {
        std::rethrow_exception(thrown);
    } catch (const pg::Failure& failure) {
        switch (failure.kind()) {
            case connect:
            case overloaded:
                return {
                    .kind = base::ErrorKind::overloaded,
                    .code = "database.unavailable",
                    .detail = "The database can't take this now; nothing was done. Try again in a moment.",
                };
            case lost:
            case unknown_outcome:
                return {
                    .kind = base::ErrorKind::unknown_outcome,
                    .code = "database.unknown_outcome",
                    .detail = "The database's answer was lost; ask again with the same idempotency key.",
                };
            case deadline:
            case cancelled:
                return {
                    .kind = base::ErrorKind::overloaded,
                    .code = "database.deadline",
                    .detail = "The database took too long and the statement was cancelled. Try again in a moment.",
                };
            case server:
                break;
        }
    } catch (...) {
        // Falls through to the one answer for what nobody expected; the server logs the exception itself.
    }
    return {
        .kind = base::ErrorKind::unknown_outcome,
        .code = "http.internal",
        .detail = "Something went wrong here; the log has it under the request's id.",
    };
}

}  // namespace accubooks::app
