#include "launch/decision.h"

#include <gtest/gtest.h>

#include "audit/envelope.h"
#include "launch/signed_decision.h"

namespace accubooks::launch {
namespace {

using namespace std::chrono_literals;

base::SigningKey key(std::uint8_t seed) {
    std::array<std::uint8_t, 32> bytes{};
    bytes.fill(seed);
    return base::SigningKey{bytes};
}

Decision approval() {
    const auto now = base::Instant::from_unix_micros(1'772'000'000'000'000);
    return {
        .change = 1,
        .revision = 3,
        .payload = base::sha256("payload"),
        .approver_name = "Eve",
        .key_id = audit::key_id(key(1).public_key()),
        .sentence = "I approve Phase 1 execution",
        .not_before = now,
        .expires_at = now + 24h * 7,
        .conditions = {parse_approval_condition("open_p0 = 0").value()},
    };
}

TEST(Decision, IsAnInTotoStatementAboutTheExactPayload) {
    EXPECT_EQ(
        statement_of(approval()),
        R"({"_type":"https://in-toto.io/Statement/v1","predicate":{"approver":{"id":)"
        R"("00000000-0000-0000-0000-000000000000","keyid":")" +
            audit::key_id(key(1).public_key()) +
            R"(","method":"ed25519","name":"Eve"},"change":1,"conditions":["open_p0 = 0"],)"
            R"("decision":"approve","expiresAt":"2026-03-04T06:13:20.000000Z",)"
            R"("notBefore":"2026-02-25T06:13:20.000000Z","revision":3,"role":"executive_operator",)"
            R"("sentence":"I approve Phase 1 execution"},)"
            R"("predicateType":"https://accubooks.dev/launch/decision/v1","subject":[{"digest":)"
            R"({"sha256":")" +
            base::to_hex(base::sha256("payload")) + R"("},"name":"CHG-0001/rev/3"}]})"
    );
}

TEST(Decision, ReadsBackWhatItWrote) {
    Decision deferral = approval();
    deferral.verb = Verb::defer;
    deferral.sentence.clear();
    deferral.rationale = "après la clôture";
    deferral.defer_until = deferral.not_before + 48h;
    for (const Decision& decision : {approval(), deferral}) {
        const std::string statement = statement_of(decision);
        const auto read = decision_of(statement);
        ASSERT_TRUE(read.has_value()) << read.error().detail;
        EXPECT_EQ(statement_of(*read), statement);
        EXPECT_EQ(read->defer_until, decision.defer_until);
        EXPECT_EQ(read->conditions, decision.conditions);
    }
}

TEST(Decision, HasOneSpelling) {
    const std::string good = statement_of(approval());
    const auto with = [&good](std::string_view from, std::string_view to) {
        std::string text = good;
        const auto at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        return text.replace(at, from.size(), to);
    };
    const std::string cases[] = {
        "",
        "{}",
        "[]",
        good + " ",
        with(R"("change":1)", R"("change":1.0)"),
        with(R"("change":1)", R"("change":1,"extra":true)"),
        with(R"("change":1)", R"("change":2)"),  // the subject names another one
        with(R"("decision":"approve")", R"("decision":"Approve")"),
        with(R"("decision":"approve")", R"("decision":"reject")"),  // with a sentence
        with("06:13:20.000000Z", "06:13:20Z"),
        with("open_p0 = 0", "open_p0  = 0"),
        with("open_p0 = 0", "nps = 0"),
        with(R"("name":"Eve")", R"("name":"E\u202eve")"),
        with("Statement/v1", "Statement/v2"),
        with(R"("method":"ed25519")", R"("method":"server_attested")"),
    };
    for (const std::string& text : cases) {
        SCOPED_TRACE(text);
        EXPECT_FALSE(decision_of(text).has_value());
    }
}

TEST(SignedDecision, OpensWithTheKeyOfItsApproverAlone) {
    const std::string envelope = sign_decision(approval(), key(1));
    const KnownKey own{.key = key(1).public_key()};
    const KnownKey other{.key = key(2).public_key()};
    EXPECT_TRUE(open_decision(envelope, std::array{other, own}).has_value());
    EXPECT_EQ(open_decision(envelope, std::array{other}).error().code, "launch.foreign_key");
    EXPECT_EQ(open_decision(envelope, {}).error().code, "launch.foreign_key");
    const KnownKey revoked{.key = own.key, .is_revoked = true};
    EXPECT_EQ(open_decision(envelope, std::array{revoked}).error().code, "launch.key_revoked");
}

TEST(SignedDecision, NoByteOfItChangesUnnoticed) {
    const std::string envelope = sign_decision(approval(), key(1));
    const KnownKey own{.key = key(1).public_key()};
    for (std::size_t at = 0; at < envelope.size(); ++at) {
        std::string changed = envelope;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        const auto opened = open_decision(changed, std::array{own});
        if (opened) {
            // The hint which key signed isn't itself signed, and decides nothing.
            EXPECT_EQ(statement_of(*opened), statement_of([] {
                          Decision same = approval();
                          return same;
                      }()));
        }
    }
}

TEST(SignedDecision, NamesTheKeyThatSigned) {
    Decision claims_another = approval();
    claims_another.key_id = audit::key_id(key(2).public_key());
    audit::Envelope envelope{
        .payload_type = std::string{audit::kStatementType},
        .payload = statement_of(claims_another),
        .signatures = {},
    };
    envelope.sign(key(1));
    const std::array keys{
        KnownKey{.key = key(1).public_key()}, KnownKey{.key = key(2).public_key()}
    };
    EXPECT_EQ(open_decision(audit::to_json(envelope), keys).error().code, "launch.foreign_key");
}

TEST(ChangeName, IsReadOneWay) {
    EXPECT_EQ(change_name(7), "CHG-0007");
    EXPECT_EQ(parse_change_name("CHG-0007").value(), 7);
    EXPECT_EQ(parse_change_name("CHG-12345").value(), 12345);
    for (const std::string_view text :
         {"CHG-7", "chg-0007", "CHG-", "CHG-0000", "CHG--001", "7", ""}) {
        EXPECT_FALSE(parse_change_name(text).has_value()) << text;
    }
}

}  // namespace
}  // namespace accubooks::launch
