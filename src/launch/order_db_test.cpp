#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launch/execution_book.h"
#include "launch/internal/launch_under_test.h"
#include "launch/order.h"

namespace accubooks::launch {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// A rehearsal that was just started, and its orders; no driver is about.
class OrderTest : public ::testing::Test {
protected:
    OrderTest() {
        launch_.requested();
        EXPECT_TRUE(launch_.decided(Verb::approve).has_value());
        launch_.everybody_is_told();
        ExecutionBook executions{launch_.executing()};
        const ExecutionBook::Wanted wanted{.is_rehearsal = true, .time_scale = 60};
        EXPECT_TRUE(launch_.run(executions.start(lead(), 1, wanted, soon())).has_value());
        attempt_ = launch_.run(executions.find(1, soon())).value();
        attempt_.execution.state = ExecutionState::apply;
        attempt_.execution.order = kOrder;
    }

    inline static const Order kOrder{
        .generation = 1, .values = {{"database.pool.min", 10}, {"database.pool.max", 60}}
    };

    /// Runs `act(connection)` as accubooks_ops.
    template <class Act>
    auto on_connection(Act act) {
        const auto work = [](pg::Pool& pool,
                             Act* inner) -> decltype(act(std::declval<pg::Connection&>())) {
            auto lease = co_await pool.acquire(soon());
            co_return co_await (*inner)(*lease);
        };
        return launch_.run(work(launch_.pool(), &act));
    }
    std::int64_t placed() {
        const auto report = on_connection([this](pg::Connection& connection) {
            return place(connection, attempt_, {.order = kOrder, .confirm_within = 60s}, soon());
        });
        return std::get<OrderPlaced>(report.value()).revision;
    }
    std::int64_t recorded(ops::Proposal proposal) {
        return on_connection([&proposal](pg::Connection& connection) {
                   return ops::propose(connection, proposal, soon());
               })
            .value()
            .revision.number;
    }
    std::optional<InstancesAnswered> asked(std::int64_t revision) {
        return on_connection([this, revision](pg::Connection& connection) {
            return ask(connection, attempt_, {.generation = 1, .revision = revision}, soon());
        });
    }
    void acknowledged(std::int64_t revision) {
        on_connection([revision](pg::Connection& connection) -> base::Task<bool> {
            ops::Acknowledgement said{
                .revision = revision,
                .boot_id = uuid(9),
                .effective = R"({"database.pool.max":60})",
            };
            co_await ops::acknowledge(connection, std::move(said), soon());
            co_return true;
        });
    }

    Launch launch_;
    Attempt attempt_;
};

TEST_F(OrderTest, IsKnownByMoreThanItsReason) {
    const std::int64_t forged = recorded(
        {.values = {{"database.pool.max", std::int64_t{55}}},
         .author = "mallory",
         .reason = "CHG-0001/rev/1/attempt/1, generation 1"}
    );
    const std::int64_t revision = placed();
    EXPECT_EQ(revision, forged + 1);
    EXPECT_EQ(placed(), revision) << "once";
}

TEST_F(OrderTest, IsAnsweredByWhatANewerRevisionOfTheSameValuesIs) {
    const std::int64_t revision = recorded(
        {.values = {{"database.pool.max", std::int64_t{60}}}, .author = "test", .reason = "order"}
    );
    const std::int64_t newer = recorded(
        {.values = {{"database.pool.queue_max", std::int64_t{77}}},
         .author = "test",
         .reason = "a look"}
    );
    acknowledged(newer);
    EXPECT_EQ(asked(revision)->acknowledged.size(), 1U);
    const std::int64_t other = recorded(
        {.values = {{"database.pool.max", std::int64_t{55}}}, .author = "test", .reason = "other"}
    );
    acknowledged(other);
    EXPECT_TRUE(asked(revision)->acknowledged.empty()) << "other values answer nothing";
}

TEST_F(OrderTest, ThatIsntHeldAnyMoreIsTold) {
    const std::int64_t revision = placed();
    const auto held = [&] {
        return on_connection([&](pg::Connection& connection) {
            return hold(
                connection, attempt_, {.revision = revision, .confirm_within = 60s}, soon()
            );
        });
    };
    EXPECT_FALSE(held());
    recorded(
        {.values = {},
         .origin = ops::Origin::rollback,
         .restores = 1,
         .author = "test",
         .reason = "off"}
    );
    EXPECT_THAT(held().value().why, HasSubstr("superseded"));
}

}  // namespace
}  // namespace accubooks::launch
