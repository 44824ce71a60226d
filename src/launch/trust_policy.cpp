#include "launch/trust_policy.h"

#include <algorithm>

namespace accubooks::launch {
namespace {

constexpr pg::Statement kRoleKeys{
    .name = "launch.role_keys",
    .text = R"sql(
select k.public_key, k.user_id, u.name, k.enrolled_at, r.revoked_at
  from platform.personal_key k
  join platform.app_user u on u.user_id = k.user_id
  left join platform.personal_key_revocation r on r.key_id = k.key_id
 where exists (select
                 from launch.role_event e
                where e.user_id = k.user_id and e.kind in ('bootstrapped', 'confirmed'))
 order by k.enrolled_at, k.key_id)sql",
};

/// What somebody is or was in the launch.
struct Standing {
    std::set<std::string> roles{};
    std::optional<base::Instant> until{};  // when the last role ended; none: one is held
};

Standing standing_of(const base::Uuid& user, const RoleBook& roles) {
    Standing held;
    Standing ended;
    for (const RoleHolding& one : roles.holdings()) {
        if (one.user != user) {
            continue;
        }
        Standing& standing = one.until ? ended : held;
        standing.roles.emplace(to_string(one.role));
        if (one.until) {
            ended.until = std::max(ended.until, one.until);
        }
    }
    return held.roles.empty() ? ended : held;
}

std::optional<base::Instant> earlier(
    const std::optional<base::Instant>& one, const std::optional<base::Instant>& other
) {
    return !one ? other : !other ? one : std::min(one, other);
}

/// A witness counts once, whatever its names.
std::vector<audit::VerifierKey> once_each(const std::vector<audit::VerifierKey>& witnesses) {
    std::vector<audit::VerifierKey> found;
    for (const audit::VerifierKey& witness : witnesses) {
        const bool is_known = std::ranges::any_of(found, [&](const audit::VerifierKey& other) {
            return other.name == witness.name || other.key == witness.key;
        });
        if (!is_known) {
            found.push_back(witness);
        }
    }
    return found;
}

}  // namespace

audit::Policy trust_policy_of(
    const audit::LogView& log,
    const RoleBook& roles,
    const std::vector<RoleKey>& keys,
    const Approval& approval
) {
    audit::Policy policy{
        .logs = log.logs,
        .witnesses = once_each(log.witnesses),
        .quorum = {{std::string{to_string(approval.approver)}, approval.quorum}},
    };
    for (const RoleKey& one : keys) {
        Standing standing = standing_of(one.key.user, roles);
        policy.approvers.push_back({
            .user = base::to_string(one.key.user),
            .name = one.name,
            .key = one.key.key,
            .roles = std::move(standing.roles),
            .enrolled_at = one.key.enrolled_at,
            .revoked_at = earlier(one.key.revoked_at, standing.until),
        });
    }
    return policy;
}

audit::Policy with_names_of(const audit::Policy& before, audit::Policy policy) {
    for (audit::Approver& one : policy.approvers) {
        const auto known = std::ranges::find(before.approvers, one.key, &audit::Approver::key);
        if (known != before.approvers.end()) {
            one.name = known->name;
        }
    }
    return policy;
}

base::Task<std::vector<RoleKey>> role_keys(pg::Connection& connection, base::Deadline deadline) {
    const auto rows = co_await connection.execute(kRoleKeys, {}, deadline);
    std::vector<RoleKey> keys;
    keys.reserve(static_cast<std::size_t>(rows.size()));
    for (int at = 0; at < rows.size(); ++at) {
        const pg::Row row = rows[at];
        RoleKey one{
            .name = row.get<std::string>(2),
            .key =
                {
                    .key_id = {},
                    .user = row.get<base::Uuid>(1),
                    .enrolled_at = row.get<base::Instant>(3),
                    .revoked_at = row.get<std::optional<base::Instant>>(4),
                },
        };
        one.key.key.bytes = row.get<base::Digest>(0);
        keys.push_back(std::move(one));
    }
    co_return keys;
}

}  // namespace accubooks::launch
