#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ops/change.h"
#include "ops/governance.h"
#include "ops/revision_store.h"
#include "testing/run.h"
#include "testing/test_cluster.h"

namespace accubooks::ops {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;
using testing::TestDatabase;

base::Deadline soon() {
    return base::deadline_in(30s);
}

/// Runs `body(connection)` as accubooks_ops on a migrated database without a revision.
template <class Body>
void on_settings(Body body) {
    const TestDatabase database;
    const auto work = [](pg::Endpoint endpoint, Body* inner) -> base::Task<void> {
        const auto connection = co_await pg::Connection::open(std::move(endpoint), soon());
        co_await (*inner)(*connection);
    };
    testing::run(work(database.endpoint("accubooks_ops"), &body));
}

base::Task<Sight> seeded(pg::Connection& connection) {
    auto sight = co_await open_settings(connection, presets(Takes::live), "test", soon());
    co_return sight.value();
}

Proposal pool_max(std::int64_t max) {
    return {
        .values = {{"database.pool.max", max}},
        .author = "test",
        .reason = "because",
    };
}

base::Task<Proposed> made(pg::Connection& connection, Proposal proposal) {
    auto result = co_await propose(connection, std::move(proposal), soon());
    co_return result.value();
}

TEST(Change, BeginsWithTheSeedOnce) {
    on_settings([](pg::Connection& connection) -> base::Task<void> {
        Values seed = presets(Takes::live);
        seed["database.pool.max"] = std::int64_t{60};
        const auto first = co_await open_settings(connection, seed, "test", soon());
        EXPECT_EQ(first->newest.number, 1);
        EXPECT_EQ(values_of(first->newest).value(), seed);
        const auto again =
            co_await open_settings(connection, presets(Takes::live), "other", soon());
        EXPECT_EQ(again->newest.number, 1);
        EXPECT_EQ(again->newest.author, "test");
    });
}

TEST(Change, IsRefusedBeforeTheFirstStart) {
    on_settings([](pg::Connection& connection) -> base::Task<void> {
        const auto refused = co_await propose(connection, pool_max(60), soon());
        EXPECT_EQ(refused.error().code, "settings.no_revision");
    });
}

TEST(Change, BecomesTheNextRevisionAndIsChained) {
    on_settings([](pg::Connection& connection) -> base::Task<void> {
        co_await seeded(connection);
        Proposal leased = pool_max(70);
        leased.confirm_within = 60s;
        const auto first = co_await made(connection, pool_max(60));
        EXPECT_TRUE(first.is_new);
        EXPECT_EQ(first.revision.number, 2);
        EXPECT_EQ(to_string(first.changes), "database.pool.max 50 -> 60");
        co_await made(connection, leased);
        auto revisions = co_await history(connection, 10, soon());
        EXPECT_EQ(revisions.size(), 3U);
        EXPECT_EQ(first_broken(revisions), std::nullopt);
        const auto newest = co_await history(connection, 1, soon());
        EXPECT_EQ(newest.size(), 2U) << "the one before comes along, for its digest";
        EXPECT_EQ(first_broken(newest), std::nullopt);
        revisions[1].reason = "forged";
        EXPECT_EQ(first_broken(revisions), 2);
        revisions.erase(revisions.begin() + 1);
        EXPECT_EQ(first_broken(revisions), 3);
    });
}

TEST(Change, OfNothingIsNoRevision) {
    on_settings([](pg::Connection& connection) -> base::Task<void> {
        co_await seeded(connection);
        const auto same = co_await made(connection, pool_max(50));
        EXPECT_FALSE(same.is_new);
        EXPECT_EQ(same.revision.number, 1);
    });
}

TEST(Change, OnAnOlderRevisionIsRefused) {
    on_settings([](pg::Connection& connection) -> base::Task<void> {
        co_await seeded(connection);
        co_await made(connection, pool_max(60));
        Proposal late = pool_max(70);
        late.parent = 1;
        const auto refused = co_await propose(connection, late, soon());
        EXPECT_EQ(refused.error().code, "settings.another_came_first");
        // The same race one step later: both have looked, and one has written.
        EXPECT_EQ(
            co_await record(connection, 1, to_json(presets(Takes::live)), pool_max(70), soon()),
            std::nullopt
        );
    });
}

TEST(Change, RollsBackToTheExactValues) {
    on_settings([](pg::Connection& connection) -> base::Task<void> {
        co_await seeded(connection);
        co_await made(connection, pool_max(60));
        co_await made(connection, pool_max(70));
        auto proposal = (co_await rollback_to(connection, 1, soon())).value();
        proposal.author = "test";
        proposal.reason = "back";
        const auto back = co_await made(connection, std::move(proposal));
        const auto first = co_await revision(connection, 1, soon());
        EXPECT_EQ(back.revision.settings, first->settings);
        EXPECT_EQ(back.revision.restores, 1);
        EXPECT_EQ(back.revision.origin, Origin::rollback);
        const auto before = co_await rollback_to(connection, std::nullopt, soon());
        EXPECT_EQ(before->restores, 3);
        for (const std::int64_t nowhere : {std::int64_t{0}, std::int64_t{4}, std::int64_t{9}}) {
            const auto refused = co_await rollback_to(connection, nowhere, soon());
            EXPECT_EQ(refused.error().code, "settings.no_revision");
        }
    });
}

TEST(Change, OfAGovernedSettingIsTheWayBackAlone) {
    on_settings([](pg::Connection& connection) -> base::Task<void> {
        co_await seeded(connection);
        Proposal leased = pool_max(60);
        leased.confirm_within = 60s;
        co_await made(connection, leased);
        co_await govern(connection, {{"database.pool.max", "phase1"}}, soon());
        EXPECT_EQ(
            (co_await confirm(connection, {}, "test", soon())).error().code, "settings.governed"
        );
        auto back = (co_await rollback_to(connection, 1, soon())).value();
        back.author = "test";
        back.reason = "back";
        EXPECT_TRUE((co_await propose(connection, std::move(back), soon())).has_value());
        EXPECT_EQ(
            (co_await propose(connection, pool_max(60), soon())).error().code, "settings.governed"
        );
    });
}

TEST(Change, RollsBackToWhatHeldNotToWhatWasGoneBackFrom) {
    on_settings([](pg::Connection& connection) -> base::Task<void> {
        co_await seeded(connection);
        co_await made(connection, pool_max(60));
        co_await made(connection, pool_max(70));
        const WayBack refused{
            .from = 3, .origin = Origin::revert, .author = "instance a", .reason = "refused"
        };
        EXPECT_EQ(co_await go_back(connection, refused, soon()), 4);
        const auto after_revert = co_await rollback_to(connection, std::nullopt, soon());
        EXPECT_EQ(after_revert->restores, 1) << "60 holds, 70 never did";
        co_await made(connection, pool_max(80));
        const auto after_change = co_await rollback_to(connection, std::nullopt, soon());
        EXPECT_EQ(after_change->restores, 4) << "60 again";
    });
}

TEST(Change, HasNothingToRollBackToWhenOnlyTheSeedHeld) {
    on_settings([](pg::Connection& connection) -> base::Task<void> {
        co_await seeded(connection);
        co_await made(connection, pool_max(60));
        const WayBack refused{
            .from = 2, .origin = Origin::revert, .author = "instance a", .reason = "refused"
        };
        EXPECT_EQ(co_await go_back(connection, refused, soon()), 3);
        const auto nothing = co_await rollback_to(connection, std::nullopt, soon());
        EXPECT_EQ(nothing.error().code, "settings.no_revision");
        EXPECT_THAT(nothing.error().detail, HasSubstr("No other values held"));
    });
}

TEST(Change, ThatTheServerCannotCarryIsRefusedAndLessIsNot) {
    on_settings([](pg::Connection& connection) -> base::Task<void> {
        co_await seeded(connection);
        const ServerLimits limits = co_await server_limits(connection, soon());
        EXPECT_GT(limits.available(), 0);
        const auto refused = co_await propose(connection, pool_max(limits.available()), soon());
        EXPECT_EQ(refused.error().code, "settings.over_capacity");
        EXPECT_THAT(refused.error().detail, HasSubstr("1 instance x"));
        // Recorded past the rules, as if the server had been made smaller since.
        Values much = presets(Takes::live);
        much["database.pool.max"] = std::int64_t{9000};
        co_await record(connection, 1, to_json(much), pool_max(9000), soon());
        EXPECT_TRUE((co_await propose(connection, pool_max(8000), soon())).has_value());
    });
}

TEST(Change, AwaitsConfirmationAndIsConfirmedOnce) {
    on_settings([](pg::Connection& connection) -> base::Task<void> {
        co_await seeded(connection);
        EXPECT_EQ(
            (co_await confirm(connection, {}, "test", soon())).error().code,
            "settings.nothing_to_confirm"
        );
        Proposal leased = pool_max(60);
        leased.confirm_within = 60s;
        co_await made(connection, leased);
        const auto pending = co_await look(connection, soon());
        EXPECT_TRUE(pending->lease.has_value());
        EXPECT_EQ(pending->confirmed.number, 1);
        EXPECT_EQ(
            (co_await propose(connection, pool_max(70), soon())).error().code,
            "settings.awaits_confirmation"
        );
        EXPECT_TRUE((co_await confirm(connection, 90s, "test", soon())).has_value());
        const auto renewed = co_await look(connection, soon());
        EXPECT_EQ(renewed->lease->renewals, 1);
        EXPECT_GT(renewed->lease->left, 60s);
        EXPECT_EQ((co_await confirm(connection, {}, "test", soon())).value(), 2);
        const auto settled = co_await look(connection, soon());
        EXPECT_FALSE(settled->lease.has_value());
        EXPECT_EQ(settled->confirmed.number, 2);
        EXPECT_TRUE((co_await propose(connection, pool_max(70), soon())).has_value());
    });
}

TEST(Change, ThatNobodyConfirmedIsGoneBackFromByTheNextStart) {
    on_settings([](pg::Connection& connection) -> base::Task<void> {
        co_await seeded(connection);
        Proposal leased = pool_max(60);
        leased.confirm_within = 1s;
        co_await made(connection, leased);
        // No instance is there to go back; its time is over as soon as the server says so.
        std::optional<Sight> sight;
        do {
            sight = co_await look(connection, soon());
        } while (sight->lease && sight->lease->left > 0ms);
        const auto late = co_await confirm(connection, {}, "test", soon());
        EXPECT_EQ(late.error().code, "settings.too_late");
        const Sight next = co_await seeded(connection);
        EXPECT_EQ(next.newest.number, 3);
        EXPECT_EQ(next.newest.origin, Origin::expiry);
        EXPECT_EQ(next.newest.restores, 1);
    });
}

TEST(Change, CountsTheInstancesThatAreThere) {
    on_settings([](pg::Connection& connection) -> base::Task<void> {
        const Sight first = co_await seeded(connection);
        const Identity who{
            .instance = "a",
            .boot_id = base::uuid_v7(base::SystemClock{}.now(), base::system_random()),
            .other_connections = 40,
        };
        const Heartbeat heartbeat{.who = &who, .started_at = base::SystemClock{}.now()};
        const auto seen = co_await beat(connection, heartbeat, soon());
        EXPECT_EQ(seen->newest.number, 1);
        const auto made_now = co_await made(connection, pool_max(60));
        EXPECT_EQ(made_now.revision.expected, std::vector{who.boot_id});
        auto now = co_await progress(connection, made_now.revision, soon());
        EXPECT_EQ(now.count(Standing::waiting), 1U);
        Acknowledgement said{
            .revision = 2, .boot_id = who.boot_id, .effective = R"({"database.pool.max":60})"
        };
        co_await acknowledge(connection, said, soon());
        now = co_await await_answers(connection, made_now.revision, soon(), soon());
        EXPECT_TRUE(now.is_complete());
        EXPECT_EQ(now.answers.front().said->effective, said.effective);
        const auto refused = co_await propose(connection, pool_max(9000), soon());
        EXPECT_THAT(refused.error().detail, HasSubstr("1 instance x 9000 + 40 other"));
        co_await leave(connection, who.boot_id, soon());
        const auto after = co_await made(connection, pool_max(61));
        EXPECT_TRUE(after.revision.expected.empty());
        now = co_await progress(connection, after.revision, soon());
        EXPECT_TRUE(now.answers.empty());
    });
}

}  // namespace
}  // namespace accubooks::ops
