#pragma once

#include <vector>

#include "audit/log_reader.h"
#include "audit/policy.h"
#include "base/task.h"
#include "identity/personal_keys.h"
#include "launch/plan.h"
#include "launch/role_book.h"
#include "pg/connection.h"

namespace accubooks::launch {

/// A key of somebody who has, or had, a role.
struct RoleKey {
    std::string name;  // the person's
    identity::PersonalKey key;
};

/// Whom evidence is verified against, as the database knows them: the log's keys by origin, the
/// keys of who has a role, the witnesses that ever cosigned, the plan's quorum. A person whose last
/// role has ended keeps the roles there were, and their keys end with them: what they signed before
/// still counts. Nobody but the policy's readers demands a number of witnesses.
audit::Policy trust_policy_of(
    const audit::LogView& log,
    const RoleBook& roles,
    const std::vector<RoleKey>& keys,
    const Approval& approval
);

/// The same policy with the names that `before` has for its keys, so that a person's new name alone
/// is no new policy: whoever is told of one looks for what matters.
audit::Policy with_names_of(const audit::Policy& before, audit::Policy policy);

/// Of everybody who has or had a role, in the order of their enrolment. Works as accubooks_ops and
/// throws pg::Failure.
base::Task<std::vector<RoleKey>> role_keys(pg::Connection& connection, base::Deadline deadline);

}  // namespace accubooks::launch
