#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/date.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/money.h"
#include "base/task.h"
#include "ledger/account.h"
#include "ledger/period.h"
#include "pg/tenant_transaction.h"
#include "reports/scope.h"

namespace accubooks::reports {

/// One state of a tenant's books, whatever is posted meanwhile: what a report is made from, and
/// all of what it shows.
class BooksSnapshot {
public:
    /// Of the entries in `scope`. Errors: `ledger.no_books`; `reports.no_such_entry` when they are
    /// asked for as they stood with an entry that there isn't.
    static base::Task<base::Result<BooksSnapshot>> begin(
        pg::Pool& pool, base::TenantId tenant, Scope scope, base::Deadline deadline
    );
    /// Gives the connection back; the snapshot is spent.
    base::Task<void> close();

    const base::Commodity& base() const { return base_; }
    const Scope& scope() const { return scope_; }
    /// Number of the last entry that is known, 0 for empty books: a print can be repeated as of it.
    base::EntryNumber last_entry() const { return scope_.known_at.value_or(end_); }
    /// Number of the last entry that there is.
    base::EntryNumber end() const { return end_; }
    /// The latest day that has a known entry; none in empty books.
    std::optional<base::Date> last_day() const { return last_day_; }
    /// On which day the tenant's fiscal years begin.
    const ledger::Calendar& calendar() const { return calendar_; }

    /// The account with this id, with this code; none when there is none.
    const ledger::Account* find_account(base::AccountId id) const;
    const ledger::Account* find_account(const std::string& code) const;
    /// An account and a commodity that a balance or a line is of. Throws std::runtime_error where
    /// row policies that somebody changed hide them.
    const ledger::Account& account(base::AccountId id) const;
    base::Commodity commodity(const std::string& code) const;
    /// The account's names from the root of the chart, joined by ':'.
    std::string path_of(const ledger::Account& account) const;

    pg::TenantTransaction& transaction() { return transaction_; }

private:
    BooksSnapshot(pg::TenantTransaction transaction, Scope scope)
        : transaction_{std::move(transaction)}, scope_{std::move(scope)} {}

    pg::TenantTransaction transaction_;
    base::Commodity base_;
    Scope scope_;
    base::EntryNumber end_;
    std::optional<base::Date> last_day_;
    ledger::Calendar calendar_;
    std::unordered_map<std::int64_t, ledger::Account> accounts_;  // by id
    std::unordered_map<std::string, std::uint8_t> scales_;        // by commodity
};

}  // namespace accubooks::reports
