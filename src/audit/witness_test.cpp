#include "audit/witness.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "audit/internal/test_keys.h"
#include "audit/internal/test_tree.h"

namespace accubooks::audit {
namespace {

namespace fs = std::filesystem;

const std::string kOrigin = "accubooks.test/launch-audit";
const auto kNow = base::Instant::from_unix_micros(1'767'225'600'000'000);

class WitnessTest : public ::testing::Test {
protected:
    ~WitnessTest() override { fs::remove_all(folder); }

    ConsistencyProof growth(const TestTree& of, std::int64_t from, std::int64_t to) const {
        return {
            .from = from,
            .path = from == 0 ? std::vector<base::Digest>{} : of.consistency(from, to),
            .checkpoint = sign({.origin = kOrigin, .tree = of.head(to)}, test_key(1)),
        };
    }
    base::Result<NoteSignature> cosign(const ConsistencyProof& proof) {
        return book.cosign(proof, log, "witness.test/w1", test_key(2), kNow);
    }

    fs::path folder = fs::temp_directory_path() / fmt::format("witness_test.{}", ::getpid());
    WitnessBook book{folder};
    VerifierKey log{.name = kOrigin, .key = test_key(1).public_key()};
    VerifierKey witness{
        .name = "witness.test/w1", .type = KeyType::cosignature, .key = test_key(2).public_key()
    };
    TestTree tree{{"a", "b", "c", "d"}};
};

TEST_F(WitnessTest, CosignsWhatGrew) {
    EXPECT_EQ(book.seen(kOrigin).value(), 0);
    ConsistencyProof first = growth(tree, 0, 2);
    const auto signature = cosign(first);
    ASSERT_TRUE(signature.has_value()) << signature.error().detail;
    first.checkpoint.note.signatures.push_back(*signature);
    EXPECT_EQ(verify_cosignature(first.checkpoint, witness).value(), kNow);
    EXPECT_EQ(book.seen(kOrigin).value(), 2);
    EXPECT_TRUE(cosign(growth(tree, 2, 4)).has_value());
    EXPECT_TRUE(cosign(growth(tree, 4, 4)).has_value());  // the same once more
    EXPECT_EQ(WitnessBook{folder}.seen(kOrigin).value(), 4);
}

TEST_F(WitnessTest, RefusesAnotherHistoryAndKeepsIt) {
    ASSERT_TRUE(cosign(growth(tree, 0, 2)).has_value());
    const TestTree forged{{"a", "B", "c", "d"}};
    EXPECT_EQ(cosign(growth(forged, 2, 4)).error().code, "audit.not_consistent");
    EXPECT_EQ(cosign(growth(tree, 0, 4)).error().code, "audit.not_consistent");  // forgets nothing
    EXPECT_EQ(book.seen(kOrigin).value(), 2);
    EXPECT_TRUE(std::ranges::any_of(fs::directory_iterator{folder}, [](const auto& file) {
        return file.path().extension() == ".conflict";
    }));
}

TEST_F(WitnessTest, RefusesALogThatChangedItsKey) {
    ASSERT_TRUE(cosign(growth(tree, 0, 2)).has_value());
    log.key = test_key(7).public_key();
    ConsistencyProof other = growth(tree, 2, 4);
    other.checkpoint = sign(other.checkpoint.checkpoint, test_key(7));
    EXPECT_EQ(cosign(other).error().code, "audit.other_key");
}

TEST_F(WitnessTest, RefusesWhatTheLogHasNotSigned) {
    ConsistencyProof unsigned_one = growth(tree, 0, 2);
    unsigned_one.checkpoint.note.signatures.clear();
    EXPECT_EQ(cosign(unsigned_one).error().code, "audit.bad_signature");
    EXPECT_EQ(book.seen(kOrigin).value(), 0);
}

}  // namespace
}  // namespace accubooks::audit
