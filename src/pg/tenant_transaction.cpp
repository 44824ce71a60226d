#include "pg/tenant_transaction.h"

#include <iterator>
#include <string>
#include <utility>

namespace accubooks::pg {

namespace {

constexpr Statement kBeginReadWrite{.name = "pg.begin_read_write", .text = "begin"};
constexpr Statement kBeginReadOnly{
    .name = "pg.begin_read_only",
    .text = "begin isolation level repeatable read read only",
};
constexpr Statement kSetTenant{
    .name = "pg.set_tenant",
    .text = "select set_config('app.tenant_id', $1, true)",
};

}  // namespace

TenantTransaction::TenantTransaction(
    Lease lease, base::TenantId tenant, Access access, base::Deadline deadline
)
    : lease_{std::move(lease)}, tenant_{tenant}, access_{access}, deadline_{deadline} {}

base::Task<TenantTransaction> TenantTransaction::begin(
    Pool& pool, base::TenantId tenant, Access access, base::Deadline deadline
) {
    Lease lease = co_await pool.acquire(deadline, tenant);
    co_return TenantTransaction{std::move(lease), tenant, access, deadline};
}

std::vector<Query> TenantTransaction::opening() const {
    std::vector<Query> queries;
    const bool writes = access_ == Access::read_write;
    queries.push_back({.statement = writes ? &kBeginReadWrite : &kBeginReadOnly});
    queries.push_back(
        {.statement = &kSetTenant, .params = Params::of(std::to_string(tenant_.value))}
    );
    return queries;
}

base::Task<Rows> TenantTransaction::execute(const Statement& statement, Params params) {
    std::vector<Query> queries;
    queries.push_back({.statement = &statement, .params = std::move(params)});
    std::vector<Rows> results = co_await execute_all(std::move(queries));
    co_return std::move(results.front());
}

base::Task<std::vector<Rows>> TenantTransaction::execute_all(std::vector<Query> queries) {
    base::ensure(static_cast<bool>(lease_), "a transaction isn't used after its commit");
    if (std::exchange(begun_, true)) {
        // A statement after a BEGIN that didn't happen would be a transaction of its own.
        if (!lease_->in_transaction()) {
            throw Failure{"the transaction has ended", {.kind = Failure::Kind::lost}};
        }
        co_return co_await lease_->execute_all(std::move(queries), deadline_);
    }
    std::vector<Query> all = opening();
    const auto opened = static_cast<std::ptrdiff_t>(all.size());
    std::ranges::move(queries, std::back_inserter(all));
    std::vector<Rows> results = co_await lease_->execute_all(std::move(all), deadline_);
    results.erase(results.begin(), results.begin() + opened);
    co_return results;
}

base::Task<void> TenantTransaction::stream(
    const Statement& statement, Params params, std::function<void(const Rows&)> on_rows
) {
    co_await execute_all({});  // opens the transaction
    co_await lease_->stream(statement, std::move(params), std::move(on_rows), deadline_);
}

base::Task<void> TenantTransaction::commit() {
    base::ensure(static_cast<bool>(lease_), "a transaction is committed once");
    if (begun_) {
        co_await lease_->commit(deadline_);
    }
    lease_.release();
}

}  // namespace accubooks::pg
