#include <gtest/gtest.h>

#include "identity/internal/house_test.h"

namespace accubooks::identity {
namespace {

class OperatorsTest : public ::testing::Test {
protected:
    base::Uuid make(const std::string& name) {
        NewUser user{
            .email = name + "@example.com", .name = name, .password = "a good long password"
        };
        return house.await(house.directory.create_user(std::move(user), TestHouse::deadline()))
            .value();
    }
    void grant(base::Uuid user) {
        house.await(house.operators.grant(user, "cli:root", TestHouse::deadline()));
    }
    base::Result<void> revoke(base::Uuid user) {
        return house.await(house.operators.revoke(user, "cli:root", TestHouse::deadline()));
    }
    bool is_one(base::Uuid user) {
        return house.await(house.operators.is_one(user, TestHouse::deadline()));
    }

    TestHouse house;
};

TEST_F(OperatorsTest, AreGrantedListedAndRevoked) {
    const base::Uuid ann = make("ann");
    const base::Uuid bob = make("bob");
    EXPECT_FALSE(is_one(ann));
    grant(bob);
    grant(ann);
    grant(ann);
    EXPECT_TRUE(is_one(ann));
    const auto all = house.await(house.operators.list(TestHouse::deadline()));
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].user.email, "ann@example.com");
    EXPECT_EQ(all[0].granted_by, "cli:root");
    EXPECT_EQ(all[1].user.user_id, bob);

    EXPECT_TRUE(revoke(ann).has_value());
    EXPECT_FALSE(is_one(ann));
    EXPECT_TRUE(is_one(bob));
    EXPECT_EQ(revoke(ann).error().code, "identity.no_operator");
}

}  // namespace
}  // namespace accubooks::identity
