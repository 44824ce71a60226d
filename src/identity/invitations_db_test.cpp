#include <fmt/format.h>
#include <gtest/gtest.h>

#include "identity/internal/house_test.h"
#include "identity/invitations.h"

namespace accubooks::identity {
namespace {

constexpr const char* kPassword = "correct horse battery";

class InvitationsTest : public ::testing::Test {
protected:
    base::TenantId make_tenant() {
        return house
            .await(house.directory.create_tenant(
                {.name = "Tenant", .currency = "USD"}, TestHouse::deadline()
            ))
            .value();
    }

    User make_user(std::string email) {
        const auto user_id = house
                                 .await(house.directory.create_user(
                                     {.email = email, .name = "Somebody", .password = kPassword},
                                     TestHouse::deadline()
                                 ))
                                 .value();
        return {.user_id = user_id, .email = std::move(email), .name = "Somebody"};
    }

    base::Result<IssuedInvitation> keep(const NewInvitation& wanted, base::TenantId of) {
        AB_TRY(issued, house.invitations.mint(wanted));
        AB_CHECK(house.await(house.invitations.keep(of, issued, {}, TestHouse::deadline())));
        return issued;
    }

    base::Result<IssuedInvitation> try_to_invite(
        std::string email, std::optional<base::Instant> expires_at = {}
    ) {
        return keep(
            {
                .email = std::move(email),
                .role = Role::bookkeeper,
                .created_by = "user:test",
                .expires_at = expires_at,
            },
            tenant
        );
    }

    IssuedInvitation invite(std::string email = "bob@example.com") {
        return try_to_invite(std::move(email)).value();
    }

    base::Result<Joined> accept(std::string secret) {
        return house.await(house.invitations.accept(
            std::move(secret),
            {.name = "Bob", .password = kPassword},
            "192.0.2.1",
            TestHouse::deadline()
        ));
    }

    base::Result<Joined> join(std::string secret, User user) {
        return house.await(house.invitations.join(
            std::move(secret), std::move(user), "192.0.2.1", TestHouse::deadline()
        ));
    }

    static std::string code_of(const auto& result) {
        return result ? "" : std::string{result.error().code};
    }

    std::vector<Invitation> list(base::TenantId of) {
        return house.await(house.invitations.list(of, {}, 1000, TestHouse::deadline()));
    }

