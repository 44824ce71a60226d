#include "ops/revision_store.h"

#include <algorithm>
#include <array>

namespace accubooks::ops {
namespace {

using std::chrono::milliseconds;

constexpr pg::Statement kLook{
    .name = "ops.look",
    .text = R"sql(
select r.number, r.settings, r.origin, r.restores, r.author, r.reason, r.confirm_within_ms, r.expected, r.created_at,
       r.digest, l.left_ms, l.renewals, c.number, c.settings, c.origin, c.restores, c.author, c.reason,
       c.confirm_within_ms, c.expected, c.created_at, c.digest
  from (select * from platform.setting_revision order by number desc limit 1) r
  left join lateral platform.lease_of(r.number) l on true
  left join platform.setting_revision c on l.left_ms is not null and c.number = platform.confirmed_before(r.number))sql",
};

constexpr pg::Statement kBeat{
    .name = "ops.beat",
    .text = R"sql(
insert into platform.instance (boot_id, instance, version, api_address, ops_address, other_connections, started_at,
                               draining, last_seen_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp())
    on conflict (boot_id) do update set last_seen_at = excluded.last_seen_at, draining = excluded.draining)sql",
};

constexpr pg::Statement kLeave{
    .name = "ops.leave",
    .text = "update platform.instance set ended_at = clock_timestamp() where boot_id = $1",
};

constexpr pg::Statement kRecord{
    .name = "ops.record",
    .text = "select platform.record_revision($1, $2, $3, $4, $5, $6, $7)",
};

constexpr pg::Statement kGoBack{
    .name = "ops.go_back",
    .text = "select platform.go_back($1, $2, $3, $4)",
};

constexpr pg::Statement kExtendLease{
    .name = "ops.extend_lease",
    .text = "select platform.extend_lease($1, $2, $3)",
};

constexpr pg::Statement kAcknowledge{
    .name = "ops.acknowledge",
    .text = R"sql(
insert into platform.setting_acknowledgement (revision, boot_id, outcome, effective, error)
values ($1, $2, $3, $4, $5))sql",
};

constexpr pg::Statement kRevision{
    .name = "ops.revision",
    .text = R"sql(
select number, settings, origin, restores, author, reason, confirm_within_ms, expected, created_at, digest
  from platform.setting_revision
 where number = $1)sql",
};

constexpr pg::Statement kHistory{
    .name = "ops.history",
    .text = R"sql(
select number, settings, origin, restores, author, reason, confirm_within_ms, expected, created_at, digest
  from platform.setting_revision
 order by number desc
 limit $1)sql",
};

// A missing one without a successor is told for a day; then it is history.
constexpr pg::Statement kBoots{
    .name = "ops.boots",
    .text = R"sql(
select i.boot_id, i.instance, i.version, i.api_address, i.ops_address, i.other_connections, i.started_at, i.last_seen_at,
       platform.is_live(i.last_seen_at, i.ended_at), i.ended_at is not null, i.draining,
       exists (select from platform.instance n where n.instance = i.instance and n.started_at > i.started_at)
  from platform.instance i
 where (i.ended_at is null and i.last_seen_at > clock_timestamp() - interval '1 day')
    or i.boot_id = any ((select expected from platform.setting_revision where number = $1)::uuid[])
 order by i.instance, i.started_at)sql",
};

constexpr pg::Statement kAcknowledgements{
    .name = "ops.acknowledgements",
    .text = R"sql(
select revision, boot_id, outcome, effective, error, at
  from platform.setting_acknowledgement
 where revision = $1
 order by acknowledgement_id)sql",
};

// A private cluster's pools log in as their roles; on a server of the operator's own, all with one
// login. A limit binds the logins it stands at, and a superuser not at all.
constexpr pg::Statement kServerLimits{
    .name = "ops.server_limits",
    .text = R"sql(
select current_setting('max_connections')::bigint, current_setting('superuser_reserved_connections')::bigint,
       (select min(rolconnlimit)::bigint from pg_catalog.pg_roles
         where rolconnlimit >= 0 and not rolsuper
           and (rolname = session_user
                or (session_user = 'accubooks_ops' and rolname = 'accubooks_app'))),
       (select datconnlimit::bigint from pg_catalog.pg_database
         where datname = current_database() and datconnlimit >= 0))sql",
};

