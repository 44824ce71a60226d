#include "launch/trust_policy.h"

#include <gtest/gtest.h>

namespace accubooks::launch {
namespace {

using namespace std::chrono_literals;

constexpr base::Instant kNoon = base::Instant::from_unix_micros(1'772'000'000'000'000);

base::Uuid person(std::uint8_t number) {
    base::Uuid made;
    made.bytes.back() = number;
    return made;
}

base::PublicKey public_key(std::uint8_t seed) {
    std::array<std::uint8_t, 32> bytes{};
    bytes.fill(seed);
    return base::SigningKey{bytes}.public_key();
}

RoleKey key_of(std::uint8_t number) {
    return {
        .name = "P" + std::to_string(number),
        .key =
            {.key_id = {}, .key = public_key(number), .user = person(number), .enrolled_at = kNoon},
    };
}

RoleEvent event(RoleEffect effect, RoleName role, std::uint8_t number, base::Instant at) {
    return {
        .kind = RoleEvent::Kind::bootstrapped,
        .grant = person(static_cast<std::uint8_t>(100 + number)),
        .change = {.effect = effect, .role = role, .user = person(number)},
        .at = at,
    };
}

audit::LogView log_with(std::vector<audit::VerifierKey> witnesses) {
    const audit::VerifierKey key{
        .name = "accubooks.test/launch-audit",
        .type = audit::KeyType::ed25519,
        .key = public_key(9),
    };
    return {.key = key, .logs = {key}, .witnesses = std::move(witnesses)};
}

TEST(TrustPolicy, HoldsEachPersonWithTheirRolesAndIsOneThatReadersTake) {
    const RoleBook roles{
        {event(RoleEffect::grant, RoleName::requester_lead, 1, kNoon),
         event(RoleEffect::grant, RoleName::executive_operator, 2, kNoon),
         event(RoleEffect::grant, RoleName::on_call, 2, kNoon)}
    };
    const audit::Policy policy =
        trust_policy_of(log_with({}), roles, {key_of(1), key_of(2)}, default_plan().approval);
    ASSERT_EQ(policy.approvers.size(), 2U);
    EXPECT_EQ(policy.approvers[0].roles, std::set<std::string>{"requester_lead"});
    EXPECT_EQ(policy.approvers[1].roles, (std::set<std::string>{"executive_operator", "on_call"}));
    EXPECT_FALSE(policy.approvers[1].revoked_at);
    EXPECT_EQ(policy.quorum.at("executive_operator"), 1);
    EXPECT_EQ(audit::Policy::parse(audit::to_json(policy)), policy);
}

TEST(TrustPolicy, AKeyEndsWithItsRevocationOrItsOwnersLastRole) {
    const RoleBook roles{
        {event(RoleEffect::grant, RoleName::executive_operator, 1, kNoon),
         event(RoleEffect::grant, RoleName::executive_operator, 2, kNoon),
         event(RoleEffect::revoke, RoleName::executive_operator, 1, kNoon + 2h),
         event(RoleEffect::grant, RoleName::on_call, 3, kNoon),
         event(RoleEffect::grant, RoleName::product_lead, 3, kNoon),
         event(RoleEffect::revoke, RoleName::on_call, 3, kNoon + 1h)}
    };
    RoleKey lost = key_of(2);
    lost.key.revoked_at = kNoon + 3h;
    RoleKey lost_before = key_of(1);
    const auto policy = [&] {
        return trust_policy_of(
            log_with({}), roles, {lost_before, lost, key_of(3)}, default_plan().approval
        );
    };
    EXPECT_EQ(policy().approvers[0].revoked_at, kNoon + 2h);
    EXPECT_EQ(policy().approvers[0].roles, std::set<std::string>{"executive_operator"});
    EXPECT_EQ(policy().approvers[1].revoked_at, kNoon + 3h);
    EXPECT_FALSE(policy().approvers[2].revoked_at) << "another role is still held";
    EXPECT_EQ(policy().approvers[2].roles, std::set<std::string>{"product_lead"});
    lost_before.key.revoked_at = kNoon + 1h;
    EXPECT_EQ(policy().approvers[0].revoked_at, kNoon + 1h);
}

TEST(TrustPolicy, ANewNameAloneIsNoNewPolicy) {
    const audit::Policy before{
        .approvers = {{.user = "u", .name = "Eve", .key = key_of(1).key.key}}
    };
    audit::Policy now = before;
    now.approvers[0].name = "Eve Moore";
    EXPECT_TRUE(with_names_of(before, now) == before);
    now.approvers[0].roles = {"executive"};
    EXPECT_FALSE(with_names_of(before, now) == before);
    now.approvers.push_back({.user = "v", .name = "Lea", .key = key_of(2).key.key});
    EXPECT_EQ(with_names_of(before, now).approvers[1].name, "Lea");
}

TEST(TrustPolicy, AWitnessIsThereOnceWhateverItsNames) {
    const auto witness = [](std::string name, std::uint8_t seed) {
        return audit::VerifierKey{
            .name = std::move(name), .type = audit::KeyType::cosignature, .key = public_key(seed)
        };
    };
    const audit::Policy policy = trust_policy_of(
        log_with({witness("a.test/w", 4), witness("b.test/w", 4), witness("c.test/w", 5)}),
        RoleBook{},
        {},
        default_plan().approval
    );
    EXPECT_EQ(policy.witnesses.size(), 2U);
    EXPECT_EQ(audit::Policy::parse(audit::to_json(policy)), policy);
}

}  // namespace
}  // namespace accubooks::launch
