#include "reports/books_snapshot.h"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "ledger/account_store.h"
#include "ledger/books.h"

namespace accubooks::reports {
namespace {

constexpr pg::Statement kLedger{
    .name = "reports.ledger",
    .text = R"sql(
select base_commodity, last_number,
       (select max(e.entry_date) from books.journal_entry e where e.tenant_id = $1 and ($2::bigint is null or e.number <= $2)),
       year_starts_month, year_starts_day, time_zone
  from books.ledger
 where tenant_id = $1)sql",
};

}  // namespace

base::Task<base::Result<BooksSnapshot>> BooksSnapshot::begin(
    pg::Pool& pool, base::TenantId tenant, Scope scope, base::Deadline deadline
) {
    BooksSnapshot books{
        co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_only, deadline),
        std::move(scope)
    };
    const pg::Rows ledger =
        co_await books.transaction_.execute(kLedger, pg::Params::of(tenant, books.scope_.known_at));
    if (ledger.empty()) {
        co_return std::unexpected(ledger::no_books());
    }
    books.end_ = base::EntryNumber{ledger[0].get<std::int64_t>(1)};
    if (books.last_entry() > books.end_) {
        co_return base::refuse(
            base::ErrorKind::invalid,
            "reports.no_such_entry",
            fmt::format("The last entry of these books has the number {}.", books.end_.value),
            {{"known_at", "the number of an entry"}}
        );
    }
    for (base::Commodity& commodity : co_await ledger::all_commodities(books.transaction_)) {
        books.scales_.emplace(std::move(commodity.code), commodity.scale);
    }
    for (ledger::Account& account : co_await ledger::all_accounts(books.transaction_)) {
        const std::int64_t id = account.id.value;
        books.accounts_.emplace(id, std::move(account));
    }
    books.base_ = books.commodity(ledger[0].get<std::string>(0));
    books.last_day_ = ledger[0].get<std::optional<base::Date>>(2);
    books.calendar_ = {
        .year_starts_month = static_cast<unsigned>(ledger[0].get<std::int16_t>(3)),
        .year_starts_day = static_cast<unsigned>(ledger[0].get<std::int16_t>(4)),
        .time_zone = ledger[0].get<std::string>(5),
    };
    co_return books;
}

base::Task<void> BooksSnapshot::close() {
    co_await transaction_.commit();
}

const ledger::Account* BooksSnapshot::find_account(base::AccountId id) const {
    const auto found = accounts_.find(id.value);
    return found == accounts_.end() ? nullptr : &found->second;
}

const ledger::Account* BooksSnapshot::find_account(const std::string& code) const {
    const auto found = std::ranges::find_if(accounts_, [&code](const auto& each) {
        return each.second.code == code;
    });
    return found == accounts_.end() ? nullptr : &found->second;
}

const ledger::Account& BooksSnapshot::account(base::AccountId id) const {
    const ledger::Account* found = find_account(id);
    if (found == nullptr) {
        // A foreign key keeps it; so row policies were changed by hand, and the books show in part.
        throw std::runtime_error{fmt::format(
            "account {} has a balance and can't be seen: the row policies of books.account aren't "
            "those of this program",
            id.value
        )};
    }
    return *found;
}

base::Commodity BooksSnapshot::commodity(const std::string& code) const {
    return {.code = code, .scale = scales_.at(code)};
}

std::string BooksSnapshot::path_of(const ledger::Account& of) const {
    return of.parent ? path_of(account(*of.parent)) + ':' + of.name : of.name;
}

}  // namespace accubooks::reports
