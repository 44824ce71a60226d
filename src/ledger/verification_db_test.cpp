#include <map>
#include <set>

#include <gtest/gtest.h>

#include "ledger/internal/house_test.h"

namespace accubooks::ledger {
namespace {

using Checks = std::set<std::string>;

class VerifyTest : public ::testing::Test {
protected:
    /// Books of five entries: a sale, one with everything, its reversal, and two more sales.
    base::TenantId open_sample() {
        const auto books = house.open_books();
        house.commodity(books.id, "EUR", 2);
        Entry full = house.sale(books, 1100, "2026-02-10");
        full.document_date = TestLedger::day("2026-02-01");
        full.reference = "R-1";
        full.tags = {{"project", "atlas"}};
        full.lines[0].memo = "till";
        full.lines[0].commodity = "EUR";
        full.lines[0].amount = 1000;
        full.lines[0].cost = Cost{"USD", 1100};
        std::vector<Posting> postings;
        postings.push_back(house.posting(house.sale(books, 1), "k1"));
        postings.push_back(house.posting(full, "k2"));
        expect_posted(house.post_all(books.id, std::move(postings)));
        PostedEntry posted{.number = base::EntryNumber{2}, .entry = full};
        auto reversal = reversal_of(posted, TestLedger::day("2026-02-11"), "typo");
        postings.clear();
        postings.push_back(house.posting(*reversal, "k3"));
        postings.push_back(house.posting(house.sale(books, 2), "k4"));
        postings.push_back(house.posting(house.sale(books, 3), "k5"));
        expect_posted(house.post_all(books.id, std::move(postings)));
        books_.emplace(books.id, books);
        return books.id;
    }

    void post_a_sale(base::TenantId tenant, std::string key, std::string_view day = "2026-01-15") {
        std::vector<Posting> postings;
        postings.push_back(house.posting(house.sale(books_.at(tenant), 4, day), std::move(key)));
        expect_posted(house.post_all(tenant, std::move(postings)));
    }

    static void expect_posted(const std::vector<base::Result<Posted>>& results) {
        for (const auto& result : results) {
            EXPECT_TRUE(result.has_value());
        }
    }

    Checks checks_of(base::TenantId tenant) {
        Checks checks;
        for (const Breach& breach : house.verify_books(tenant).first_breaches) {
            EXPECT_EQ(breach.tenant, tenant);
            EXPECT_FALSE(breach.detail.empty());
            checks.insert(breach.check);
        }
        return checks;
    }

