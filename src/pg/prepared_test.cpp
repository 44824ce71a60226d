#include "pg/internal/prepared.h"

#include <gtest/gtest.h>

namespace accubooks::pg {
namespace {

constexpr wire::Oid kInt8 = 20;
constexpr wire::Oid kText = 25;
constexpr Statement kOne{.name = "one", .text = "select 1"};
constexpr Statement kTwo{.name = "two", .text = "select 2"};
constexpr Statement kThree{.name = "three", .text = "select 3"};

bool use(PreparedStatements& prepared, const Statement& statement) {
    const bool held = prepared.use(statement, {});
    prepared.confirm(statement.name);
    return held;
}

TEST(PreparedStatements, AreHeldAfterTheirFirstUse) {
    PreparedStatements prepared{2};
    EXPECT_FALSE(use(prepared, kOne));
    EXPECT_TRUE(use(prepared, kOne));
}

TEST(PreparedStatements, GoWhenUsedLeastRecently) {
    PreparedStatements prepared{2};
    use(prepared, kOne);
    use(prepared, kTwo);
    use(prepared, kOne);
    EXPECT_FALSE(use(prepared, kThree));
    const auto evicted = prepared.evict(1);
    ASSERT_EQ(evicted.size(), 1U);
    EXPECT_EQ(evicted[0].name, "two");
    EXPECT_TRUE(use(prepared, kOne));
    EXPECT_FALSE(use(prepared, kTwo));
}

TEST(PreparedStatements, StayWhileARoundUsesMoreThanTheCapacity) {
    PreparedStatements prepared{1};
    prepared.use(kOne, {});
    prepared.use(kTwo, {});
    EXPECT_TRUE(prepared.evict(2).empty());
    EXPECT_EQ(prepared.evict(1).size(), 1U);
}

TEST(PreparedStatements, AreForgottenWhenTheServerNeverConfirmedThem) {
    PreparedStatements prepared{2};
    use(prepared, kOne);
    prepared.use(kTwo, {});
    prepared.drop_unconfirmed();
    EXPECT_TRUE(prepared.use(kOne, {}));
    EXPECT_FALSE(prepared.use(kTwo, {}));
}

TEST(PreparedStatements, ComeBackWhenTheServerKeptThem) {
    PreparedStatements prepared{1};
    use(prepared, kOne);
    use(prepared, kTwo);
    auto evicted = prepared.evict(1);
    ASSERT_EQ(evicted.size(), 1U);
    prepared.restore(std::move(evicted[0]));
    EXPECT_TRUE(prepared.use(kOne, {}));
}

TEST(PreparedStatementsDeathTest, StopTheProcessWhenANameStandsForTwoThings) {
    PreparedStatements prepared{2};
    const wire::Oid number[] = {kInt8};
    const wire::Oid text[] = {kText};
    prepared.use(kOne, number);
    EXPECT_DEATH((void)prepared.use(kOne, text), "same parameter types");
    const Statement other{.name = "one", .text = "select 11"};
    EXPECT_DEATH((void)prepared.use(other, number), "one text");
}

}  // namespace
}  // namespace accubooks::pg
