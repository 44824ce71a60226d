#pragma once

#include <fmt/format.h>

#include "ledger/books.h"
#include "ledger/journal.h"
#include "ledger/posting.h"
#include "ledger/verification.h"
#include "testing/fake_clock.h"
#include "testing/test_books.h"

namespace accubooks::ledger {

/// What the program wires up for this room, on a database of the test's own: for `*_db_test.cpp`.
class TestLedger : public testing::TestBooks {
public:
    /// Books with two accounts for everything and an imported one.
    struct Tenant {
        base::TenantId id;
        base::AccountId bank;
        base::AccountId sales;
        base::AccountId imported;
    };

    Tenant open_books() {
        const base::TenantId id = tenant();
        return {
            .id = id,
            .bank = account(id, {.code = "1000"}),
            .sales = account(id, {.code = "4000", .type = "revenue"}),
            .imported = account(id, {.code = "Imported", .imported = true}),
        };
    }

    static base::Date day(std::string_view text) { return *base::Date::parse(text); }

    /// `units` of the base currency from sales to the bank.
    static Entry sale(
        const Tenant& tenant, std::int64_t units, std::string_view date = "2026-01-15"
    ) {
        return {
            .date = day(date),
            .description = fmt::format("Sale of {}", units),
            .lines =
                {{.account = tenant.bank, .commodity = "USD", .amount = units, .base_amount = units
                 },
                 {.account = tenant.sales,
                  .commodity = "USD",
                  .amount = -units,
                  .base_amount = -units}},
        };
    }

    static Posting posting(
        Entry entry,
        std::string key,
        std::vector<base::Commodity> commodities = {{.code = "USD", .scale = 2}}
    ) {
        const base::Digest content =
            base::sha256(fmt::format("{}/{}", entry.description, base::to_string(entry.date)));
        return {
            .entry = std::move(entry),
            .commodities =
                std::make_shared<const std::vector<base::Commodity>>(std::move(commodities)),
            .idempotency_key = std::move(key),
            .request_hash = content,
            .posted_by = "user:test",
        };
    }

    base::Task<std::vector<base::Result<Posted>>> posting_task(
        base::TenantId tenant, std::vector<Posting> postings
    ) {
        return poster.post(tenant, std::move(postings), deadline());
    }

    std::vector<base::Result<Posted>> post_all(
        base::TenantId tenant, std::vector<Posting> postings
    ) {
        return await(posting_task(tenant, std::move(postings)));
    }

    base::Result<Posted> post(base::TenantId tenant, Posting posting) {
        std::vector<Posting> postings;
        postings.push_back(std::move(posting));
        return std::move(post_all(tenant, std::move(postings)).front());
    }

    /// `work(transaction)` in a transaction of the tenant's own, which is kept.
    template <class Work>
    auto in_transaction(base::TenantId tenant, Work work) {
        using Task = decltype(work(std::declval<pg::TenantTransaction&>()));
        const auto task = [](pg::Pool& of, base::TenantId whose, Work inner) -> Task {
            auto transaction = co_await pg::TenantTransaction::begin(
                of, whose, pg::Access::read_write, deadline()
            );
            auto result = co_await inner(transaction);
            co_await transaction.commit();
            co_return result;
        };
        return await(task(pool, tenant, std::move(work)));
    }

    Verification verify_books(base::TenantId tenant) {
        return await(verify(pool, tenant, {}, deadline()));
    }

    testing::FakeClock clock;
    BooksCache cache{pool, 1000};
    Poster poster{io.get_executor(), pool, clock};
    Journal journal{pool, cache, poster, clock};
};

}  // namespace accubooks::ledger
