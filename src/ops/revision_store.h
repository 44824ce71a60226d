#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "ops/capacity.h"
#include "ops/instances.h"
#include "ops/revision.h"
#include "pg/connection.h"

namespace accubooks::ops {

// What the database keeps about live settings. Every call works as accubooks_ops, is a transaction
// of its own, and throws pg::Failure.

/// The channel on which every new revision and every lease is told.
inline constexpr std::string_view kChannel = "accubooks_settings";

/// None while there is no revision.
base::Task<std::optional<Sight>> look(pg::Connection& connection, base::Deadline deadline);

/// The same, and says that this boot is alive, in one round trip.
struct Heartbeat {
    const Identity* who = nullptr;  // must outlive the call
    base::Instant started_at;
    bool is_draining = false;
};
base::Task<std::optional<Sight>> beat(
    pg::Connection& connection, Heartbeat heartbeat, base::Deadline deadline
);
/// The boot says goodbye: nobody waits for it any more.
base::Task<void> leave(pg::Connection& connection, base::Uuid boot_id, base::Deadline deadline);

/// The next revision's number; none when another one came first. `values` are all live settings.
base::Task<std::optional<std::int64_t>> record(
    pg::Connection& connection,
    std::int64_t parent,
    std::string settings,
    Proposal proposal,
    base::Deadline deadline
);

/// Goes back to the last confirmed values, for everybody; none when that isn't due, or was done.
/// `origin` is revert or expiry.
struct WayBack {
    std::int64_t from = 0;
    Origin origin = Origin::expiry;
    std::string author;
    std::string reason;
};
base::Task<std::optional<std::int64_t>> go_back(
    pg::Connection& connection, WayBack way, base::Deadline deadline
);

/// Confirms the newest revision, or with `within` renews its time. "done", or why not:
/// "superseded", "not_awaited", "over".
base::Task<std::string> extend_lease(
    pg::Connection& connection,
    std::int64_t revision,
    std::optional<std::chrono::milliseconds> within,
    std::string author,
    base::Deadline deadline
);

base::Task<void> acknowledge(
    pg::Connection& connection, Acknowledgement said, base::Deadline deadline
);

/// One revision; none when there is none of that number.
base::Task<std::optional<Revision>> revision(
    pg::Connection& connection, std::int64_t number, base::Deadline deadline
);
/// Newest first, at most `limit`, and one more before them if there is one, for its digest.
base::Task<std::vector<Revision>> history(
    pg::Connection& connection, std::int64_t limit, base::Deadline deadline
);

/// Boots that are live, expected by `revision`, or went missing within a day.
base::Task<std::vector<Boot>> boots(
    pg::Connection& connection, std::int64_t revision, base::Deadline deadline
);
base::Task<std::vector<Acknowledgement>> acknowledgements(
    pg::Connection& connection, std::int64_t revision, base::Deadline deadline
);

/// What the server lets logins of this program have.
base::Task<ServerLimits> server_limits(pg::Connection& connection, base::Deadline deadline);

}  // namespace accubooks::ops
