#include "launch/role_book.h"

#include <random>

#include <gtest/gtest.h>

namespace accubooks::launch {
namespace {

using Kind = RoleEvent::Kind;
using enum RoleName;
using enum RoleEffect;

base::Uuid person(std::uint8_t number) {
    base::Uuid uuid;
    uuid.bytes.back() = number;
    return uuid;
}

const base::Uuid kLead = person(1);
const base::Uuid kExecutive = person(2);
const base::Uuid kThird = person(3);
const base::Uuid kFourth = person(4);

base::Instant at(std::int64_t minute) {
    return base::Instant::from_unix_micros(1'767'225'600'000'000 + minute * 60'000'000);
}

class RoleBookTest : public ::testing::Test {
protected:
    RoleBookTest() {
        record(
            {.kind = Kind::bootstrapped,
             .grant = person(101),
             .change = {.role = requester_lead, .user = kLead},
             .at = at(0)}
        );
        record(
            {.kind = Kind::bootstrapped,
             .grant = person(102),
             .change = {.role = executive_operator, .user = kExecutive},
             .at = at(0)}
        );
    }

    void record(const RoleEvent& event) { book.apply(event); }

    /// The guard that refuses; "" when the event was recorded.
    std::string attempt(
        Kind kind, base::Uuid by, std::uint8_t grant, RoleChange change, std::int64_t minute = 1
    ) {
        const RoleEvent event{
            .kind = kind, .grant = person(grant), .change = change, .by = by, .at = at(minute)
        };
        const auto good = book.check(event);
        if (good) {
            record(event);
        }
        return good ? "" : std::string{good.error().code};
    }
    std::string propose(
        base::Uuid by, std::uint8_t grant, RoleChange change, std::int64_t minute = 1
    ) {
        return attempt(Kind::proposed, by, grant, change, minute);
    }
    std::string confirm(
        base::Uuid by, std::uint8_t grant, RoleChange change, std::int64_t minute = 1
    ) {
        return attempt(Kind::confirmed, by, grant, change, minute);
    }

    RoleBook book;
};

TEST_F(RoleBookTest, NamesTheFirstTwoOnceAndNeverOnePersonTwice) {
    EXPECT_EQ(book.check_bootstrap(kThird, kFourth).error().code, "launch.already_bootstrapped");
    EXPECT_EQ(RoleBook{}.check_bootstrap(kLead, kLead).error().code, "launch.one_person_two_roles");
    EXPECT_TRUE(RoleBook{}.check_bootstrap(kLead, kExecutive));
}

TEST_F(RoleBookTest, TakesAGrantFromOnePersonAndItsConfirmationFromAnother) {
    const RoleChange change{.role = on_call, .user = kThird};
    EXPECT_EQ(propose(kThird, 9, change), "launch.role_missing");
    EXPECT_EQ(propose(kLead, 9, change, 1), "");
    EXPECT_FALSE(book.holds(kThird, on_call, at(5))) << "half a grant is none";
    EXPECT_EQ(confirm(kLead, 9, change), "launch.second_person");
    EXPECT_EQ(confirm(kThird, 9, change), "launch.role_missing");
    EXPECT_EQ(confirm(kExecutive, 8, change), "launch.grant_not_found");
    EXPECT_EQ(confirm(kExecutive, 9, {.role = on_call, .user = kFourth}), "launch.other_grant");
    EXPECT_EQ(confirm(kExecutive, 9, change, 2), "");
    EXPECT_EQ(confirm(kExecutive, 9, change), "launch.grant_not_found");
    EXPECT_EQ(propose(kLead, 9, {.role = on_call, .user = kFourth}), "launch.grant_taken");
    EXPECT_EQ(propose(kLead, 10, change), "launch.role_held");
    EXPECT_TRUE(book.pending().empty());
}

TEST_F(RoleBookTest, SaysWhoHeldWhatAtATime) {
    const RoleChange grant_it{.role = on_call, .user = kThird};
    const RoleChange take_it{.effect = revoke, .role = on_call, .user = kThird};
    ASSERT_EQ(propose(kLead, 9, grant_it, 1), "");
    ASSERT_EQ(confirm(kExecutive, 9, grant_it, 2), "");
    EXPECT_EQ(
        propose(kExecutive, 11, {.effect = revoke, .role = on_call, .user = kFourth}),
        "launch.role_not_held"
    );
    ASSERT_EQ(propose(kExecutive, 10, take_it, 3), "");
    ASSERT_EQ(confirm(kLead, 10, take_it, 4), "");
    for (const auto& [minute, holds] : std::vector<std::pair<int, bool>>{
             {1, false}, {2, true}, {3, true}, {4, false}, {9, false}
         }) {
        EXPECT_EQ(book.holds(kThird, on_call, at(minute)), holds) << minute;
    }
    EXPECT_FALSE(book.holds(kThird, product_lead, at(3)));
    EXPECT_EQ(book.roles_of(kLead, at(9)), std::set{requester_lead});
    EXPECT_EQ(propose(kLead, 12, grant_it), "") << "and may get it again";
}

TEST_F(RoleBookTest, LetsNobodyRequestAndApprove) {
    EXPECT_EQ(
        propose(kLead, 9, {.role = executive_operator, .user = kLead}),
        "launch.one_person_two_roles"
    );
    EXPECT_EQ(
        propose(kLead, 9, {.role = requester_lead, .user = kExecutive}),
        "launch.one_person_two_roles"
    );
    // Both halves were free when they were proposed.
    const RoleChange one{.role = requester_lead, .user = kThird};
    const RoleChange other{.role = executive_operator, .user = kThird};
    EXPECT_EQ(propose(kLead, 10, one), "");
    EXPECT_EQ(propose(kLead, 11, other), "");
    EXPECT_EQ(confirm(kExecutive, 10, one), "");
    EXPECT_EQ(confirm(kExecutive, 11, other), "launch.one_person_two_roles");
}

TEST_F(RoleBookTest, NeverLosesTheLastWhoCanAppoint) {
    const RoleChange change{.effect = revoke, .role = executive_operator, .user = kExecutive};
    EXPECT_EQ(propose(kLead, 9, change), "launch.last_holder");
    const RoleChange successor{.role = executive_operator, .user = kThird};
    EXPECT_EQ(propose(kLead, 10, successor), "");
    EXPECT_EQ(confirm(kExecutive, 10, successor), "");
    EXPECT_EQ(propose(kLead, 9, change), "");
    EXPECT_EQ(confirm(kThird, 9, change), "");
    EXPECT_EQ(propose(kExecutive, 12, {.role = on_call, .user = kFourth}), "launch.role_missing");
}

TEST_F(RoleBookTest, KeepsItsPromisesWhateverIsAttempted) {
    std::mt19937 random{20261127};
    const auto pick = [&random](int most) {
        return static_cast<std::uint8_t>(std::uniform_int_distribution{1, most}(random));
    };
    std::uint8_t next = 110;
    std::vector<std::pair<std::uint8_t, RoleChange>> proposed;
    for (int step = 0; step < 3000 && next < 250; ++step) {
        if (proposed.empty() || pick(2) == 1) {
            const RoleChange change{
                .effect = pick(2) == 1 ? grant : revoke,
                .role = kRoleNames.at(pick(5) - 1U),
                .user = person(pick(5)),
            };
            if (propose(person(pick(5)), next, change, step).empty()) {
                proposed.emplace_back(next++, change);
            }
        } else {
            const auto [name, change] = proposed[pick(static_cast<int>(proposed.size())) - 1U];
            confirm(person(pick(5)), name, change, step);
        }
        std::size_t leads = 0;
        std::size_t executives = 0;
        for (std::uint8_t number = 1; number <= 5; ++number) {
            const bool is_lead = book.holds(person(number), requester_lead, at(step));
            const bool is_executive = book.holds(person(number), executive_operator, at(step));
            ASSERT_FALSE(is_lead && is_executive) << step;
            leads += is_lead ? 1 : 0;
            executives += is_executive ? 1 : 0;
        }
        ASSERT_GE(leads, 1U) << step;
        ASSERT_GE(executives, 1U) << step;
    }
    EXPECT_GT(next, 150) << "much was attempted";
}

}  // namespace
}  // namespace accubooks::launch
