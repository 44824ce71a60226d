#include <gtest/gtest.h>

#include "base/base64.h"
#include "identity/internal/house_test.h"
#include "identity/personal_keys.h"
#include "testing/temporary_folder.h"

namespace accubooks::identity {
namespace {

class PersonalKeysTest : public ::testing::Test {
protected:
    PersonalKeysTest() : ann{make_person("ann")}, bob{make_person("bob")} {}

    struct Person {
        base::Uuid id;
        std::vector<std::string> codes;  // recovery codes, each good once
    };

    Person make_person(const std::string& name) {
        const std::string email = name + "@example.com";
        const auto user =
            house
                .await(house.directory.create_user(
                    {.email = email, .name = name, .password = "a good long password"},
                    TestHouse::deadline()
                ))
                .value();
        const auto minted = factor.mint({.user_id = user, .email = email, .name = name}).value();
        house.await(factor.keep(minted, "cli:test", "first", TestHouse::deadline()));
        return {.id = user, .codes = minted.recovery_codes};
    }
    std::string some_envelope(KeyKind kind = KeyKind::file) {
        return sign_possession(base::SigningKey::generate(house.random), kind, house.clock.now());
    }
    base::Result<PersonalKey> enrol(
        Person& person, const std::string& envelope, std::optional<std::string> code = std::nullopt
    ) {
        return house.await(keys.enrol(
            {.user = person.id, .envelope = envelope, .code = code ? *code : person.codes.back()},
            TestHouse::deadline()
        ));
    }
    /// The code of a refused enrolment; "" for one that was done, which uses a code up.
    std::string outcome(
        Person& person, const std::string& envelope, std::optional<std::string> code = std::nullopt
    ) {
        const auto enrolled = enrol(person, envelope, std::move(code));
        if (enrolled) {
            person.codes.pop_back();
        }
        return enrolled ? "" : std::string{enrolled.error().code};
    }
    std::vector<PersonalKey> list(const Person& person) {
        return house.await(keys.list(person.id, TestHouse::deadline()));
    }
    std::string revoke(
        const Person& person, const std::string& key_id, std::string reason = "the laptop was lost"
    ) {
        const auto revoked = house.await(keys.revoke(
            {.user = person.id, .key_id = key_id, .actor = "user:x", .reason = std::move(reason)},
            TestHouse::deadline()
        ));
        return revoked ? "" : std::string{revoked.error().code};
    }

    testing::TemporaryFolder folder;
    TestHouse house;
    SecretKey secret_key{folder.path() / "identity", house.random};
    SecondFactor factor{house.ops, secret_key, house.clock, house.random};
    PersonalKeys keys{house.ops, factor, house.clock};
    Person ann;
    Person bob;
};

TEST_F(PersonalKeysTest, AreTheirPersonsOfBothKinds) {
    EXPECT_TRUE(list(ann).empty());
    EXPECT_EQ(outcome(ann, some_envelope(KeyKind::file)), "");
    EXPECT_EQ(outcome(ann, some_envelope(KeyKind::browser)), "");
    const auto found = list(ann);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].kind, KeyKind::file);
    EXPECT_EQ(found[1].kind, KeyKind::browser);
    EXPECT_EQ(found[0].user, ann.id);
    EXPECT_FALSE(found[0].revoked_at);
    EXPECT_TRUE(list(bob).empty());
}

TEST_F(PersonalKeysTest, AreEnrolledWithAFreshCode) {
    const std::string envelope = some_envelope();
    EXPECT_EQ(outcome(ann, envelope, "aaaa-aaaa-aaaa-aaaa"), "identity.bad_code");
    EXPECT_EQ(outcome(ann, envelope, bob.codes.back()), "identity.bad_code");
    EXPECT_TRUE(list(ann).empty());
    EXPECT_EQ(outcome(ann, envelope), "");
}

