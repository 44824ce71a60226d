#include "audit/checkpoint.h"

#include <gtest/gtest.h>

#include "audit/internal/test_keys.h"
#include "base/base64.h"
#include "base/digest.h"

namespace accubooks::audit {
namespace {

const std::string kGolden =
    "accubooks.test/launch-audit\n3\nrra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=\n\n"
    "\u2014 accubooks.test/launch-audit "
    "eL6A2CHn7JsyKrz54br/w1oeqdGuFCZfxIoNnTkZ7T4s5+9N9fotsfZKQB10dI3FdIk+TGB/"
    "i4fw0H52u5GwEjcnEwE=\n";

Checkpoint golden() {
    return {
        .origin = "accubooks.test/launch-audit",
        .tree =
            {
                3,
                *base::digest_from_hex(
                    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
                ),
            },
    };
}

VerifierKey log_key() {
    return {.name = golden().origin, .key = rfc_key_1().public_key()};
}

VerifierKey witness_key() {
    return {
        .name = "witness.accubooks.test/w1",
        .type = KeyType::cosignature,
        .key = rfc_key_2().public_key(),
    };
}

const auto kCosignedAt = base::Instant::from_unix_micros(1'767'225'600'000'000);

TEST(Checkpoint, IsSignedAsTheGoldenOne) {
    const SignedCheckpoint made = sign(golden(), rfc_key_1());
    EXPECT_EQ(to_string(made.note), kGolden);
    EXPECT_EQ(
        base::to_hex(base::sha256(to_string(made.note))),
        "1f53e212fc76f10b36f35bb82984ac6fe9e3402b7ca179997b7f952a0d8732f5"
    );
    const auto read = SignedCheckpoint::parse(kGolden);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->checkpoint, golden());
    EXPECT_TRUE(verify(*read, log_key()));
}

TEST(Checkpoint, IsCosignedAsTheGoldenOne) {
    const NoteSignature made =
        cosign(golden(), "witness.accubooks.test/w1", rfc_key_2(), kCosignedAt);
    const std::string line =
        "\u2014 witness.accubooks.test/w1 "
        "koRICwAAAABpVbkAO+RpJMOeMDxy1wrgp5AU9R3iRJBxBFQrbVO2vPZBcOKvmdfxkqfpC2/ZIVvfyciuY/9niW2Wc"
        "JquN7/XLP/nDQ==\n";
    EXPECT_EQ(to_string(made), line);
    const auto read = SignedCheckpoint::parse(kGolden + line);
    ASSERT_TRUE(read.has_value());
    EXPECT_TRUE(verify(*read, log_key()));
    EXPECT_EQ(*verify_cosignature(*read, witness_key()), kCosignedAt);
}

TEST(Checkpoint, RefusesCosignaturesOfOthers) {
    SignedCheckpoint checkpoint = sign(golden(), rfc_key_1());
    EXPECT_EQ(
        verify_cosignature(checkpoint, witness_key()).error().code, "audit.bad_signature"
    );  // nobody cosigned
    const NoteSignature good = cosign(golden(), witness_key().name, rfc_key_2(), kCosignedAt);
    for (std::size_t byte = 0; byte < good.bytes.size(); ++byte) {  // the time's bytes included
        auto wrong = checkpoint;
        wrong.note.signatures.push_back(good);
        wrong.note.signatures.back().bytes[byte] ^= 1;
        EXPECT_FALSE(verify_cosignature(wrong, witness_key()).has_value()) << byte;
    }
    auto short_one = checkpoint;
    short_one.note.signatures.push_back(good);
    short_one.note.signatures.back().bytes.pop_back();
    EXPECT_FALSE(verify_cosignature(short_one, witness_key()).has_value());
    // The log's key doesn't witness: the same key, of the other type, has another id.
    VerifierKey log_as_witness = log_key();
    log_as_witness.type = KeyType::cosignature;
    EXPECT_FALSE(verify_cosignature(checkpoint, log_as_witness).has_value());
}

TEST(Checkpoint, RefusesWhatIsNotOne) {
    const auto signed_text = [](const std::string& text) {
        return to_string(
            Note{.text = text, .signatures = {sign_note(text, golden().origin, rfc_key_1())}}
        );
    };
    const std::string root = base::to_base64(golden().tree.root);
    const std::string cases[] = {
        signed_text("accubooks.test/launch-audit\n3\n"),
        signed_text("\n3\n" + root + "\n"),
        signed_text("accubooks.test/launch-audit\n03\n" + root + "\n"),
        signed_text("accubooks.test/launch-audit\n-3\n" + root + "\n"),
        signed_text("accubooks.test/launch-audit\n+3\n" + root + "\n"),
        signed_text("accubooks.test/launch-audit\n3 \n" + root + "\n"),
        signed_text("accubooks.test/launch-audit\n9007199254740992\n" + root + "\n"),
        signed_text("accubooks.test/launch-audit\n99999999999999999999\n" + root + "\n"),
        signed_text("accubooks.test/launch-audit\n3\n" + root.substr(4) + "\n"),
        signed_text("accubooks.test/launch-audit\n3\nAAAA" + root + "\n"),
        signed_text("accubooks.test/launch-audit\n3\n" + root + "\nmore\n"),
    };
    for (const std::string& bytes : cases) {
        const auto read = SignedCheckpoint::parse(bytes);
        ASSERT_FALSE(read.has_value()) << bytes;
        EXPECT_EQ(read.error().code, "audit.bad_checkpoint") << bytes;
    }
    EXPECT_EQ(SignedCheckpoint::parse("text").error().code, "audit.bad_note");
}

TEST(Checkpoint, OfAnotherOriginIsAnotherLogs) {
    const SignedCheckpoint checkpoint = sign(golden(), rfc_key_1());
    VerifierKey second = log_key();
    second.name += "/2";
    EXPECT_EQ(verify(checkpoint, second).error().code, "audit.bad_checkpoint");
    VerifierKey stranger = log_key();
    stranger.key = rfc_key_2().public_key();
    EXPECT_EQ(verify(checkpoint, stranger).error().code, "audit.bad_signature");
}

}  // namespace
}  // namespace accubooks::audit
