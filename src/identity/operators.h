#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/session.h"
#include "pg/pool.h"

namespace accubooks::identity {

struct Operator {
    User user;
    base::Instant granted_at;
    std::string granted_by;
};

/// The people who watch how the program does, whatever the tenant; it opens no books. Only whoever
/// administers the program makes somebody one, at the command line: no route does. Each grant and
/// its end is an act of the audit log. Works on a pool whose connections are accubooks_ops. Calls
/// throw pg::Failure.
class Operators {
public:
    Operators(pg::Pool& ops, const base::Clock& clock) : ops_{ops}, clock_{clock} {}

    base::Task<bool> is_one(base::Uuid user, base::Deadline deadline);

    /// Who is one already stays one.
    base::Task<void> grant(base::Uuid user, std::string actor, base::Deadline deadline);

    /// From its return on the person watches nothing more. Errors: `identity.no_operator`.
    base::Task<base::Result<void>> revoke(
        base::Uuid user, std::string actor, base::Deadline deadline
    );

    /// By address.
    base::Task<std::vector<Operator>> list(base::Deadline deadline);

private:
    pg::Pool& ops_;
    const base::Clock& clock_;
};

}  // namespace accubooks::identity