TEST_F(PersonalKeysTest, AreOnePersonsForEver) {
    const std::string envelope = some_envelope();
    EXPECT_EQ(outcome(ann, envelope), "");
    EXPECT_EQ(outcome(ann, envelope), "identity.key_taken");
    EXPECT_EQ(outcome(bob, envelope), "identity.key_taken");
    EXPECT_EQ(revoke(ann, list(ann)[0].key_id), "");
    EXPECT_EQ(outcome(bob, envelope), "identity.key_taken");
    EXPECT_EQ(outcome(ann, envelope), "identity.key_taken");
    EXPECT_EQ(outcome(bob, some_envelope()), "") << "and bob's code wasn't spent on it";
}

TEST_F(PersonalKeysTest, ProveThemselves) {
    EXPECT_EQ(outcome(ann, "{}"), "audit.bad_envelope");
    EXPECT_EQ(outcome(ann, some_envelope()), "") << "no code was spent on it";
}

TEST_F(PersonalKeysTest, AreRevokedByTheirPersonWithAReason) {
    ASSERT_EQ(outcome(ann, some_envelope()), "");
    const std::string key_id = list(ann)[0].key_id;
    EXPECT_EQ(revoke(bob, key_id), "identity.key_not_found");
    EXPECT_EQ(revoke(ann, std::string(64, '0')), "identity.key_not_found");
    EXPECT_EQ(revoke(ann, "no key"), "identity.key_not_found");
    EXPECT_EQ(revoke(ann, key_id, ""), "identity.bad_reason");
    EXPECT_EQ(revoke(ann, key_id, "a\nb"), "identity.bad_reason");
    EXPECT_FALSE(list(ann)[0].revoked_at);
    EXPECT_EQ(revoke(ann, key_id), "");
    EXPECT_EQ(revoke(ann, key_id, "again, which changes nothing"), "");
    const auto revoked = list(ann)[0];
    ASSERT_TRUE(revoked.revoked_at);
    EXPECT_GE(*revoked.revoked_at, revoked.enrolled_at);
    EXPECT_EQ(revoked.revocation_reason, "the laptop was lost");
}

TEST_F(PersonalKeysTest, AreKnownToTheLogFromBeginningToEnd) {
    ASSERT_EQ(outcome(ann, some_envelope()), "");
    const auto key = list(ann)[0];
    ASSERT_EQ(revoke(ann, key.key_id), "");
    ASSERT_EQ(revoke(ann, key.key_id, "again, which changes nothing"), "");
    house.await([](TestHouse& house, PersonalKey key) -> base::Task<void> {
        constexpr pg::Statement kActs{
            .name = "test.acts",
            .text = R"sql(
select actor, action, object, convert_from(payload, 'UTF8')
  from audit.act
 where action like 'identity.key%'
 order by number)sql",
        };
        auto lease = co_await house.ops.acquire(TestHouse::deadline());
        const auto acts = co_await lease->execute(kActs, pg::Params{}, TestHouse::deadline());
        EXPECT_EQ(acts.size(), 2);
        EXPECT_EQ(acts[0].get<std::string>(0), "user:" + base::to_string(key.user));
        EXPECT_EQ(acts[0].get<std::string>(1), "identity.key_enrolled");
        EXPECT_EQ(acts[0].get<std::string>(2), "key:" + key.key_id);
        EXPECT_TRUE(acts[0].get<std::string>(3).contains(base::to_base64(key.key.bytes)));
        EXPECT_EQ(acts[1].get<std::string>(1), "identity.key_revoked");
        EXPECT_TRUE(acts[1].get<std::string>(3).contains("the laptop was lost"));
    }(house, key));
}

TEST_F(PersonalKeysTest, AreTenAtMost) {
    for (int i = 0; i < kKeysPerPersonMax; ++i) {
        ASSERT_EQ(outcome(ann, some_envelope()), "") << i;
    }
    ann.codes = {"one more"};
    EXPECT_EQ(outcome(ann, some_envelope()), "identity.too_many_keys");
    EXPECT_EQ(revoke(ann, list(ann)[0].key_id), "");
    EXPECT_EQ(outcome(ann, some_envelope()), "identity.bad_code") << "there is room again";
}

}  // namespace
}  // namespace accubooks::identity
