#include "audit/proof.h"

#include <gtest/gtest.h>

#include "audit/internal/test_keys.h"
#include "base/base64.h"

namespace accubooks::audit {
namespace {

const std::string kOrigin = "accubooks.test/launch-audit";

VerifierKey log_key() {
    return {.name = kOrigin, .key = rfc_key_1().public_key()};
}

const base::Digest kLeaf0 = leaf_hash("");
const base::Digest kLeaf1 = leaf_hash(from_hex("00"));
const base::Digest kLeaf2 = leaf_hash(from_hex("10"));

SignedCheckpoint of_three() {
    const TreeHead tree{3, node_hash(node_hash(kLeaf0, kLeaf1), kLeaf2)};
    return sign({.origin = kOrigin, .tree = tree}, rfc_key_1());
}

InclusionProof of_leaf_1() {
    return {.index = 1, .path = {kLeaf0, kLeaf2}, .checkpoint = of_three()};
}

ConsistencyProof from_two() {
    return {.from = 2, .path = {kLeaf2}, .checkpoint = of_three()};
}

TEST(InclusionProof, IsAFileThatProves) {
    const std::string text = to_string(of_leaf_1());
    EXPECT_EQ(
        text,
        "c2sp.org/tlog-proof@v1\nindex 1\n" + base::to_base64(kLeaf0) + '\n' +
            base::to_base64(kLeaf2) + "\n\n" + to_string(of_three().note)
    );
    const auto read = InclusionProof::parse(text);
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    EXPECT_TRUE(verify(*read, from_hex("00"), log_key()));
    EXPECT_EQ(verify(*read, from_hex("01"), log_key()).error().code, "audit.not_included");
    VerifierKey stranger = log_key();
    stranger.key = rfc_key_2().public_key();
    EXPECT_EQ(verify(*read, from_hex("00"), stranger).error().code, "audit.bad_signature");
}

TEST(InclusionProof, RefusesWhatIsNotOne) {
    const std::string good = to_string(of_leaf_1());
    const std::string note = to_string(of_three().note);
    std::string long_path;
    for (int i = 0; i < 64; ++i) {
        long_path += base::to_base64(kLeaf0) + '\n';
    }
    const std::string header = "c2sp.org/tlog-proof@v1\n";
    const std::string cases[] = {
        "",
        header,
        "c2sp.org/tlog-proof@v2\n" + good.substr(header.size()),
        header + "extra AAAA\n" + good.substr(header.size()),
        header + "index 01\n\n" + note,
        header + "index -1\n\n" + note,
        header + "index\n\n" + note,
        header + "index 1\n" + long_path + '\n' + note,
        header + "index 1\n" + base::to_base64(kLeaf0).substr(4) + "\n\n" + note,  // 29 bytes
        header + "index 1\nAAAA" + base::to_base64(kLeaf0) + "\n\n" + note,        // 35 bytes
        header + "index 1\n" + base::to_base64(kLeaf0) + '\n',
        good + std::string(kProofBytesMax, 'x'),
    };
    for (const std::string& text : cases) {
        const auto read = InclusionProof::parse(text);
        ASSERT_FALSE(read.has_value()) << text.substr(0, 200);
        EXPECT_EQ(read.error().code, "audit.bad_proof") << text.substr(0, 200);
    }
    EXPECT_EQ(InclusionProof::parse(header + "index 1\n\n").error().code, "audit.bad_note");
}

TEST(ConsistencyProof, IsATextThatProves) {
    const std::string text = to_string(from_two());
    EXPECT_EQ(text, "old 2\n" + base::to_base64(kLeaf2) + "\n\n" + to_string(of_three().note));
    const auto read = ConsistencyProof::parse(text);
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    const TreeHead two{2, node_hash(kLeaf0, kLeaf1)};
    EXPECT_TRUE(verify(*read, two, log_key()));
    EXPECT_EQ(
        verify(*read, {2, node_hash(kLeaf1, kLeaf0)}, log_key()).error().code,
        "audit.not_consistent"
    );
    EXPECT_EQ(verify(*read, {1, kLeaf0}, log_key()).error().code, "audit.not_consistent");
}

TEST(ConsistencyProof, FromNothingHasNoPath) {
    const TreeHead nothing{0, base::sha256("")};
    const auto read = ConsistencyProof::parse("old 0\n\n" + to_string(of_three().note));
    ASSERT_TRUE(read.has_value());
    EXPECT_TRUE(verify(*read, nothing, log_key()));
    ConsistencyProof with_path = *read;
    with_path.path = {kLeaf0};
    EXPECT_EQ(verify(with_path, nothing, log_key()).error().code, "audit.not_consistent");
}

TEST(ConsistencyProof, RefusesWhatIsNotOne) {
    const std::string note = to_string(of_three().note);
    for (const std::string& text :
         {std::string{},
          "old\n\n" + note,
          "old 02\n\n" + note,
          "new 2\n\n" + note,
          "old 4\n\n" + note,
          "old 2\nAAAA\n\n" + note,
          std::string{"old 2\n"},
          "old 2\n\n" + std::string(kProofBytesMax, 'x')}) {
        const auto read = ConsistencyProof::parse(text);
        ASSERT_FALSE(read.has_value()) << text.substr(0, 100);
        EXPECT_EQ(read.error().code, "audit.bad_proof");
    }
}

}  // namespace
}  // namespace accubooks::audit
