#include "launch/report_store.h"

namespace accubooks::launch {
namespace {

using base::Task;

constexpr pg::Statement kKeep{
    .name = "launch.keep_report",
    .text = R"sql(
insert into launch.execution_report (execution, report, page, made_at, due_at)
values ($1, $2, $3, $4, $5)
    on conflict do nothing)sql",
};

constexpr pg::Statement kFind{
    .name = "launch.find_report",
    .text = R"sql(
select r.report, r.page, r.made_at, r.due_at, s.envelope, u.name, s.signed_at
  from launch.execution_report r
  left join launch.report_signature s on s.execution = r.execution
  left join platform.app_user u on u.user_id = s.signed_by
 where r.execution = $1)sql",
};

constexpr pg::Statement kSign{
    .name = "launch.sign_report",
    .text = R"sql(
insert into launch.report_signature (execution, envelope, signed_by, signed_at)
values ($1, $2, $3, $4))sql",
};

}  // namespace

Task<StoredReport> keep_report(
    pg::Connection& connection, StoredReport report, base::Deadline deadline
) {
    co_await connection.execute(
        kKeep,
        pg::Params::of(report.execution, report.json, report.page, report.made_at, report.due_at),
        deadline
    );
    auto kept = co_await find_report(connection, report.execution, deadline);
    base::ensure(kept.has_value(), "a report that was kept is there");
    co_return *std::move(kept);
}

Task<std::optional<StoredReport>> find_report(
    pg::Connection& connection, std::int64_t execution, base::Deadline deadline
) {
    const pg::Rows rows = co_await connection.execute(kFind, pg::Params::of(execution), deadline);
    if (rows.empty()) {
        co_return std::nullopt;
    }
    const pg::Row row = rows[0];
    StoredReport report{
        .execution = execution,
        .json = row.get<std::string>(0),
        .page = row.get<std::string>(1),
        .made_at = row.get<base::Instant>(2),
        .due_at = row.get<base::Instant>(3),
    };
    if (!row.is_null(4)) {
        report.signature = StoredReport::Signature{
            .envelope = row.get<std::string>(4),
            .signer_name = row.get<std::string>(5),
            .at = row.get<base::Instant>(6),
        };
    }
    co_return report;
}

Task<void> sign_report(
    pg::Connection& connection, NewReportSignature signature, base::Deadline deadline
) {
    co_await connection.execute(
        kSign,
        pg::Params::of(signature.execution, signature.envelope, signature.signer, signature.at),
        deadline
    );
}

}  // namespace accubooks::launch
