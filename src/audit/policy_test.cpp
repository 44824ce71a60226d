#include "audit/policy.h"

#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "audit/internal/test_keys.h"

namespace accubooks::audit {
namespace {

Policy example() {
    return {
        .logs = {{.name = "accubooks.test/launch-audit", .key = test_key(1).public_key()}},
        .witnesses =
            {{.name = "witness.test/w1",
              .type = KeyType::cosignature,
              .key = test_key(2).public_key()}},
        .witnesses_required = 1,
        .approvers =
            {{.user = "018f0000-0000-7000-8000-000000000001",
              .name = "Eve Executive",
              .key = test_key(3).public_key(),
              .roles = {"executive_operator"},
              .enrolled_at = base::Instant::from_unix_micros(1'767'225'600'000'000)},
             {.user = "018f0000-0000-7000-8000-000000000002",
              .name = "Lee Lead",
              .key = test_key(4).public_key(),
              .roles = {"requester_lead", "on_call"},
              .enrolled_at = base::Instant::from_unix_micros(1'767'225'600'000'000),
              .revoked_at = base::Instant::from_unix_micros(1'767'225'700'000'000)}},
        .quorum = {{"executive_operator", 1}},
    };
}

TEST(Policy, IsReadAsItWasWritten) {
    const auto read = Policy::parse(to_json(example()));
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    EXPECT_EQ(*read, example());
    EXPECT_NE(read->find_log("accubooks.test/launch-audit"), nullptr);
    EXPECT_EQ(read->find_log("accubooks.test/launch-audit/2"), nullptr);
}

TEST(Policy, HoldsTheLongestNameThatAPersonMayHave) {
    Policy policy = example();
    policy.approvers[0].name.clear();
    for (int at = 0; at < 200; ++at) {
        policy.approvers[0].name += "\U0001D11E";
    }
    const auto read = Policy::parse(to_json(policy));
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    EXPECT_EQ(*read, policy);
}

TEST(Policy, HasAFingerprintThatLayoutDoesNotChange) {
    const std::string text = to_json(example());
    EXPECT_EQ(fingerprint(example()), base::sha256(text));
    std::string spaced = text;
    spaced.insert(1, "\n  ");
    EXPECT_EQ(fingerprint(*Policy::parse(spaced)), fingerprint(example()));
    Policy other = example();
    other.witnesses_required = 0;
    EXPECT_NE(fingerprint(other), fingerprint(example()));
}

TEST(Policy, RefusesContradictionsAndWhatIsNotOne) {
    const std::string good = to_json(example());
    const auto with = [&good](std::string_view what, std::string_view instead) {
        std::string text = good;
        return text.replace(text.find(what), what.size(), instead);
    };
    Policy too_many = example();
    too_many.witnesses_required = 2;
    Policy twice = example();
    twice.approvers[1].key = twice.approvers[0].key;
    Policy witness_twice = example();
    witness_twice.witnesses.push_back(witness_twice.witnesses[0]);
    witness_twice.witnesses[1].name = "witness.test/w2";  // one key under two names
    Policy log_as_witness = example();
    log_as_witness.logs[0].type = KeyType::cosignature;
    for (const std::string& text :
         {std::string{},
          std::string{"{}"},
          to_json(too_many),
          to_json(twice),
          to_json(witness_twice),
          to_json(log_as_witness),
          with("\"v\":1", "\"v\":2"),
          with("\"quorum\":{\"executive_operator\":1}", "\"quorum\":{\"executive_operator\":0}"),
          with("\"quorum\":{\"executive_operator\":1}", "\"quorum\":[]"),
          with("\"roles\":[", "\"roles\":[1,"),
          with("{\"approvers\"", "{\"a\":1,\"approvers\""),
          with("accubooks.test/launch-audit+", "accubooks.test/launch-audit2+"),
          std::string(kPolicyBytesMax + 1, ' ')}) {
        const auto read = Policy::parse(text);
        ASSERT_FALSE(read.has_value()) << text.substr(0, 500);
        EXPECT_EQ(read.error().code, "audit.bad_policy");
    }
}

TEST(Policy, ReplacesItsFileWhole) {
    const auto folder =
        std::filesystem::temp_directory_path() / ("policy_test." + std::to_string(::getpid()));
    EXPECT_EQ(write_policy(folder, example()), fingerprint(example()));
    Policy second = example();
    second.approvers.pop_back();
    write_policy(folder, second);
    const auto read = read_policy(folder / "policy.json");
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(*read, second);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder}, {}), 1);
    EXPECT_EQ(read_policy(folder / "other.json").error().code, "audit.bad_policy");
    EXPECT_EQ(read_policy(folder).error().code, "audit.bad_policy");
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace accubooks::audit