    TestLedger house;
    std::map<base::TenantId, TestLedger::Tenant> books_;
};

TEST_F(VerifyTest, FindsNothingInGoodBooks) {
    const auto tenant = open_sample();
    std::vector<std::uint64_t> progress;
    const auto verified = house.await(verify(
        house.pool,
        tenant,
        [&](std::uint64_t done, std::uint64_t of) {
            progress.push_back(done);
            EXPECT_EQ(of, 5U);
        },
        TestLedger::deadline()
    ));
    EXPECT_EQ(verified.entries, 5U);
    EXPECT_EQ(verified.lines, 10U);
    EXPECT_EQ(verified.breaches, 0U);
    EXPECT_EQ(progress, std::vector<std::uint64_t>{5});
}

TEST_F(VerifyTest, FindsNothingInEmptyBooksAndSaysThatThereAreNone) {
    EXPECT_EQ(house.verify_books(house.tenant()).breaches, 0U);
    EXPECT_EQ(checks_of(base::TenantId{999}), Checks{"head"});
}

TEST_F(VerifyTest, FindsEachWayOfTampering) {
    struct Case {
        const char* name;
        const char* sql;  // {0} is the tenant
        Checks checks;
    };
    const Case cases[] = {
        {"amount",
         "update books.journal_line set amount = amount + 1 where tenant_id = {0} and number = 4 "
         "and line = 1",
         {"balanced", "hash", "balances"}},
        {"both amounts of an entry",
         "update books.journal_line set amount = amount * 2, base_amount = base_amount * 2"
         " where tenant_id = {0} and number = 4",
         {"hash", "balances"}},
        {"base amount",
         "update books.journal_line set base_amount = base_amount + 1"
         " where tenant_id = {0} and number = 2 and line = 1",
         {"balanced", "hash", "balances"}},
        {"cost",
         "update books.journal_line set cost_amount = cost_amount + 1"
         " where tenant_id = {0} and number = 2 and line = 1",
         {"balanced", "hash"}},
        {"account",
         "update books.journal_line set account_id = account_id + 1"
         " where tenant_id = {0} and number = 4 and line = 1",
         {"hash", "balances"}},
        {"commodity",
         "update books.journal_line set commodity = 'EUR', cost_commodity = 'USD', cost_amount = "
         "amount"
         " where tenant_id = {0} and number = 4 and line = 1",
         {"hash", "balances"}},
        {"memo",
         "update books.journal_line set memo = 'Till' where tenant_id = {0} and number = 2 and "
         "line = 1",
         {"hash"}},
        {"lines renumbered, their order kept",
         "update books.journal_line set line = 7 where tenant_id = {0} and number = 2 and line = 2",
         {"lines"}},
        {"lines swapped",
         "update books.journal_line set line = line + 10 where tenant_id = {0} and number = 2;"
         "update books.journal_line set line = 13 - line where tenant_id = {0} and number = 2",
         {"hash"}},
        {"a line missing",
         "delete from books.journal_line where tenant_id = {0} and number = 4 and line = 2",
         {"balanced", "balances", "hash", "lines"}},
        {"a line more",
         "insert into books.journal_line (tenant_id, number, line, account_id, commodity, amount, "
         "base_amount)"
         " select tenant_id, number, 3, account_id, commodity, 0, 0 from books.journal_line"
         " where tenant_id = {0} and number = 4 and line = 1",
         {"hash", "lines"}},
        {"a line without an entry",
         "insert into books.journal_line (tenant_id, number, line, account_id, commodity, amount, "
         "base_amount)"
         " select tenant_id, 99, 1, account_id, commodity, 0, 0 from books.journal_line"
         " where tenant_id = {0} and number = 4 and line = 1",
         {"lines"}},
        {"line count",
         "update books.journal_entry set line_count = 3 where tenant_id = {0} and number = 4",
         {"lines"}},
        {"date",
         "update books.journal_entry set entry_date = entry_date + 1 where tenant_id = {0} and "
         "number = 4",
         {"hash"}},
        {"date, into another month",
         "update books.journal_entry set entry_date = '2025-01-15' where tenant_id = {0} and "
         "number = 4",
         {"hash", "balances"}},
        {"document date",
         "update books.journal_entry set document_date = null where tenant_id = {0} and number = 2",
         {"hash"}},
        {"description",
         "update books.journal_entry set description = '' where tenant_id = {0} and number = 4",
         {"hash"}},
        {"reference",
         "update books.journal_entry set reference = 'R-2' where tenant_id = {0} and number = 2",
         {"hash"}},
        {"tag",
         "update books.journal_entry set tags = '{{\"project\": \"Atlas\"}}' where tenant_id = {0} "
         "and number = 2",
         {"hash"}},
        {"a tag that isn't a string",
         "update books.journal_entry set tags = '{{\"project\": [\"atlas\"]}}' where tenant_id = "
         "{0} and number = 2",
         {"hash"}},
        {"no tags",
         "update books.journal_entry set tags = null where tenant_id = {0} and number = 2",
         {"hash"}},
        {"source",
         "update books.journal_entry set source = 'demo' where tenant_id = {0} and number = 4",
         {"hash"}},
        {"who",
         "update books.journal_entry set posted_by = 'user:else' where tenant_id = {0} and number "
         "= 4",
         {"hash"}},
        {"when",
         "update books.journal_entry set posted_at = posted_at + interval '1 microsecond'"
         " where tenant_id = {0} and number = 4",
         {"hash"}},
        {"reversal link",
         "update books.journal_entry set reverses = 1 where tenant_id = {0} and number = 3",
         {"hash"}},
        {"reason",
         "update books.journal_entry set reason = 'none' where tenant_id = {0} and number = 3",
         {"hash"}},
        {"idempotency key",
         "update books.journal_entry set idempotency_key = 'k6' where tenant_id = {0} and number = "
         "4",
         {"hash"}},
        {"request hash",
         "update books.journal_entry set request_hash = entry_hash where tenant_id = {0} and "
         "number = 4",
         {"hash"}},
        {"entry hash",
         "update books.journal_entry set entry_hash = request_hash where tenant_id = {0} and "
         "number = 4",
         {"chain", "hash"}},
        {"chain hash",
         "update books.journal_entry set chain_hash = request_hash where tenant_id = {0} and "
         "number = 4",
         {"chain"}},
        {"an entry missing",
         "delete from books.journal_line where tenant_id = {0} and number = 4;"
         "delete from books.journal_entry where tenant_id = {0} and number = 4",
         {"balances", "chain", "gapless"}},
        {"a header missing",
         "delete from books.journal_entry where tenant_id = {0} and number = 4",
         {"balances", "chain", "gapless", "lines"}},
        {"the last entry missing",
         "delete from books.journal_line where tenant_id = {0} and number = 5;"
         "delete from books.journal_entry where tenant_id = {0} and number = 5",
         {"balances", "head"}},
        {"all entries missing",
         "delete from books.journal_line where tenant_id = {0};"
         "delete from books.journal_entry where tenant_id = {0}",
         {"balances", "head"}},
        {"an entry past the last number",
         "update books.ledger set last_number = 4,"
         " head_hash = (select chain_hash from books.journal_entry where tenant_id = {0} and "
         "number = 4)"
         " where tenant_id = {0}",
         {"balances", "gapless", "lines"}},
        {"last number", "update books.ledger set last_number = 6 where tenant_id = {0}", {"head"}},
        {"head", "update books.ledger set head_hash = sha256('') where tenant_id = {0}", {"head"}},
        {"a balance",
         "update books.account_balance set debit = debit + 1, credit = credit + 1"
         " where tenant_id = {0} and month = '2026-01-01'",
         {"balances"}},
        {"a base balance",
         "update books.account_balance set base_debit = base_debit + 1 where tenant_id = {0}",
         {"balances"}},
        {"a balance missing",
         "delete from books.account_balance where tenant_id = {0} and month = '2026-02-01'",
         {"balances"}},
        {"a balance too many",
         "insert into books.account_balance values ({0}, 1, 'USD', '2020-01-01', 1, 0, 1, 0)",
         {"balances"}},
    };
    const auto untouched = open_sample();
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto tenant = open_sample();
        ASSERT_EQ(checks_of(tenant), Checks{});
        house.tamper(fmt::format(fmt::runtime(c.sql), tenant.value));
        EXPECT_EQ(checks_of(tenant), c.checks);
    }
    EXPECT_EQ(checks_of(untouched), Checks{});
}

TEST_F(VerifyTest, FollowsTheChainThroughItsEpochsAndTellsThem) {
    const auto tenant = open_sample();
    const std::string restore =
        "select books.open_epoch({0}, '2026-01-31 12:00+00', '2026-01-31 13:00+00', 'Disk lost', "
        "9)";
    house.tamper(fmt::format(fmt::runtime(restore), tenant.value));
    house.tamper(fmt::format(fmt::runtime(restore), tenant.value));  // nothing posted in between
    auto verified = house.verify_books(tenant);
    EXPECT_EQ(verified.breaches, 0U);
    ASSERT_EQ(verified.epochs.size(), 2U);
    EXPECT_EQ(verified.epochs[0].number, 2);
    EXPECT_EQ(verified.epochs[0].after, base::EntryNumber{5});
    EXPECT_EQ(verified.epochs[0].replaced, base::EntryNumber{9});
    EXPECT_EQ(verified.epochs[0].reason, "Disk lost");
    EXPECT_EQ(
        verified.epochs[1].previous, epoch_hash(verified.epochs[0].previous, verified.epochs[0])
    );
    post_a_sale(tenant, "k6");
    EXPECT_EQ(checks_of(tenant), Checks{});

    const struct {
        const char* name;
        const char* sql;
        Checks checks;
    } cases[] = {
        {"reason",
         "update books.ledger_epoch set reason = 'x' where tenant_id = {0} and epoch = 2",
         {"chain", "epoch"}},
        {"the last one's reason",
         "update books.ledger_epoch set reason = 'x' where tenant_id = {0} and epoch = 3",
         {"chain"}},
        {"what was replaced",
         "update books.ledger_epoch set replaced_number = null where tenant_id = {0} and epoch = 3",
         {"chain"}},
        {"where it begins",
         "update books.ledger_epoch set after_number = 4 where tenant_id = {0}",
         {"chain", "epoch"}},
        {"one missing",
         "delete from books.ledger_epoch where tenant_id = {0} and epoch = 3",
         {"chain", "epoch"}},
        {"all missing, and the count",
         "delete from books.ledger_epoch where tenant_id = {0}; "
         "update books.ledger set epoch = 1 where tenant_id = {0}",
         {"chain"}},
        {"one too many",
         "insert into books.ledger_epoch select tenant_id, 4, 6, head_hash, now(), now(), 6, 'x'"
         " from books.ledger where tenant_id = {0}",
         {"epoch", "head"}},
        {"one after an entry that isn't there",
         "insert into books.ledger_epoch select tenant_id, 4, 7, head_hash, now(), now(), 7, 'x'"
         " from books.ledger where tenant_id = {0}; "
         "update books.ledger set epoch = 4 where tenant_id = {0}",
         {"epoch"}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto other = open_sample();
        house.tamper(fmt::format(fmt::runtime(restore), other.value));
        house.tamper(fmt::format(fmt::runtime(restore), other.value));
        post_a_sale(other, "k6");
        ASSERT_EQ(checks_of(other), Checks{});
        house.tamper(fmt::format(fmt::runtime(c.sql), other.value));
        EXPECT_EQ(checks_of(other), c.checks);
    }
}

TEST_F(VerifyTest, FollowsTheChainThroughActsOnPeriods) {
    const auto act = [this](base::TenantId tenant, std::string_view name, std::string_view day) {
        house.tamper(fmt::format(
            "select books.act_on_period({}, '{}', '{}', 'user:ann', '2026-05-01 12:00+00', 'why', "
            "true)",
            tenant.value,
            name,
            day
        ));
    };
    const struct {
        const char* name;
        const char* sql;
        Checks checks;
    } cases[] = {
        {"nothing", "select 1", {}},
        {"number",
         "update books.period_act set number = 9 where tenant_id = {0} and number = 3",
         {"period"}},
        {"after which entry",
         "update books.period_act set after_number = 4 where tenant_id = {0} and number = 3",
         {"period"}},
        {"act",
         "update books.period_act set act = 'ask_reopen' where tenant_id = {0} and number = 3",
         {"period"}},
        {"first day",
         "update books.period_act set first_day = first_day - 1 where tenant_id = {0} and number = "
         "3",
         {"period"}},
        {"last day",
         "update books.period_act set last_day = last_day + 1 where tenant_id = {0} and number = 3",
         {"period"}},
        {"who",
         "update books.period_act set acted_by = 'user:bob' where tenant_id = {0} and number = 3",
         {"period"}},
        {"when",
         "update books.period_act set acted_at = acted_at + interval '1 microsecond' where "
         "tenant_id = {0} and number = 3",
         {"period"}},
        {"why",
         "update books.period_act set reason = 'other' where tenant_id = {0} and number = 3",
         {"period"}},
        {"hash",
         "update books.period_act set chain_hash = sha256('') where tenant_id = {0} and number = 3",
         {"chain", "period"}},
        {"an act missing",
         "delete from books.period_act where tenant_id = {0} and number = 3",
         {"chain", "period"}},
        {"closed through",
         "update books.ledger set closed_through = '2026-06-30' where tenant_id = {0}",
         {"period"}},
        {"locked through",
         "update books.ledger set locked_through = null where tenant_id = {0}",
         {"period"}},
        {"how many acts",
         "update books.ledger set period_acts = 2 where tenant_id = {0}",
         {"period"}},
        {"a late reason",
         "update books.journal_entry set late_reason = 'never late' where tenant_id = {0} and "
         "number "
         "= 1",
         {"hash", "period"}},
        {"an entry moved into what was locked",
         "update books.journal_entry set entry_date = '2026-01-02' where tenant_id = {0} and "
         "number "
         "= 6",
         {"balances", "hash", "period"}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto tenant = open_sample();
        act(tenant, "close", "2026-01-01");
        act(tenant, "lock", "2026-01-01");
        act(tenant, "close", "2026-02-01");
        post_a_sale(tenant, "k6", "2026-03-15");
        ASSERT_EQ(checks_of(tenant), Checks{});
        house.tamper(fmt::format(fmt::runtime(c.sql), tenant.value));
        EXPECT_EQ(checks_of(tenant), c.checks);
    }
}

/// The columns of a table of the books that aren't of its key, each as "name type".
constexpr pg::Statement kColumns{
    .name = "test.columns",
    .text = R"sql(
select a.attname || ' ' || format_type(a.atttypid, null)
  from pg_attribute a
 where a.attrelid = ('books.' || $1)::regclass
   and a.attnum > 0
   and not a.attisdropped
   and not exists (select
                     from pg_index i
                    where i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey))
 order by a.attnum)sql",
};

base::Task<std::vector<std::string>> columns_of(
    pg::TenantTransaction& transaction, std::string table
) {
    const pg::Rows rows = co_await transaction.execute(kColumns, pg::Params::of(table));
    co_return rows.map([](const pg::Row& row) { return row.get<std::string>(0); });
}

/// What makes another value of a column that the table still takes.
std::string another(const std::string& table, const std::string& column, std::string_view type) {
    const std::map<std::string, std::string> taken{
        {"journal_entry.source", "'demo'"},
        {"journal_entry.reverses", "1"},
        {"period_act.act", "'reopen'"},
        {"audit_event.act", "'removed'"},
        {"audit_event.kind", "'user'"},
    };
    if (const auto found = taken.find(table + '.' + column); found != taken.end()) {
        return found->second;
    }
    const std::map<std::string_view, std::string_view> by_type{
        {"bigint", "coalesce({0}, 0) + 1"},
        {"smallint", "{0} + 1"},
        {"date", "coalesce({0}, '2026-01-01') + 1"},
        {"timestamp with time zone", "{0} + interval '1 microsecond'"},
        {"text", "coalesce({0}, '') || 'x'"},
        {"jsonb", "'{{\"other\": \"value\"}}'"},
        {"bytea", "sha256({0})"},
    };
    return fmt::format(fmt::runtime(by_type.at(type)), column);
}

// Whoever adds a column to what is kept for good lets verification look at it.
TEST_F(VerifyTest, NamesTheRowOfWhichAnyColumnWasChanged) {
    const struct {
        const char* table;
        const char* row;
        std::string named;
        std::size_t columns;
    } cases[] = {
        {"journal_entry", "number = 3", "entry 3", 14},
        {"journal_line", "number = 3 and line = 1", "entry 3", 7},
        {"account_balance",
         "commodity = 'EUR' and month = '2026-02-01'",
         "account 1 in 'EUR', month from 2026-02-01",
         4},
        {"period_act", "number = 1", "act 1 on a period", 8},
        {"audit_event", "number = 2", "audit event 2", 9},
    };
    for (const auto& c : cases) {
        const auto columns =
            house.in_transaction(house.tenant(), [&](pg::TenantTransaction& transaction) {
                return columns_of(transaction, c.table);
            });
        EXPECT_GE(columns.size(), c.columns) << c.table;
        for (const std::string& each : columns) {
            const auto blank = each.find(' ');
            const std::string column = each.substr(0, blank);
            SCOPED_TRACE(fmt::format("{}.{}", c.table, column));
            const auto tenant = open_sample();
            house.tamper(fmt::format(
                "select books.act_on_period({}, 'close', '2026-01-01', 'user:ann', "
                "'2026-05-01 12:00+00', 'why', true)",
                tenant.value
            ));
            ASSERT_EQ(checks_of(tenant), Checks{});
            house.tamper(fmt::format(
                "update books.{} set {} = {} where tenant_id = {} and {}",
                c.table,
                column,
                another(c.table, column, each.substr(blank + 1)),
                tenant.value,
                c.row
            ));
            std::string details;
            for (const Breach& breach : house.verify_books(tenant).first_breaches) {
                details += breach.detail + '\n';
            }
            EXPECT_NE(details.find(c.named), std::string::npos) << details;
        }
    }
}

TEST_F(VerifyTest, CountsBreachesPastThoseItKeeps) {
    const auto tenant = open_sample();
    house.tamper(fmt::format(
        "insert into books.account_balance select {}, a, 'USD', '2020-01-01', 1, 0, 1, 0"
        " from generate_series(1, 150) a",
        tenant.value
    ));
    const auto verified = house.verify_books(tenant);
    EXPECT_EQ(verified.breaches, 150U);
    EXPECT_EQ(verified.first_breaches.size(), kBreachesMax);
}

}  // namespace
}  // namespace accubooks::ledger