    TestHouse house;
    base::TenantId tenant = make_tenant();
};

TEST_F(InvitationsTest, LetSomebodyNewInOnce) {
    const auto issued = invite("Bob@Example.com");
    const auto joined = accept(issued.secret);
    ASSERT_TRUE(joined.has_value()) << code_of(joined);
    EXPECT_EQ(joined->tenant, tenant);
    EXPECT_EQ(joined->role, Role::bookkeeper);
    const auto member =
        house.await(house.members.find(tenant, joined->user_id, TestHouse::deadline()));
    ASSERT_TRUE(member.has_value());
    EXPECT_EQ(member->user.email, "bob@example.com");
    EXPECT_EQ(member->role, Role::bookkeeper);
    const auto session = house.await(house.sign_in.begin(
        {.email = "bob@example.com", .password = kPassword, .peer = "192.0.2.1"},
        TestHouse::deadline()
    ));
    EXPECT_TRUE(session.has_value());

    EXPECT_EQ(code_of(accept(issued.secret)), "identity.bad_invitation");
    EXPECT_EQ(code_of(join(issued.secret, member->user)), "identity.bad_invitation");
    ASSERT_EQ(list(tenant).size(), 1U);
    EXPECT_TRUE(list(tenant)[0].accepted_at.has_value());
}

TEST_F(InvitationsTest, LetSomebodyInWhoHasAnAccount) {
    const User bob = make_user("bob@example.com");
    const User eve = make_user("eve@example.com");
    const auto issued = invite();
    EXPECT_EQ(code_of(accept(issued.secret)), "identity.email_taken");
    EXPECT_EQ(code_of(join(issued.secret, eve)), "identity.bad_invitation");
    EXPECT_EQ(code_of(join(issued.secret, bob)), "");
    EXPECT_EQ(code_of(join(issued.secret, bob)), "identity.bad_invitation");
    EXPECT_EQ(code_of(join(invite().secret, bob)), "identity.already_member");
}

TEST_F(InvitationsTest, LetNobodyInOnceTheyHaveEnded) {
    const User bob = make_user("bob@example.com");
    const auto withdrawn = invite();
    const auto id = withdrawn.invitation.invitation_id;
    const auto withdraw = [&](base::TenantId of) {
        return code_of(house.await(house.invitations.withdraw(of, id, {}, TestHouse::deadline())));
    };
    EXPECT_EQ(withdraw(make_tenant()), "identity.invitation_not_found");
    EXPECT_EQ(withdraw(tenant), "");
    EXPECT_EQ(withdraw(tenant), "");
    EXPECT_EQ(code_of(join(withdrawn.secret, bob)), "identity.bad_invitation");
    EXPECT_EQ(code_of(accept(withdrawn.secret)), "identity.bad_invitation");

    const auto over = invite();
    const base::Instant end = over.invitation.expires_at;
    house.clock.advance(end - house.clock.now() - std::chrono::microseconds{1});
    const auto last = try_to_invite("bob@example.com", end).value();
    EXPECT_EQ(code_of(join(last.secret, bob)), "");
    house.clock.advance(std::chrono::microseconds{1});
    EXPECT_EQ(code_of(join(over.secret, bob)), "identity.bad_invitation");

    EXPECT_EQ(code_of(join("abi_", bob)), "identity.bad_invitation");
    EXPECT_EQ(code_of(join("", bob)), "identity.bad_invitation");
}

TEST_F(InvitationsTest, AreBoundedInTimeAndNumber) {
    const auto now = house.clock.now();
    EXPECT_EQ(code_of(try_to_invite("bob")), "identity.bad_email");
    EXPECT_EQ(code_of(try_to_invite("a@example.com", now)), "identity.already_expired");
    EXPECT_EQ(
        code_of(try_to_invite(
            "a@example.com", now + kInvitationLifetimeMax + std::chrono::microseconds{1}
        )),
        "identity.bad_lifetime"
    );
    for (int at = 0; at < kOpenInvitationsMax; ++at) {
        ASSERT_EQ(code_of(try_to_invite("a@example.com", now + kInvitationLifetimeMax)), "");
    }
    EXPECT_EQ(code_of(try_to_invite("a@example.com")), "identity.too_many_invitations");
    house.clock.advance(kInvitationLifetimeMax);
    EXPECT_EQ(code_of(try_to_invite("a@example.com")), "");
}

TEST_F(InvitationsTest, ToldByMailAreBoundedOfADayWhetherWithdrawnOrNot) {
    NewInvitation told{.email = "a@example.com", .created_by = "user:test", .by_mail = true};
    for (int at = 0; at < kInvitationMailsOfDay; ++at) {
        told.email = fmt::format("{}@example.com", at);
        const auto issued = keep(told, tenant);
        ASSERT_EQ(code_of(issued), "");
        const auto withdrawn = house.await(house.invitations.withdraw(
            tenant, issued->invitation.invitation_id, {}, TestHouse::deadline()
        ));
        ASSERT_EQ(code_of(withdrawn), "");
        house.clock.advance(std::chrono::minutes{1});
    }
    const auto refused = keep(told, tenant);
    EXPECT_EQ(code_of(refused), "identity.too_many_invitation_mails");
    EXPECT_EQ(refused.error().kind, base::ErrorKind::throttled);
    EXPECT_EQ(code_of(try_to_invite("a@example.com")), "") << "without a mail";
    EXPECT_EQ(code_of(keep(told, make_tenant())), "") << "of another tenant";
    // The first is a day old.
    house.clock.advance(std::chrono::hours{24} - std::chrono::minutes{kInvitationMailsOfDay});
    EXPECT_EQ(code_of(keep(told, tenant)), "");
    EXPECT_EQ(code_of(keep(told, tenant)), "identity.too_many_invitation_mails");
}

TEST_F(InvitationsTest, ToldByMailAreBoundedOfAnAddressWhoeverInvites) {
    NewInvitation told{.email = "a@example.com", .created_by = "user:test", .by_mail = true};
    for (int at = 0; at < kInvitationMailsToAddressOfDay; ++at) {
        ASSERT_EQ(code_of(keep(told, make_tenant())), "");
    }
    told.email = "A@Example.com";
    const auto refused = keep(told, tenant);
    ASSERT_EQ(code_of(refused), "identity.too_many_invitation_mails");
    EXPECT_EQ(refused.error().kind, base::ErrorKind::throttled);
    EXPECT_EQ(refused.error().fields.at(0).detail.substr(13), ":00:00.000000Z")
        << "when others invited is theirs to know";
    EXPECT_EQ(code_of(try_to_invite("a@example.com")), "") << "without a mail";
    told.email = "b@example.com";
    EXPECT_EQ(code_of(keep(told, tenant)), "");
    told.email = "a@example.com";
    house.clock.advance(std::chrono::hours{24});
    EXPECT_EQ(code_of(keep(told, tenant)), "");
}

TEST_F(InvitationsTest, ToldByMailOfOneTenantLeaveAnAddressToOthers) {
    const NewInvitation told{.email = "a@example.com", .created_by = "user:test", .by_mail = true};
    for (int at = 0; at < kInvitationMailsOfTenantToAddressOfDay; ++at) {
        ASSERT_EQ(code_of(keep(told, tenant)), "");
        house.clock.advance(std::chrono::hours{1});
    }
    EXPECT_EQ(code_of(keep(told, tenant)), "identity.too_many_invitation_mails");
    EXPECT_EQ(code_of(keep(told, make_tenant())), "");
    // The first is a day old.
    house.clock.advance(std::chrono::hours{24 - kInvitationMailsOfTenantToAddressOfDay});
    EXPECT_EQ(code_of(keep(told, tenant)), "");
    EXPECT_EQ(code_of(keep(told, tenant)), "identity.too_many_invitation_mails");
}

TEST_F(InvitationsTest, OfATenantThatIsNotThereAreRefused) {
    const auto issued = house.invitations.mint({.email = "a@example.com", .created_by = "x"});
    EXPECT_EQ(
        code_of(house.await(house.invitations.keep(
            base::TenantId{999'999}, issued.value(), {}, TestHouse::deadline()
        ))),
        "identity.tenant_not_found"
    );
}

}  // namespace
}  // namespace accubooks::identity
