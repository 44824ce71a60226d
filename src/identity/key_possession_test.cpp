#include "identity/key_possession.h"

#include <gtest/gtest.h>

#include "audit/envelope.h"
#include "base/base64.h"
#include "base/digest.h"
#include "testing/seeded_random.h"

namespace accubooks::identity {
namespace {

const base::Instant kNow = base::Instant::from_unix_micros(1'767'225'600'000'000);

base::SigningKey some_key(std::uint64_t seed = 1) {
    return base::SigningKey::generate(testing::seeded_random(seed));
}

/// An envelope of any payload, signed by any key.
std::string envelope_of(
    std::string payload, const base::SigningKey& key, std::string_view type = audit::kStatementType
) {
    audit::Envelope envelope{
        .payload_type = std::string{type}, .payload = std::move(payload), .signatures = {}
    };
    envelope.sign(key);
    return audit::to_json(envelope);
}

std::string code_of(const base::Result<Possession>& opened) {
    return opened ? "" : std::string{opened.error().code};
}

TEST(KeyPossession, IsWhatTheKeySignedOfItself) {
    const base::SigningKey key = some_key();
    for (const KeyKind kind : {KeyKind::file, KeyKind::browser}) {
        const auto opened = open_possession(sign_possession(key, kind, kNow));
        ASSERT_TRUE(opened) << opened.error().detail;
        EXPECT_EQ(*opened, (Possession{.key = key.public_key(), .kind = kind, .made_at = kNow}));
    }
}

TEST(KeyPossession, IsNotSignedByAnotherKey) {
    const Possession mine{.key = some_key(1).public_key(), .made_at = kNow};
    EXPECT_EQ(code_of(open_possession(envelope_of(statement_of(mine), some_key(1)))), "");
    EXPECT_EQ(
        code_of(open_possession(envelope_of(statement_of(mine), some_key(2)))),
        "identity.bad_possession"
    );
}

TEST(KeyPossession, IsNothingThatReadsOtherwise) {
    const base::SigningKey key = some_key();
    const std::string good = statement_of({.key = key.public_key(), .made_at = kNow});
    const auto changed = [&](std::string_view from, std::string_view to) {
        std::string text = good;
        const auto at = text.find(from);
        base::ensure(at != std::string::npos, "a test changes what is there");
        return text.replace(at, from.size(), to);
    };
    const std::string digest = base::to_hex(base::sha256(key.public_key().bytes));
    const std::string cases[] = {
        changed("\"kind\":\"file\"", "\"kind\":\"server\""),
        changed("\"kind\":\"file\"", "\"kind\":1"),
        changed("\"kind\":\"file\",", ""),
        changed("\"kind\":\"file\"", "\"kind\": \"file\""),
        changed("\"kind\":\"file\"", "\"kind\":\"file\",\"kine\":\"x\""),
        changed("key-possession/v1", "key-possession/v2"),
        changed(digest, base::to_hex(base::sha256("another key"))),
        changed(base::to_base64(key.public_key().bytes), "AAAA"),
        changed("2026-01-01T00:00:00.000000Z", "2026-01-01T00:00:00Z"),
        changed("2026-01-01T00:00:00.000000Z", "yesterday"),
    };
    for (const std::string& text : cases) {
        EXPECT_EQ(code_of(open_possession(envelope_of(text, key))), "identity.bad_possession")
            << text;
    }
    EXPECT_EQ(code_of(open_possession(envelope_of("{}", key))), "audit.bad_statement");
    EXPECT_EQ(
        code_of(open_possession(envelope_of(good, key, "text/plain"))), "identity.bad_possession"
    );
    EXPECT_EQ(code_of(open_possession("{}")), "audit.bad_envelope");
}

TEST(KeyPossession, HasOneSignature) {
    const base::SigningKey key = some_key();
    auto envelope = audit::Envelope::parse(sign_possession(key, KeyKind::file, kNow)).value();
    envelope.sign(some_key(2));
    EXPECT_EQ(code_of(open_possession(audit::to_json(envelope))), "identity.bad_possession");
}

}  // namespace
}  // namespace accubooks::identity
