#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "pg/pool.h"

namespace accubooks::identity {

/// A session that is good, as its person may see it.
struct OpenSession {
    base::Uuid session_id;
    base::Digest digest;  // of its secret
    base::Instant created_at;
    base::Instant last_used_at;  // in steps of five minutes
    base::Instant expires_at;    // unless it is used
    std::string peer;            // the address where it began
    std::string user_agent;
};

/// Where a person is signed in. Works on a pool whose connections are accubooks_ops. Calls throw
/// pg::Failure.
class OpenSessions {
public:
    OpenSessions(pg::Pool& ops, const base::Clock& clock) : ops_{ops}, clock_{clock} {}

    /// Oldest first.
    base::Task<std::vector<OpenSession>> list(base::Uuid user, base::Deadline deadline);

    /// From its return on the session opens nothing. Errors: `identity.session_not_found`.
    base::Task<base::Result<void>> end(
        base::Uuid user, base::Uuid session_id, base::Deadline deadline
    );

    /// The same for all of a person's.
    base::Task<void> end_all(base::Uuid user, base::Deadline deadline);

private:
    pg::Pool& ops_;
    const base::Clock& clock_;
};

}  // namespace accubooks::identity
