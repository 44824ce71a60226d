#include "ops/backup_store.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace accubooks::ops {
namespace {

using Kind = BackupEvent::Kind;

constexpr std::array kKinds{Kind::backup, Kind::check, Kind::restore, Kind::archive_gap};
constexpr std::string_view kGood = "good";
constexpr std::size_t kDetailMax = 2000;

constexpr pg::Statement kRecord{
    .name = "ops.record_backup_event",
    .text = R"sql(
insert into platform.backup_event (kind, outcome, label, started_at, bytes, actor, detail)
values ($1, $2, $3, $4, $5, $6, $7))sql",
};

// The newest of each kind and outcome.
constexpr pg::Statement kState{
    .name = "ops.backup_state",
    .text = R"sql(
select e.kind, e.outcome, e.label, e.started_at, e.finished_at, e.bytes, e.actor, e.detail
  from unnest(array['backup', 'check', 'restore', 'archive_gap']) k(kind)
 cross join unnest(array['good', 'failed']) o(outcome)
 cross join lateral (select * from platform.backup_event e
                      where e.kind = k.kind and e.outcome = o.outcome
                      order by e.event_id desc limit 1) e
 order by e.event_id)sql",
};

constexpr pg::Statement kArchiver{
    .name = "ops.archiver",
    .text = R"sql(
select last_archived_time,
       case when last_failed_time > coalesce(last_archived_time, '-infinity') then last_failed_wal end
  from pg_catalog.pg_stat_archiver)sql",
};

BackupEvent event_of(const pg::Row& row) {
    const auto kind = std::ranges::find_if(kKinds, [&row](Kind one) {
        return to_string(one) == row.get<std::string_view>(0);
    });
    base::ensure(kind != kKinds.end(), "the table's constraint knows the same words");
    return {
        .kind = *kind,
        .is_good = row.get<std::string_view>(1) == kGood,
        .label = row.get<std::optional<std::string>>(2),
        .started_at = row.get<base::Instant>(3),
        .finished_at = row.get<base::Instant>(4),
        .bytes = row.get<std::optional<std::int64_t>>(5),
        .actor = row.get<std::string>(6),
        .detail = row.get<std::string>(7),
    };
}

/// Events come in their order, so that the last one stays.
void take(BackupState& state, BackupEvent event) {
    switch (event.kind) {
        case Kind::backup:
            if (event.is_good) {
                state.last_good_backup = event;
                if (state.gap && event.started_at > state.gap->finished_at) {
                    state.gap.reset();
                }
            }
            state.last_backup = std::move(event);
            return;
        case Kind::check:
            if (event.is_good) {
                state.last_good_check = event;
            }
            state.last_check = std::move(event);
            return;
        case Kind::restore:
            state.last_restore = std::move(event);
            return;
        case Kind::archive_gap:
            state.gap = std::move(event);
            return;
    }
}

}  // namespace

std::string_view to_string(Kind kind) {
    switch (kind) {
        case Kind::backup:
            return "backup";
        case Kind::check:
            return "check";
        case Kind::restore:
            return "restore";
        case Kind::archive_gap:
            return "archive_gap";
    }
    std::unreachable();
}

bool BackupState::is_ready_for_change(base::Instant now, std::chrono::microseconds age) const {
    return last_backup && last_backup->is_good && now - last_backup->finished_at <= age &&
           last_check && last_check->is_good && last_check->label == last_backup->label && !gap;
}

base::Task<void> record_backup_event(
    pg::Connection& connection, BackupEvent event, base::Deadline deadline
) {
    // It may quote a command's output, of any length and any bytes.
    event.detail = base::printable(event.detail);
    event.detail.resize(std::min(event.detail.size(), kDetailMax));
    event.detail.resize(base::utf8_prefix(event.detail));
    co_await connection.execute(
        kRecord,
        pg::Params::of(
            to_string(event.kind),
            event.is_good ? kGood : std::string_view{"failed"},
            event.label,
            event.started_at,
            event.bytes,
            event.actor,
            event.detail
        ),
        deadline
    );
}

base::Task<BackupState> load_backup_state(pg::Connection& connection, base::Deadline deadline) {
    const pg::Rows rows = co_await connection.execute(kState, {}, deadline);
    BackupState state;
    for (int at = 0; at < rows.size(); ++at) {
        take(state, event_of(rows[at]));
    }
    co_return state;
}

base::Task<ArchiverState> archiver_state(pg::Connection& connection, base::Deadline deadline) {
    const pg::Rows rows = co_await connection.execute(kArchiver, {}, deadline);
    co_return ArchiverState{
        .last_archived_at = rows[0].get<std::optional<base::Instant>>(0),
        .failing_segment = rows[0].get<std::optional<std::string>>(1),
    };
}

}  // namespace accubooks::ops
