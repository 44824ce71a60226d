#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "ops/instances.h"
#include "ops/revision.h"
#include "ops/sources.h"
#include "pg/connection.h"

namespace accubooks::ops {

// What people do with revisions. Every call works as accubooks_ops and throws pg::Failure.

/// The revisions as an instance or a command finds them when it starts. The first one ever is made
/// of `seed`; an unconfirmed one whose time is over is gone back from. Errors: those of
/// check_capacity for the first one, and of check_governed, to which the defaults are confirmed,
/// and of values_of for one that this program can't follow.
base::Task<base::Result<Sight>> open_settings(
    pg::Connection& connection, Values seed, std::string author, base::Deadline deadline
);

/// A proposal's end: the newest revision, made of it unless it changed nothing.
struct Proposed {
    Revision revision;
    bool is_new = false;
    std::vector<Difference> changes{};
};

/// Makes a proposal the next revision. Errors: those of decide, check_capacity and, unless an
/// execution makes it, check_governed;
/// `settings.no_revision` before the first one, and `settings.another_came_first` when another one
/// is made at the same time.
base::Task<base::Result<Proposed>> propose(
    pg::Connection& connection, Proposal proposal, base::Deadline deadline
);

/// The proposal that a file's live settings make; what it doesn't name stays as it is.
Proposal proposal_of(const GivenValues& file);

/// The proposal that brings the values of revision `number` back; none: those that held before the
/// newest that held, passing over what an instance refused or nobody confirmed. Errors:
/// `settings.no_revision`.
base::Task<base::Result<Proposal>> rollback_to(
    pg::Connection& connection, std::optional<std::int64_t> number, base::Deadline deadline
);

/// Confirms the newest revision, or with `within` renews its time; answers its number. What an
/// execution ordered it confirms itself. Errors: `settings.nothing_to_confirm`,
/// `settings.too_late`, those of check_governed.
base::Task<base::Result<std::int64_t>> confirm(
    pg::Connection& connection,
    std::optional<std::chrono::milliseconds> within,
    std::string author,
    base::Deadline deadline
);

/// How far a revision is now.
base::Task<Progress> progress(
    pg::Connection& connection, Revision revision, base::Deadline deadline
);

/// Waits until a revision is complete, can't become so any more, or `patience` is over; the
/// progress then.
base::Task<Progress> await_answers(
    pg::Connection& connection, Revision revision, base::Deadline patience, base::Deadline deadline
);

/// Whether each of the revisions, newest first and with the one before the last, is chained to the
/// one before it; the number of the first that isn't. The last one can only be checked when it is
/// number 1.
std::optional<std::int64_t> first_broken(const std::vector<Revision>& revisions);

}  // namespace accubooks::ops
