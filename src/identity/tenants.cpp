#include "identity/tenants.h"

#include <fmt/format.h>

#include "identity/internal/name.h"

namespace accubooks::identity {
namespace {

constexpr pg::Statement kMade{
    .name = "identity.tenants_made",
    .text = "select count(*) from platform.tenant where created_by = $1",
};

constexpr pg::Statement kFound{
    .name = "identity.found_tenant",
    .text = R"sql(
select outcome, tenant_id
  from platform.found_tenant($1, $2, $3, $4, $5, $6, $7, $8, $9, $10))sql",
};

constexpr pg::Statement kRename{
    .name = "identity.rename_tenant",
    .text = "update platform.tenant set name = $2 where tenant_id = $1",
};

base::Error too_many_tenants(std::int64_t limit) {
    return {
        .kind = base::ErrorKind::conflict,
        .code = "identity.too_many_tenants",
        .detail = limit == 0 ? "Tenants are made by an operator here; ask for one."
                             : fmt::format(
                                   "You have made {}, as many tenants as a person may; ask an "
                                   "operator for another.",
                                   limit
                               ),
    };
}

base::Error refusal_of(std::string_view outcome, std::int64_t limit) {
    if (outcome == "limit") {
        return too_many_tenants(limit);
    }
    if (outcome == "conflict") {
        return {
            .kind = base::ErrorKind::conflict,
            .code = "identity.idempotency_conflict",
            .detail =
                "This idempotency key was used for another content; use a new key for a new "
                "request.",
        };
    }
    base::ensure(outcome == "unknown_time_zone", "platform.found_tenant has no other outcome");
    return at_field(
        {.kind = base::ErrorKind::invalid,
         .code = "identity.unknown_time_zone",
         .detail = "A time zone is one of the IANA database, such as Europe/Berlin."},
        "/time_zone"
    );
}

}  // namespace

base::Task<TenantAllowance> Tenants::allowance(base::Uuid user, base::Deadline deadline) {
    auto lease = co_await ops_.acquire(deadline);
    const auto rows = co_await lease->execute(kMade, pg::Params::of(user), deadline);
    co_return TenantAllowance{.made = rows[0].get<std::int64_t>(0), .limit = limit_};
}

base::Task<base::Result<FoundedTenant>> Tenants::found(
    base::Uuid user,
    TenantPlan plan,
    std::optional<WriteKey> key,
    pg::Author author,
    base::Deadline deadline
) {
    if (auto named = check_name(plan.name); !named) {
        co_return std::unexpected(at_field(std::move(named).error(), "/name"));
    }
    const auto scale = scale_of_base(plan.currency, std::nullopt);
    if (!scale) {
        co_return std::unexpected(at_field(scale.error(), "/base_currency"));
    }
    auto params = pg::Params::of(
        user,
        limit_,
        plan.name,
        plan.currency,
        static_cast<std::int16_t>(*scale),
        static_cast<std::int16_t>(plan.year_starts_month),
        static_cast<std::int16_t>(plan.year_starts_day),
        plan.time_zone,
        key ? std::optional{key->key} : std::nullopt,
        key ? std::optional{key->content} : std::nullopt
    );
    auto lease = co_await ops_.acquire(deadline);
    co_await pg::begin_as(*lease, std::move(author), deadline);
    const auto rows = co_await lease->execute(kFound, std::move(params), deadline);
    const auto outcome = rows[0].get<std::string_view>(0);
    if (outcome != "made" && outcome != "again") {
        co_return std::unexpected(refusal_of(outcome, limit_));
    }
    const FoundedTenant founded{
        .tenant = rows[0].get<base::TenantId>(1), .is_new = outcome == "made"
    };
    co_await lease->commit(deadline);
    co_return founded;
}

base::Task<base::Result<void>> Tenants::rename(
    base::TenantId tenant, std::string name, pg::Author author, base::Deadline deadline
) {
    if (auto named = check_name(name); !named) {
        co_return std::unexpected(at_field(std::move(named).error(), "/name"));
    }
    auto lease = co_await ops_.acquire(deadline);
    co_await pg::begin_as(*lease, std::move(author), deadline);
    co_await lease->execute(kRename, pg::Params::of(tenant, name), deadline);
    co_await lease->commit(deadline);
    co_return base::Result<void>{};
}

}  // namespace accubooks::identity