template <class Enum, std::size_t N>
Enum parse(std::string_view text, const std::array<Enum, N>& all) {
    const auto found =
        std::ranges::find_if(all, [text](Enum one) { return to_string(one) == text; });
    base::ensure(found != all.end(), "the table's constraint knows the same words");
    return *found;
}

constexpr std::array kOrigins{
    Origin::seed, Origin::set, Origin::file, Origin::rollback, Origin::revert, Origin::expiry
};
constexpr std::array kOutcomes{Outcome::accepted, Outcome::refused, Outcome::went_back};

std::optional<milliseconds> milliseconds_of(std::optional<std::int64_t> count) {
    return count ? std::optional{milliseconds{*count}} : std::nullopt;
}

std::optional<std::int64_t> count_of(std::optional<milliseconds> time) {
    return time ? std::optional{std::int64_t{time->count()}} : std::nullopt;
}

constexpr int kRevisionColumns = 10;

/// The revision whose columns begin at `first`.
Revision revision_of(const pg::Row& row, int first = 0) {
    return {
        .number = row.get<std::int64_t>(first),
        .settings = row.get<std::string>(first + 1),
        .origin = parse(row.get<std::string_view>(first + 2), kOrigins),
        .restores = row.get<std::optional<std::int64_t>>(first + 3),
        .author = row.get<std::string>(first + 4),
        .reason = row.get<std::string>(first + 5),
        .confirm_within = milliseconds_of(row.get<std::optional<std::int64_t>>(first + 6)),
        .expected = row.get<std::vector<base::Uuid>>(first + 7),
        .created_at = row.get<base::Instant>(first + 8),
        .digest = row.get<base::Digest>(first + 9),
    };
}

std::optional<Sight> sight_of(const pg::Rows& rows) {
    if (rows.empty()) {
        return std::nullopt;
    }
    const pg::Row row = rows[0];
    Sight sight{.newest = revision_of(row), .confirmed = {}};
    if (row.is_null(kRevisionColumns)) {
        sight.confirmed = sight.newest;
        return sight;
    }
    sight.lease = Lease{
        .left = milliseconds{row.get<std::int64_t>(kRevisionColumns)},
        .renewals = row.get<std::int32_t>(kRevisionColumns + 1),
    };
    sight.confirmed = revision_of(row, kRevisionColumns + 2);
    return sight;
}

pg::Params params_of(const Heartbeat& heartbeat) {
    const Identity& who = *heartbeat.who;
    return pg::Params::of(
        who.boot_id,
        who.instance,
        who.version,
        who.api_address,
        who.ops_address,
        static_cast<std::int32_t>(who.other_connections),
        heartbeat.started_at,
        heartbeat.is_draining
    );
}

}  // namespace

base::Task<std::optional<Sight>> look(pg::Connection& connection, base::Deadline deadline) {
    const auto rows = co_await connection.execute(kLook, {}, deadline);
    co_return sight_of(rows);
}

base::Task<std::optional<Sight>> beat(
    pg::Connection& connection, Heartbeat heartbeat, base::Deadline deadline
) {
    std::vector<pg::Query> queries(2);
    queries[0] = {.statement = &kBeat, .params = params_of(heartbeat)};
    queries[1] = {.statement = &kLook};
    const auto results = co_await connection.execute_all(std::move(queries), deadline);
    co_return sight_of(results[1]);
}

base::Task<void> leave(pg::Connection& connection, base::Uuid boot_id, base::Deadline deadline) {
    co_await connection.execute(kLeave, pg::Params::of(boot_id), deadline);
}

base::Task<std::optional<std::int64_t>> record(
    pg::Connection& connection,
    std::int64_t parent,
    std::string settings,
    Proposal proposal,
    base::Deadline deadline
) {
    auto params = pg::Params::of(
        parent,
        settings,
        to_string(proposal.origin),
        proposal.restores,
        proposal.author,
        proposal.reason,
        count_of(proposal.confirm_within)
    );
    const auto rows = co_await connection.execute(kRecord, std::move(params), deadline);
    co_return rows[0].get<std::optional<std::int64_t>>(0);
}

