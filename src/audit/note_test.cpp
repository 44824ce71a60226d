#include "audit/note.h"

#include <gtest/gtest.h>

#include "audit/internal/test_keys.h"
#include "base/base64.h"

namespace accubooks::audit {
namespace {

const std::string_view kVkey =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const std::string kNote =
    "This is an example message.\n\n\u2014 example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    "\n";

TEST(VerifierKey, ReadsWhatOthersWrote) {
    const auto key = VerifierKey::parse(kVkey);
    ASSERT_TRUE(key.has_value()) << key.error().detail;
    EXPECT_EQ(key->name, "example.com/foo");
    EXPECT_EQ(key->type, KeyType::ed25519);
    EXPECT_EQ(key->id(), 0x530d903aU);
    EXPECT_EQ(to_string(*key), kVkey);
}

TEST(VerifierKey, IsWrittenAsTheGoldenOne) {
    const VerifierKey key{.name = "accubooks.test/launch-audit", .key = rfc_key_1().public_key()};
    EXPECT_EQ(
        to_string(key),
        "accubooks.test/launch-audit+78be80d8+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
    );
}

TEST(VerifierKey, RefusesWhatIsNotOne) {
    for (const std::string_view text :
         {"",
          "+",
          "++",
          "example.com/foo",
          "example.com/foo+530d903a",
          "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",                 // no name
          "a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",              // a space in it
          "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",  // id
          "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",  // its case
          "example.com/fo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",   // name
          "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",  // type
          "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U"}) {  // length
        const auto key = VerifierKey::parse(text);
        ASSERT_FALSE(key.has_value()) << text;
        EXPECT_EQ(key.error().code, "audit.bad_vkey");
    }
}

TEST(Note, IsReadVerifiedAndWrittenAgain) {
    const auto note = Note::parse(kNote);
    ASSERT_TRUE(note.has_value()) << note.error().detail;
    EXPECT_EQ(note->text, "This is an example message.\n");
    EXPECT_TRUE(verify_note(*note, *VerifierKey::parse(kVkey)));
    EXPECT_EQ(to_string(*note), kNote);
}

TEST(Note, MayHaveEmptyLinesInItsText) {
    const std::string text = "one\n\ntwo\n";
    const Note note{.text = text, .signatures = {sign_note(text, "a.test/b", rfc_key_1())}};
    const auto read = Note::parse(to_string(note));
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->text, text);
    EXPECT_EQ(read->signatures, note.signatures);
}

TEST(Note, RefusesWhatIsNotOne) {
    std::string many = "text\n\n";
    for (int i = 0; i < 33; ++i) {
        many += "\u2014 a.test/b AAAAAAA=\n";
    }
    const std::string cases[] = {
        "",
        "text",
        "text\n",
        "text\n\n",
        "\n\n",
        kNote.substr(0, kNote.size() - 1),
        kNote + "x",
        kNote + "\n",
        "text\n\n- a.test/b AAAAAAA=\n",
        "text\n\n\u2014 a.test/b\n",
        "text\n\n\u2014  AAAAAAA=\n",
        "text\n\n\u2014 a+b AAAAAAA=\n",
        "text\n\n\u2014 a.test/b AAAA\n",
        "text\n\n\u2014 a.test/b AAAAAAA\n",
        "te\txt\n\n\u2014 a.test/b AAAAAAA=\n",
        "te\r\n\n\u2014 a.test/b AAAAAAA=\n",
        "te\xff\n\n\u2014 a.test/b AAAAAAA=\n",
        many,
        std::string(kNoteBytesMax, 'x') + kNote,
    };
    for (const std::string& bytes : cases) {
        const auto note = Note::parse(bytes);
        ASSERT_FALSE(note.has_value()) << bytes.substr(0, 100);
        EXPECT_EQ(note.error().code, "audit.bad_note");
    }
}

TEST(Note, IsVerifiedByTheKeyThatSignedAndNoOther) {
    const std::string text = "what is said\n";
    const base::SigningKey key = rfc_key_1();
    Note note{.text = text, .signatures = {sign_note(text, "a.test/b", key)}};
    const VerifierKey good{.name = "a.test/b", .key = key.public_key()};
    EXPECT_TRUE(verify_note(note, good));
    for (const VerifierKey& other :
         {VerifierKey{.name = "a.test/c", .key = key.public_key()},
          VerifierKey{.name = "a.test/b", .key = rfc_key_2().public_key()}}) {
        const auto verdict = verify_note(note, other);
        ASSERT_FALSE(verdict.has_value());
        EXPECT_EQ(verdict.error().code, "audit.bad_signature");
    }
    Note other_text = note;
    other_text.text = "what is Said\n";
    EXPECT_FALSE(verify_note(other_text, good));
    Note short_signature = note;
    short_signature.signatures[0].bytes.pop_back();
    EXPECT_FALSE(verify_note(short_signature, good));
    // Signatures of keys that nobody knows are passed over.
    note.signatures.insert(note.signatures.begin(), sign_note("other\n", "x.test/y", rfc_key_2()));
    EXPECT_TRUE(verify_note(note, good));
}

}  // namespace
}  // namespace accubooks::audit
