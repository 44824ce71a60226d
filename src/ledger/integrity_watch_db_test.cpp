#include <future>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/integrity_watch.h"
#include "ledger/internal/house_test.h"

namespace accubooks::ledger {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class IntegrityTest : public ::testing::Test {
protected:
    base::TenantId open_sample() {
        const auto books = house.open_books();
        std::vector<Posting> postings;
        postings.push_back(house.posting(house.sale(books, 1), "k1"));
        postings.push_back(house.posting(house.sale(books, 2), "k2"));
        for (const auto& posted : house.post_all(books.id, std::move(postings))) {
            EXPECT_TRUE(posted.has_value());
        }
        return books.id;
    }

    void tamper(std::string_view sql, base::TenantId tenant) {
        house.tamper(fmt::format(fmt::runtime(sql), tenant.value));
    }

    std::vector<std::string> checks_of(base::TenantId tenant) {
        std::vector<std::string> checks;
        for (const Breach& breach :
             house.await(quick_check(house.pool, tenant, TestLedger::deadline())).breaches) {
            checks.push_back(breach.check);
        }
        return checks;
    }

    TestLedger house;
};

TEST_F(IntegrityTest, FindsNothingInGoodBooksAlsoRestoredAndEmptyOnes) {
    const auto tenant = open_sample();
    EXPECT_THAT(checks_of(tenant), IsEmpty());
    EXPECT_THAT(checks_of(house.tenant()), IsEmpty());
    tamper("select books.open_epoch({0}, now(), now(), 'Disk lost', 9)", tenant);
    EXPECT_THAT(checks_of(tenant), IsEmpty());
}

TEST_F(IntegrityTest, FindsWhatAFullVerificationWouldFindToo) {
    const struct {
        const char* sql;
        const char* check;
    } cases[] = {
        {"update books.account_balance set base_debit = base_debit + 1 where tenant_id = {0}",
         "trial_balance"},
        {"update books.ledger set head_hash = sha256('') where tenant_id = {0}", "head"},
        {"update books.ledger set last_number = 3 where tenant_id = {0}", "head"},
        {"delete from books.journal_line where tenant_id = {0} and number = 2;"
         "delete from books.journal_entry where tenant_id = {0} and number = 2",
         "head"},
    };
    for (const auto& c : cases) {
        const auto tenant = open_sample();
        tamper(c.sql, tenant);
        EXPECT_THAT(checks_of(tenant), ElementsAre(c.check)) << c.sql;
    }
}

TEST_F(IntegrityTest, FindsRowsOfAnotherTenantWhereAPolicyIsGone) {
    const auto tenant = open_sample();
    open_sample();
    house.tamper(
        "drop policy tenant on books.ledger; create policy tenant on books.ledger using (true)"
    );
    EXPECT_THAT(checks_of(tenant), ElementsAre("isolation"));
}

class WatchTest : public IntegrityTest {
protected:
    ~WatchTest() override { house.await(ops.close(TestLedger::deadline())); }

    IntegrityWatch watch_by(const base::Clock& by) {
        return IntegrityWatch{{
            .on = house.io.get_executor(),
            .app = house.pool,
            .directory = directory,
            .clock = by,
            .log = log,
            .metrics = metrics,
            .found = [this](std::vector<Breach> found, base::Deadline) -> base::Task<void> {
                told = std::move(found);
                co_return;
            },
        }};
    }

    telemetry::Metrics metrics;
    testing::FakeClock clock;
    telemetry::Log log{clock, telemetry::Level::error};
    pg::Pool ops{
        house.io.get_executor(),
        "ops",
        house.database.endpoint("accubooks_ops"),
        {.min = 0, .max = 1}
    };
    identity::PasswordHasher hasher{1, 1};
    identity::Directory directory{ops, hasher, clock, base::system_random()};
    std::vector<Breach> told;
};

TEST_F(WatchTest, IsToldInMetricsThatAreThereBeforeAnythingIsFound) {
    IntegrityWatch watch = watch_by(clock);
    const auto total = [](std::string_view value) {
        return HasSubstr(fmt::format(
            "accubooks_integrity_violations_total{{check=\"trial_balance\"}} {}\n", value
        ));
    };
    EXPECT_THAT(metrics.exposition(), total("0"));
    const auto tenant = open_sample();
    EXPECT_FALSE(watch.last_look(tenant)) << "nothing is known before the first look";
    house.await(watch.look(TestLedger::deadline()));
    EXPECT_THAT(told, IsEmpty());
    EXPECT_THAT(metrics.exposition(), total("0"));
    ASSERT_TRUE(watch.last_look(tenant));
    EXPECT_EQ(watch.last_look(tenant)->at, clock.now());
    EXPECT_EQ(watch.last_look(tenant)->found.last_entry, 2);
    EXPECT_THAT(watch.last_look(tenant)->found.breaches, IsEmpty());
    clock.advance(std::chrono::minutes{16});
    EXPECT_FALSE(watch.last_look(tenant)) << "nor when it is long ago";
    EXPECT_EQ(house.await(watch.look_at(tenant, TestLedger::deadline())).at, clock.now());
    clock.advance(std::chrono::minutes{1});
    EXPECT_LT(house.await(watch.look_at(tenant, TestLedger::deadline())).at, clock.now());
    tamper(
        "update books.account_balance set base_debit = base_debit + 1 where tenant_id = {0}", tenant
    );
    house.await(watch.look(TestLedger::deadline()));
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].tenant, tenant);
    EXPECT_THAT(metrics.exposition(), total("1"));
    ASSERT_TRUE(watch.last_look(tenant));
    EXPECT_EQ(watch.last_look(tenant)->found.breaches.at(0).check, "trial_balance");
    EXPECT_THAT(
        metrics.exposition(),
        HasSubstr("accubooks_integrity_violations_open{check=\"trial_balance\"} 1\n")
    );
}

/// No two looks have the same time.
class TickingClock final : public base::Clock {
public:
    base::Instant now() const override { return at_ = at_ + std::chrono::microseconds{1}; }

private:
    mutable base::Instant at_ = base::Instant::from_unix_micros(0);
};

TEST_F(WatchTest, LooksOnceForAllWhoAskMeanwhile) {
    const TickingClock ticking;
    IntegrityWatch watch = watch_by(ticking);
    const auto tenant = open_sample();
    std::vector<std::future<IntegrityWatch::Look>> asked;
    for (int at = 0; at < 5; ++at) {
        asked.push_back(boost::asio::co_spawn(
            house.io, watch.look_at(tenant, TestLedger::deadline()), boost::asio::use_future
        ));
    }
    const auto seen = house.await(watch.look_at(tenant, TestLedger::deadline()));
    for (auto& one : asked) {
        while (one.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
            house.io.run_one();
        }
        EXPECT_EQ(one.get().at, seen.at);
    }
}

}  // namespace
}  // namespace accubooks::ledger
