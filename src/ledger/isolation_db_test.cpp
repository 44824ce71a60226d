#include <gtest/gtest.h>

#include "ledger/account_store.h"
#include "ledger/entry_search.h"
#include "ledger/entry_store.h"
#include "ledger/idempotency_store.h"
#include "ledger/internal/house_test.h"

namespace accubooks::ledger {
namespace {

class IsolationTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(house.post(owner.id, house.posting(house.sale(owner, 1), "key")).has_value());
    }

    /// Rows that the application's role counts with `sql`, as `tenant` or as nobody.
    std::int64_t count(std::string sql, std::optional<base::TenantId> tenant) {
        const auto task = [](pg::Endpoint endpoint, std::string text, std::string setting
                          ) -> base::Task<std::int64_t> {
            const auto connection =
                co_await pg::Connection::open(std::move(endpoint), TestLedger::deadline());
            static constexpr pg::Statement kSet{
                .name = "test.set", .text = "select set_config('app.tenant_id', $1, false)"
            };
            co_await connection->execute(kSet, pg::Params::of(setting), TestLedger::deadline());
            const pg::Statement statement{.name = "test.count", .text = text};
            const pg::Rows rows =
                co_await connection->execute(statement, {}, TestLedger::deadline());
            co_return rows[0].get<std::int64_t>(0);
        };
        return house.await(task(
            house.database.endpoint("accubooks_app"),
            std::move(sql),
            tenant ? fmt::to_string(tenant->value) : ""
        ));
    }

    TestLedger house;
    TestLedger::Tenant owner = house.open_books();
    base::TenantId stranger = house.tenant();
};

TEST_F(IsolationTest, EveryTableShowsATenantItsOwnRowsAndNobodyAny) {
    const std::vector<std::string> tables = {
        "ledger",
        "commodity",
        "account",
        "counter",
        "journal_entry",
        "journal_line",
        "account_balance",
        "idempotency",
        "price",
        "ledger_epoch",
        "draft",
        "draft_document",
        "documents_taken",
        "document",
        "attachment",
        "period_act",
        "import_mapping",
        "import_batch",
        "audit_event"
    };
    // A new table needs a place in this test.
    EXPECT_EQ(
        house.number("select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                     " where n.nspname = 'books' and c.relkind in ('r', 'p', 'v', 'm', 'f')"),
        static_cast<std::int64_t>(tables.size())
    );
    house.tamper(fmt::format(
        "insert into books.idempotency (tenant_id, key, request_hash) values ({0}, 'k', "
        "sha256(''));"
        "insert into books.price values ({0}, 'USD', 'USD', '2026-01-01', 1);"
        "insert into books.document values ({0}, sha256('a'), 'text/plain', 'a', now());"
        "insert into books.attachment values ({0}, 1, sha256('a'), 'a.txt', 'user:test', now());"
        "insert into books.draft values ({0}, 1, 1, '{{}}', null, '', 0, 'user:test', now(), "
        "'user:test', now());"
        "insert into books.draft_document values ({0}, 1, sha256('a'), 'a.txt', 'text/plain', 'a', "
        "'user:test', now());"
        "insert into books.documents_taken values ({0}, '2026-01-01', 1, 1);"
        "insert into books.ledger_epoch (tenant_id, epoch, after_number, previous_hash, "
        "restored_to, restored_at, reason)"
        " values ({0}, 2, 0, sha256(''), now(), now(), 'a test');"
        "insert into books.period_act values ({0}, 1, 0, 'close', '2025-01-01', "
        "'2025-01-31', 'user:test', now(), 'why', sha256(''));"
        "insert into books.import_mapping values ({0}, 'bank', '{{}}', 'user:test', now());"
        "insert into books.import_batch values ({0}, 1, 1, 'csv', 'a.csv', 'user:test', now())",
        owner.id.value
    ));
    for (const std::string& table : tables) {
        SCOPED_TRACE(table);
        const std::string all = fmt::format("select count(*) from books.{}", table);
        const std::string of_owner = fmt::format("{} where tenant_id = {}", all, owner.id.value);
        EXPECT_GT(count(of_owner, owner.id), 0);
        EXPECT_EQ(count(all, owner.id), count(of_owner, owner.id));
        EXPECT_EQ(count(of_owner, stranger), 0);
        EXPECT_EQ(count(all, std::nullopt), 0);
    }
}

TEST_F(IsolationTest, StoresGiveAStrangerNothing) {
    const auto look = [](pg::Pool& pool, base::TenantId tenant, const TestLedger::Tenant& wanted
                      ) -> base::Task<std::size_t> {
        auto transaction = co_await pg::TenantTransaction::begin(
            pool, tenant, pg::Access::read_only, TestLedger::deadline()
        );
        std::size_t found = 0;
        found += (co_await list_accounts(transaction, std::nullopt, 10)).size();
        found += (co_await all_accounts(transaction)).size();
        found += (co_await find_account(transaction, wanted.bank)).has_value() ? 1 : 0;
        found += (co_await list_entries(transaction, {})).entries.size();
        found += (co_await find_entry(transaction, base::EntryNumber{1})).has_value() ? 1 : 0;
        found +=
            (co_await entries_between(transaction, base::EntryNumber{1}, base::EntryNumber{10}))
                .size();
        co_return found;
    };
    EXPECT_EQ(house.await(look(house.pool, owner.id, owner)), 3U + 3 + 1 + 1 + 1 + 1);
    EXPECT_EQ(house.await(look(house.pool, stranger, owner)), 0U);
    EXPECT_EQ(house.await(look(house.pool, base::TenantId{999}, owner)), 0U);
}

TEST_F(IsolationTest, KeysAreEachTenantsOwn) {
    const auto claim = [](pg::Pool& pool, base::TenantId tenant, std::string content
                       ) -> base::Task<base::Result<KeyClaim>> {
        auto transaction = co_await pg::TenantTransaction::begin(
            pool, tenant, pg::Access::read_write, TestLedger::deadline()
        );
        auto claimed = co_await claim_key(transaction, "key", base::sha256(content));
        co_await transaction.commit();
        co_return claimed;
    };
    EXPECT_FALSE(house.await(claim(house.pool, owner.id, "a"))->seen);
    EXPECT_FALSE(house.await(claim(house.pool, stranger, "b"))->seen);
    EXPECT_TRUE(house.await(claim(house.pool, owner.id, "a"))->seen);
    const auto conflict = house.await(claim(house.pool, owner.id, "b"));
    ASSERT_FALSE(conflict.has_value());
    EXPECT_EQ(conflict.error().code, "ledger.idempotency_conflict");
}

TEST_F(IsolationTest, NoTenantPostsToOrReversesWhatIsAnothers) {
    Entry entry = house.sale(owner, 1);
    const auto refused = house.post(stranger, house.posting(std::move(entry), "other"));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "ledger.unknown_account");

    const auto reversed = house.await(house.journal.reverse(
        {.tenant = stranger,
         .idempotency_key = "undo",
         .actor = "user:test",
         .deadline = TestLedger::deadline()},
        {.number = base::EntryNumber{1}, .reason = "typo"}
    ));
    ASSERT_FALSE(reversed.has_value());
    EXPECT_EQ(reversed.error().code, "ledger.entry_not_found");
    EXPECT_EQ(house.number("select count(*) from books.journal_entry"), 1);
}

}  // namespace
}  // namespace accubooks::ledger
