#pragma once

#include <optional>

#include "base/task.h"
#include "launch/change_book.h"
#include "pg/connection.h"

namespace accubooks::launch {

/// The answer to a write with this idempotency key that was given before; none when there is none,
/// or no key. Errors: `identity.idempotency_conflict`. Works within the caller's transaction and
/// throws pg::Failure.
base::Task<base::Result<std::optional<Written>>> answered_before(
    pg::Connection& connection, const Actor& by, base::Deadline deadline
);

/// Keeps the answer under the request's key, if it has one, and commits.
base::Task<Written> keep_and_commit(
    pg::Connection& connection, const Actor& by, Written written, base::Deadline deadline
);

}  // namespace accubooks::launch
