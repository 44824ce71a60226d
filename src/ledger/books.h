#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/money.h"
#include "base/task.h"
#include "ledger/account.h"
#include "pg/failure.h"
#include "pg/pool.h"

namespace accubooks::ledger {

/// What one tenant's books are made of: everything that measuring an entry needs. A picture of one
/// moment; the database judges again when an entry is posted.
struct Books {
    base::Commodity base;
    std::map<std::string, base::Commodity> commodities;  // by code
    std::unordered_map<base::AccountId, Account> accounts;
    std::shared_ptr<const std::vector<base::Commodity>>
        scales;  // the commodities again, for postings
};

/// `ledger.no_books` (404).
base::Error no_books();

/// What stands in for `failure` where it says that somebody else had the books locked for too long:
/// `ledger.queue_full`; none where it says another thing.
std::optional<base::Error> refusal_of_locked(const pg::Failure& failure);

/// Reads a tenant's books. Errors: `ledger.no_books` (404) when there is no such tenant.
base::Task<base::Result<Books>> load_books(
    pg::Pool& pool, base::TenantId tenant, base::Deadline deadline
);

/// Books kept in memory between posts, so that a post is one round trip. Bounded by the number of
/// accounts held; the tenant unused for longest goes first. Safe from any lane.
class BooksCache {
public:
    BooksCache(pg::Pool& pool, std::size_t accounts_max)
        : pool_{pool}, accounts_max_{accounts_max} {}

    /// The books that know all of `accounts` and `commodities` if the database does; ISO 4217
    /// currencies that the books lack are made on the way. Errors: as load_books.
    base::Task<base::Result<std::shared_ptr<const Books>>> books_with(
        base::TenantId tenant,
        std::vector<base::AccountId> accounts,
        std::vector<std::string> commodities,
        base::Deadline deadline
    );
    void forget(base::TenantId tenant);
    /// Looks that found what they needed in memory, and those that had to read, since start.
    std::uint64_t hits() const { return hits_; }
    std::uint64_t misses() const { return misses_; }
    /// Forgets the books if a commodity's scale is no longer what they say; whether it did.
    base::Task<bool> forget_if_rescaled(base::TenantId tenant, base::Deadline deadline);

private:
    struct Held {
        std::shared_ptr<const Books> books;
        std::uint64_t used = 0;
    };
    std::shared_ptr<const Books> find(base::TenantId tenant);
    void keep(base::TenantId tenant, std::shared_ptr<const Books> books);

    pg::Pool& pool_;
    const std::size_t accounts_max_;
    std::mutex mutex_;  // never held across an await
    std::unordered_map<base::TenantId, Held> held_;
    std::size_t accounts_held_ = 0;
    std::uint64_t uses_ = 0;
    std::atomic<std::uint64_t> hits_ = 0;
    std::atomic<std::uint64_t> misses_ = 0;
};

}  // namespace accubooks::ledger
