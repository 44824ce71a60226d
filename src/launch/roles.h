#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/authenticator.h"
#include "identity/directory.h"
#include "identity/personal_keys.h"
#include "launch/role_book.h"
#include "pg/connection.h"
#include "pg/pool.h"

namespace accubooks::launch {

/// Who holds which role, as accubooks_ops within the caller's transaction. Throws pg::Failure.
base::Task<RoleBook> role_book(pg::Connection& connection, base::Deadline deadline);

/// The roles of the launch as they are recorded. Every record is an act of the audit log. Works on
/// a pool whose connections are accubooks_ops. Calls throw pg::Failure.
class Roles {
public:
    Roles(
        pg::Pool& ops,
        identity::Directory& directory,
        identity::PersonalKeys& keys,
        const base::Clock& clock,
        base::RandomBytes random
    );

    base::Task<RoleBook> book(base::Deadline deadline);

    /// Names the first requesting lead and the first Executive Operator, once, for whoever
    /// administers the program. Errors: those of RoleBook::check_bootstrap.
    base::Task<base::Result<void>> bootstrap(
        identity::User lead, identity::User executive, std::string actor, base::Deadline deadline
    );

    /// What `person` signed (launch/role_statement.h), recorded if the rules allow it. Errors:
    /// those of open_statement, role_statement_of and RoleBook::check;
    /// `launch.signed_too_long_ago` for a time that is off by more than ten minutes;
    /// `identity.user_not_found`.
    base::Task<base::Result<RoleEvent>> record(
        identity::Person person, std::string envelope, base::Deadline deadline
    );

private:
    pg::Pool& ops_;
    identity::Directory& directory_;
    identity::PersonalKeys& keys_;
    const base::Clock& clock_;
    base::RandomBytes random_;
};

}  // namespace accubooks::launch
