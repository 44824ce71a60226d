#include "launch/report_book.h"

#include <algorithm>

#include "base/json_writer.h"
#include "launch/change_log.h"
#include "launch/execution_store.h"
#include "launch/internal/written.h"
#include "launch/report_statement.h"
#include "launch/signed_statement.h"

namespace accubooks::launch {
namespace {

using base::ErrorKind;
using base::Result;
using base::Task;

struct Found {
    ExecutionRow row;
    StoredReport report;
};

/// Of the newest execution that has a report.
Task<Result<Found>> newest_report(
    pg::Connection& connection, std::int64_t change, base::Deadline deadline
) {
    auto rows = co_await executions_of(connection, change, deadline);
    std::ranges::reverse(rows);
    for (const ExecutionRow& row : rows) {
        if (auto report = co_await find_report(connection, row.number, deadline)) {
            co_return Found{.row = row, .report = *std::move(report)};
        }
    }
    co_return base::refuse(
        ErrorKind::not_found,
        "launch.no_report",
        "No execution of this change has ended yet; its report is made then."
    );
}

/// Whether the statement is about this very report.
Result<void> check_subject(const ReportStatement& statement, const Found& found) {
    const bool is_it = statement.change == change_name(found.row.change) &&
                       statement.revision == found.row.revision &&
                       statement.attempt == found.row.attempt &&
                       statement.report == found.report.digest();
    if (!is_it) {
        return base::refuse(
            ErrorKind::conflict,
            "launch.other_report",
            "What was signed is another report than that of the change's newest execution; read "
            "it again."
        );
    }
    if (found.row.is_rehearsal) {
        return base::refuse(
            ErrorKind::conflict,
            "launch.rehearsal_report",
            "A rehearsal is never a verdict; its report is read, not signed."
        );
    }
    return {};
}

}  // namespace

Task<Result<StoredReport>> ReportBook::find(std::int64_t change, base::Deadline deadline) {
    pg::Lease lease = co_await ops_.acquire(deadline);
    AB_CO_TRY(found, co_await newest_report(*lease, change, deadline));
    co_return std::move(found.report);
}

Task<Result<Written>> ReportBook::sign(
    Actor by, std::int64_t number, std::string envelope, base::Deadline deadline
) {
    pg::Lease lease = co_await ops_.acquire(deadline);
    co_await begin_for(*lease, number, deadline);
    AB_CO_TRY(answered, co_await answered_before(*lease, by, deadline));
    if (answered) {
        co_return *std::move(answered);
    }
    auto change = co_await load_change(*lease, number, deadline);
    base::ensure(change.has_value(), "the route has found the change");
    AB_CO_TRY(opened, open_statement(envelope, by.keys));
    AB_CO_TRY(statement, report_statement_of(opened.payload));
    AB_CO_TRY(found, co_await newest_report(*lease, number, deadline));
    AB_CO_CHECK(check_subject(statement, found));
    const base::Instant now = clock_.now();
    const SignReport command{
        .by = by.person,
        .revision = found.row.revision,
        .signer = statement.signer,
        .report = statement.report,
    };
    AB_CO_TRY(event, decide(*change, command, now));
    NewReportSignature signature{
        .execution = found.row.number, .envelope = envelope, .signer = by.person.user, .at = now
    };
    co_await sign_report(*lease, std::move(signature), deadline);
    const base::Uuid act =
        co_await append(*lease, *change, std::move(event), by.name, std::move(envelope), deadline);
    const auto report = co_await find_report(*lease, found.row.number, deadline);
    Written written{.status = 201, .body = report_json(*report, now), .acts = {act}};
    co_return co_await keep_and_commit(*lease, by, std::move(written), deadline);
}

std::string report_json(const StoredReport& report, base::Instant now) {
    base::JsonWriter json;
    json.begin_object()
        .member("execution", report.execution)
        .member("sha256", base::to_hex(report.digest()))
        .member("made_at", base::to_rfc3339(report.made_at))
        .member("due_at", base::to_rfc3339(report.due_at))
        .member("late", report.is_late(now));
    json.key("signed");
    if (report.signature) {
        json.begin_object()
            .member("at", base::to_rfc3339(report.signature->at))
            .member("by", report.signature->signer_name)
            .key("envelope")
            .raw(report.signature->envelope)
            .end_object();
    } else {
        json.value(nullptr);
    }
    json.end_object();
    return std::move(json).take();
}

}  // namespace accubooks::launch
