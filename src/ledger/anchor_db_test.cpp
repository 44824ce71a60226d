#include <gtest/gtest.h>

#include "ledger/anchor.h"
#include "pg/transaction.h"
#include "testing/fake_clock.h"
#include "testing/run.h"
#include "testing/test_cluster.h"

namespace accubooks::ledger {
namespace {

using namespace std::chrono_literals;

base::Deadline soon() {
    return base::deadline_in(30s);
}

/// Two instances that look, one after the other, on a database without a tenant.
class AnchorTest : public ::testing::Test {
protected:
    struct Instances {
        AnchorTest& test;
        pg::Pool& pool;
        HeadAnchor& one;
        HeadAnchor& other;

        base::Task<void> look() {
            co_await one.anchor_if_due(soon());
            co_await other.anchor_if_due(soon());
        }
        base::Task<void> act(std::string action) {
            auto lease = co_await pool.acquire(soon());
            co_await pg::begin(*lease, soon());
            audit::Act done{.actor = "system", .action = std::move(action), .object = "x"};
            co_await audit::record(*lease, std::move(done), test.clock.now(), soon());
            co_await lease->commit(soon());
        }
        /// How often the heads were anchored.
        base::Task<std::int64_t> anchored() {
            constexpr pg::Statement kCount{
                .name = "test.anchored",
                .text = "select count(*) from audit.act where action = 'ledger.heads_anchored'",
            };
            auto lease = co_await pool.acquire(soon());
            const auto rows = co_await lease->execute(kCount, {}, soon());
            co_return rows[0].get<std::int64_t>(0);
        }
    };

    template <class Body>
    void with_two_instances(Body body) {
        const auto work = [](AnchorTest* test, Body* inner) -> base::Task<void> {
            const auto on = co_await boost::asio::this_coro::executor;
            const pg::PoolSettings two{.min = 0, .max = 2};
            pg::Pool app{on, "app", test->database.endpoint("accubooks_app"), two};
            pg::Pool ops{on, "ops", test->database.endpoint("accubooks_ops"), two};
            audit::Log log{
                {.on = on, .ops = ops, .clock = test->clock, .log = test->journal, .folder = {}}
            };
            identity::Directory directory{ops, test->hasher, test->clock, base::system_random()};
            const HeadAnchor::Parts parts{
                .on = on,
                .app = app,
                .ops = ops,
                .directory = directory,
                .log = log,
                .clock = test->clock,
                .journal = test->journal,
                .gates = {"launch.started"},
            };
            HeadAnchor one{parts};
            HeadAnchor other{parts};
            co_await (*inner)(Instances{*test, ops, one, other});
            co_await app.close(soon());
            co_await ops.close(soon());
        };
        testing::run(work(this, &body));
    }

    testing::TestDatabase database;
    testing::FakeClock clock;
    identity::PasswordHasher hasher{1, 1};
    telemetry::Log journal{clock, telemetry::Level::error};
};

TEST_F(AnchorTest, HappensOnceAnHourWhicheverInstance) {
    with_two_instances([this](Instances instances) -> base::Task<void> {
        co_await instances.look();
        EXPECT_EQ(co_await instances.anchored(), 1);
        clock.advance(59min);
        co_await instances.look();
        EXPECT_EQ(co_await instances.anchored(), 1);
        clock.advance(1min);
        co_await instances.look();
        EXPECT_EQ(co_await instances.anchored(), 2);
    });
}

TEST_F(AnchorTest, HappensOnceAfterAGateAndAfterNoOtherAct) {
    with_two_instances([](Instances instances) -> base::Task<void> {
        co_await instances.look();
        co_await instances.act("launch.acknowledged");
        co_await instances.look();
        EXPECT_EQ(co_await instances.anchored(), 1);
        co_await instances.act("launch.started");
        co_await instances.look();
        EXPECT_EQ(co_await instances.anchored(), 2);
    });
}

TEST(LedgerHeads, AreDigestedWithTheirEpoch) {
    const LedgerHead head{.tenant = base::TenantId{7}, .number = 3, .hash = base::sha256("x")};
    LedgerHead restored = head;
    restored.epoch = 2;
    EXPECT_EQ(
        digest_of(std::vector{head}),
        base::sha256(fmt::format("7 1 3 {}\n", base::to_hex(base::sha256("x"))))
    );
    EXPECT_NE(digest_of(std::vector{head}), digest_of(std::vector{restored}));
}

}  // namespace
}  // namespace accubooks::ledger