base::Task<std::optional<std::int64_t>> go_back(
    pg::Connection& connection, WayBack way, base::Deadline deadline
) {
    auto params = pg::Params::of(way.from, to_string(way.origin), way.author, way.reason);
    const auto rows = co_await connection.execute(kGoBack, std::move(params), deadline);
    co_return rows[0].get<std::optional<std::int64_t>>(0);
}

base::Task<std::string> extend_lease(
    pg::Connection& connection,
    std::int64_t revision,
    std::optional<milliseconds> within,
    std::string author,
    base::Deadline deadline
) {
    auto params = pg::Params::of(revision, count_of(within), author);
    const auto rows = co_await connection.execute(kExtendLease, std::move(params), deadline);
    co_return rows[0].get<std::string>(0);
}

base::Task<void> acknowledge(
    pg::Connection& connection, Acknowledgement said, base::Deadline deadline
) {
    const auto error = said.error.empty() ? std::nullopt : std::optional{said.error};
    auto params =
        pg::Params::of(said.revision, said.boot_id, to_string(said.outcome), said.effective, error);
    co_await connection.execute(kAcknowledge, std::move(params), deadline);
}

base::Task<std::optional<Revision>> revision(
    pg::Connection& connection, std::int64_t number, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kRevision, pg::Params::of(number), deadline);
    co_return rows.empty() ? std::nullopt : std::optional{revision_of(rows[0])};
}

base::Task<std::vector<Revision>> history(
    pg::Connection& connection, std::int64_t limit, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kHistory, pg::Params::of(limit + 1), deadline);
    co_return rows.map([](const pg::Row& row) { return revision_of(row); });
}

base::Task<std::vector<Boot>> boots(
    pg::Connection& connection, std::int64_t revision, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kBoots, pg::Params::of(revision), deadline);
    std::vector<Boot> found;
    found.reserve(static_cast<std::size_t>(rows.size()));
    for (int i = 0; i < rows.size(); ++i) {
        const pg::Row row = rows[i];
        found.push_back({
            .who =
                {
                    .instance = row.get<std::string>(1),
                    .boot_id = row.get<base::Uuid>(0),
                    .version = row.get<std::string>(2),
                    .api_address = row.get<std::string>(3),
                    .ops_address = row.get<std::string>(4),
                    .other_connections = row.get<std::int32_t>(5),
                },
            .started_at = row.get<base::Instant>(6),
            .last_seen_at = row.get<base::Instant>(7),
            .is_live = row.get<bool>(8),
            .has_ended = row.get<bool>(9),
            .is_draining = row.get<bool>(10),
            .is_replaced = row.get<bool>(11),
        });
    }
    co_return found;
}

base::Task<std::vector<Acknowledgement>> acknowledgements(
    pg::Connection& connection, std::int64_t revision, base::Deadline deadline
) {
    const auto rows =
        co_await connection.execute(kAcknowledgements, pg::Params::of(revision), deadline);
    std::vector<Acknowledgement> found;
    found.reserve(static_cast<std::size_t>(rows.size()));
    for (int i = 0; i < rows.size(); ++i) {
        const pg::Row row = rows[i];
        found.push_back({
            .revision = row.get<std::int64_t>(0),
            .boot_id = row.get<base::Uuid>(1),
            .outcome = parse(row.get<std::string_view>(2), kOutcomes),
            .effective = row.get<std::string>(3),
            .error = row.get<std::optional<std::string>>(4).value_or(""),
            .at = row.get<base::Instant>(5),
        });
    }
    co_return found;
}

base::Task<ServerLimits> server_limits(pg::Connection& connection, base::Deadline deadline) {
    const auto rows = co_await connection.execute(kServerLimits, {}, deadline);
    co_return ServerLimits{
        .max_connections = rows[0].get<std::int64_t>(0),
        .superuser_reserved = rows[0].get<std::int64_t>(1),
        .role = rows[0].get<std::optional<std::int64_t>>(2),
        .database = rows[0].get<std::optional<std::int64_t>>(3),
    };
}

}  // namespace accubooks::ops
