#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/session.h"
#include "identity/write_key.h"
#include "pg/author.h"
#include "pg/pool.h"

namespace accubooks::identity {

/// What a person says of a tenant of their own.
struct TenantPlan {
    std::string name;                // 1 to 200 characters
    std::string currency;            // of ISO 4217, "USD"
    unsigned year_starts_month = 1;  // when its fiscal years begin
    unsigned year_starts_day = 1;    // 1 to 28
    std::string time_zone{};         // of the IANA database
};

/// A tenant that a person made; `is_new` unless the key made it before.
struct FoundedTenant {
    base::TenantId tenant;
    bool is_new = true;
};

/// How many tenants a person has made, and may make.
struct TenantAllowance {
    std::int64_t made = 0;
    std::int64_t limit = 0;
};

/// Tenants as people make and name them, without an operator. Works on a pool whose connections are
/// accubooks_ops. Calls throw pg::Failure.
class Tenants {
public:
    /// `limit` says how many tenants a person may make, ever; 0: operators make them.
    Tenants(pg::Pool& ops, std::int64_t limit) : ops_{ops}, limit_{limit} {}

    base::Task<TenantAllowance> allowance(base::Uuid user, base::Deadline deadline);

    /// A tenant with empty books and its calendar, which `user` owns from its return on; with
    /// `key`, the same one again. Errors: `identity.too_many_tenants`, `identity.bad_name`,
    /// `identity.unknown_currency`, `identity.unknown_time_zone`, `identity.idempotency_conflict`.
    base::Task<base::Result<FoundedTenant>> found(
        base::Uuid user,
        TenantPlan plan,
        std::optional<WriteKey> key,
        pg::Author author,
        base::Deadline deadline
    );

    /// Errors: `identity.bad_name`.
    base::Task<base::Result<void>> rename(
        base::TenantId tenant, std::string name, pg::Author author, base::Deadline deadline
    );

private:
    pg::Pool& ops_;
    const std::int64_t limit_;
};

}  // namespace accubooks::identity
