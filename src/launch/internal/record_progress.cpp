#include "launch/internal/record_progress.h"

#include "launch/execution_store.h"
#include "launch/report_store.h"

namespace accubooks::launch {
namespace {

std::optional<RecordReport> reported(const std::optional<StoredReport>& report) {
    if (!report) {
        return std::nullopt;
    }
    RecordReport made{.digest = report->digest(), .due_at = report->due_at};
    if (report->signature) {
        made.signer = report->signature->signer_name;
        made.signed_at = report->signature->at;
    }
    return made;
}

}  // namespace

base::Task<std::vector<RecordSources::Progress>> progress_of(
    pg::Connection& connection, std::int64_t change, base::Deadline deadline
) {
    std::vector<RecordSources::Progress> all;
    for (const ExecutionRow& row : co_await executions_of(connection, change, deadline)) {
        const auto events = co_await events_after(connection, row.number, 0, deadline);
        const auto execution =
            events ? replay(*events) : base::Result<Execution>{std::unexpected(events.error())};
        const auto report = co_await find_report(connection, row.number, deadline);
        all.push_back({
            .revision = row.revision,
            .attempt = row.attempt,
            .state = execution ? std::string{to_string(execution->state)} : std::string{},
            .report = reported(report),
        });
    }
    co_return all;
}

}  // namespace accubooks::launch
