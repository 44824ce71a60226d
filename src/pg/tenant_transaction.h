#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/ids.h"
#include "pg/pool.h"

namespace accubooks::pg {

enum class Access : std::uint8_t { read_only, read_write };

/// A transaction in which exactly one tenant's rows exist. With the posting function, which sets
/// the tenant itself, it is the only door to the tables in schema `books`.
///
/// BEGIN and the tenant travel in the same round trip as the first statement. The tenant can't be
/// changed: there is no call for it, and the statements are constants. An object destroyed without
/// `commit` rolls back. read_only transactions are repeatable-read snapshots, so a report sees one
/// state of the books. All calls throw Failure.
class TenantTransaction {
public:
    static base::Task<TenantTransaction> begin(
        Pool& pool, base::TenantId tenant, Access access, base::Deadline deadline
    );
    TenantTransaction(TenantTransaction&&) noexcept = default;
    TenantTransaction& operator=(TenantTransaction&&) noexcept = default;

    base::TenantId tenant() const { return tenant_; }
    base::Deadline deadline() const { return deadline_; }

    base::Task<Rows> execute(const Statement& statement, Params params);
    base::Task<std::vector<Rows>> execute_all(std::vector<Query> queries);
    base::Task<void> stream(
        const Statement& statement, Params params, std::function<void(const Rows&)> on_rows
    );

    /// From here to the server's answer cancellation is masked; silence is Failure
    /// `unknown_outcome`.
    base::Task<void> commit();

private:
    TenantTransaction(Lease lease, base::TenantId tenant, Access access, base::Deadline deadline);
    std::vector<Query> opening() const;

    Lease lease_;
    base::TenantId tenant_;
    Access access_;
    base::Deadline deadline_;
    bool begun_ = false;
};

}  // namespace accubooks::pg
