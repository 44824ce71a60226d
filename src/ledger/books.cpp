#include "ledger/books.h"

#include <algorithm>

#include "ledger/account_store.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {
namespace {

bool knows(
    const Books& books,
    const std::vector<base::AccountId>& accounts,
    const std::vector<std::string>& commodities
) {
    return std::ranges::all_of(
               accounts, [&](base::AccountId id) { return books.accounts.contains(id); }
           ) &&
           std::ranges::all_of(commodities, [&](const std::string& code) {
               return books.commodities.contains(code);
           });
}

/// ISO 4217 currencies among `codes` that the books lack.
std::vector<base::Commodity> currencies_to_make(
    const Books& books, const std::vector<std::string>& codes
) {
    std::vector<base::Commodity> missing;
    for (const std::string& code : codes) {
        const auto scale = base::iso4217_scale(code);
        if (scale && !books.commodities.contains(code)) {
            missing.push_back({.code = code, .scale = *scale});
        }
    }
    return missing;
}

}  // namespace

base::Error no_books() {
    return {
        .kind = base::ErrorKind::not_found,
        .code = "ledger.no_books",
        .detail = "There are no books with this number.",
    };
}

std::optional<base::Error> refusal_of_locked(const pg::Failure& failure) {
    if (failure.sqlstate() != "55P03") {
        return std::nullopt;
    }
    return base::Error{
        .kind = base::ErrorKind::overloaded,
        .code = "ledger.queue_full",
        .detail = "Somebody else has these books locked; nothing was done. Try again in a moment.",
    };
}

base::Task<base::Result<Books>> load_books(
    pg::Pool& pool, base::TenantId tenant, base::Deadline deadline
) {
    auto transaction =
        co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_only, deadline);
    const auto base_code = co_await base_commodity(transaction);
    if (!base_code) {
        co_return std::unexpected(no_books());
    }
    Books books;
    auto scales = co_await all_commodities(transaction);
    for (const base::Commodity& commodity : scales) {
        books.commodities.emplace(commodity.code, commodity);
    }
    books.scales = std::make_shared<const std::vector<base::Commodity>>(std::move(scales));
    const auto found = books.commodities.find(*base_code);
    base::ensure(found != books.commodities.end(), "the base commodity is made with the books");
    books.base = found->second;
    for (Account& account : co_await all_accounts(transaction)) {
        const base::AccountId id = account.id;
        books.accounts.emplace(id, std::move(account));
    }
    co_await transaction.commit();
    co_return books;
}

base::Task<base::Result<std::shared_ptr<const Books>>> BooksCache::books_with(
    base::TenantId tenant,
    std::vector<base::AccountId> accounts,
    std::vector<std::string> commodities,
    base::Deadline deadline
) {
    if (auto held = find(tenant); held && knows(*held, accounts, commodities)) {
        ++hits_;
        co_return held;
    }
    ++misses_;
    AB_CO_TRY(loaded, co_await load_books(pool_, tenant, deadline));
    const auto missing = currencies_to_make(loaded, commodities);
    if (!missing.empty()) {
        auto transaction =
            co_await pg::TenantTransaction::begin(pool_, tenant, pg::Access::read_write, deadline);
        if (auto added = co_await add_commodities(transaction, missing); !added) {
            co_return std::unexpected(added.error());
        }
        co_await transaction.commit();
        AB_CO_TRY(reloaded, co_await load_books(pool_, tenant, deadline));
        loaded = std::move(reloaded);
    }
    auto books = std::make_shared<const Books>(std::move(loaded));
    keep(tenant, books);
    co_return books;
}

void BooksCache::forget(base::TenantId tenant) {
    const std::scoped_lock lock{mutex_};
    if (const auto found = held_.find(tenant); found != held_.end()) {
        accounts_held_ -= found->second.books->accounts.size();
        held_.erase(found);
    }
}

base::Task<bool> BooksCache::forget_if_rescaled(base::TenantId tenant, base::Deadline deadline) {
    const auto held = find(tenant);
    if (!held) {
        co_return false;
    }
    auto transaction =
        co_await pg::TenantTransaction::begin(pool_, tenant, pg::Access::read_only, deadline);
    const auto now = co_await all_commodities(transaction);
    co_await transaction.commit();
    for (const base::Commodity& commodity : now) {
        const auto found = held->commodities.find(commodity.code);
        if (found != held->commodities.end() && found->second.scale != commodity.scale) {
            forget(tenant);
            co_return true;
        }
    }
    co_return false;
}

std::shared_ptr<const Books> BooksCache::find(base::TenantId tenant) {
    const std::scoped_lock lock{mutex_};
    const auto found = held_.find(tenant);
    if (found == held_.end()) {
        return nullptr;
    }
    found->second.used = ++uses_;
    return found->second.books;
}

void BooksCache::keep(base::TenantId tenant, std::shared_ptr<const Books> books) {
    const std::scoped_lock lock{mutex_};
    Held& held = held_[tenant];
    accounts_held_ += books->accounts.size();
    accounts_held_ -= held.books ? held.books->accounts.size() : 0;
    held = {.books = std::move(books), .used = ++uses_};
    while (accounts_held_ > accounts_max_ && held_.size() > 1) {
        const auto oldest =
            std::ranges::min_element(held_, {}, [](const auto& held) { return held.second.used; });
        accounts_held_ -= oldest->second.books->accounts.size();
        held_.erase(oldest);
    }
}

}  // namespace accubooks::ledger
