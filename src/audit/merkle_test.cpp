#include "audit/merkle.h"

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "audit/internal/test_keys.h"
#include "audit/internal/test_tree.h"

namespace accubooks::audit {
namespace {

using base::Digest;

std::vector<std::string> entries(std::int64_t count) {
    std::vector<std::string> made;
    for (std::int64_t i = 0; i < count; ++i) {
        made.push_back(fmt::format("entry {}", i));
    }
    return made;
}

// The leaves that Certificate Transparency's implementations test with.
const std::vector<std::string> kLeaves{
    from_hex(""),
    from_hex("00"),
    from_hex("10"),
    from_hex("2021"),
    from_hex("3031"),
    from_hex("40414243"),
    from_hex("5051525354555657"),
    from_hex("606162636465666768696a6b6c6d6e6f"),
};

TEST(Merkle, GivesTheKnownRoots) {
    const char* const roots[] = {
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    };
    const TestTree tree{kLeaves};
    for (std::int64_t size = 0; size < std::ssize(roots); ++size) {
        EXPECT_EQ(base::to_hex(tree.head(size).root), roots[size]) << size;
    }
    EXPECT_EQ(
        base::to_hex(leaf_hash("L123456")),
        "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    );
}

TEST(Merkle, HashesNodesApartFromLeaves) {
    // The known value is of two texts of four bytes; ours takes digests, so it is made by hand.
    EXPECT_EQ(
        base::to_hex(base::Sha256{}.update("\1").update("N123").update("N456").finish()),
        "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    );
    const Digest left = base::sha256("left");
    const Digest right = base::sha256("right");
    std::string both(1, '\1');
    both.append(left.begin(), left.end());
    both.append(right.begin(), right.end());
    EXPECT_EQ(node_hash(left, right), base::sha256(both));
    EXPECT_NE(node_hash(left, right), node_hash(right, left));
}

TEST(Merkle, GivesTheKnownProofs) {
    const TestTree tree{kLeaves};
    const auto inclusion = tree.inclusion(1, 3);
    ASSERT_EQ(inclusion.size(), 2U);
    EXPECT_EQ(
        base::to_hex(inclusion[0]),
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    );
    EXPECT_EQ(
        base::to_hex(inclusion[1]),
        "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7"
    );
    const auto consistency = tree.consistency(2, 3);
    ASSERT_EQ(consistency.size(), 1U);
    EXPECT_EQ(consistency[0], inclusion[1]);
}

TEST(Merkle, ProvesEachLeafOfEachTreeAndEachGrowth) {
    const std::int64_t most = 70;
    const TestTree tree{entries(most)};
    for (std::int64_t size = 1; size <= most; ++size) {
        const TreeHead head = tree.head(size);
        for (std::int64_t index = 0; index < size; ++index) {
            const auto path = tree.inclusion(index, size);
            EXPECT_TRUE(verify_inclusion(tree.leaf(index), index, path, head)) << index << size;
        }
        for (std::int64_t from = 1; from <= size; ++from) {
            const auto path = tree.consistency(from, size);
            EXPECT_TRUE(verify_consistency(tree.head(from), head, path)) << from << ' ' << size;
        }
    }
}

// What can be wrong about a proof, made for each proof of each small tree. A probe that happens to
// be the good proof again is no probe.
struct InclusionProbe {
    Digest leaf;
    std::int64_t index;
    std::vector<Digest> path;
    TreeHead tree;

    bool operator==(const InclusionProbe&) const = default;
};

std::vector<std::pair<std::string, std::vector<Digest>>> wrong_paths(
    const std::vector<Digest>& good, const std::vector<Digest>& strangers
) {
    std::vector<std::pair<std::string, std::vector<Digest>>> wrong;
    for (std::size_t i = 0; i < good.size(); ++i) {
        auto flipped = good;
        flipped[i][0] ^= 16;
        wrong.emplace_back(fmt::format("a bit of hash {} flipped", i), flipped);
        auto without = good;
        without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
        wrong.emplace_back(fmt::format("hash {} left out", i), without);
        auto twice = good;
        twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(i), good[i]);
        wrong.emplace_back(fmt::format("hash {} twice", i), twice);
        for (std::size_t k = i + 1; k < good.size(); ++k) {
            auto swapped = good;
            std::swap(swapped[i], swapped[k]);
            wrong.emplace_back(fmt::format("hashes {} and {} swapped", i, k), swapped);
        }
    }
    wrong.emplace_back("no path", std::vector<Digest>{});
    for (const Digest& stranger : strangers) {
        auto before = good;
        before.insert(before.begin(), stranger);
        wrong.emplace_back("preceded by another hash", before);
        auto after = good;
        after.push_back(stranger);
        wrong.emplace_back("followed by another hash", after);
    }
    return wrong;
}

TEST(Merkle, RefusesEachProofOfInclusionThatIsNotTheOne) {
    const std::int64_t most = 18;
    const TestTree tree{entries(most)};
    int probes = 0;
    for (std::int64_t size = 1; size <= most; ++size) {
        for (std::int64_t index = 0; index < size; ++index) {
            const InclusionProbe good{
                tree.leaf(index), index, tree.inclusion(index, size), tree.head(size)
            };
            std::vector<std::pair<std::string, InclusionProbe>> wrong;
            for (const auto& [what, path] : wrong_paths(
                     good.path, {Digest{}, good.leaf, good.tree.root, base::sha256("stranger")}
                 )) {
                wrong.emplace_back(what, good).second.path = path;
            }
            for (const std::int64_t other :
                 {index - 1, index + 1, index ^ 2, size, std::int64_t{-1}, INT64_MAX}) {
                wrong.emplace_back("another index", good).second.index = other;
            }
            for (const std::int64_t other :
                 {size * 2, size / 2, std::int64_t{0}, std::int64_t{-1}, INT64_MIN}) {
                wrong.emplace_back("another size", good).second.tree.size = other;
            }
            wrong.emplace_back("another root", good).second.tree.root = base::sha256("root");
            wrong.emplace_back("another leaf", good).second.leaf = base::sha256("leaf");
            wrong.emplace_back("no leaf's hash", good).second.leaf = Digest{};
            for (const auto& [what, probe] : wrong) {
                if (probe == good) {
                    continue;
                }
                // Of a size that gives the leaf the same way up, the proof is as good: the size
                // itself is vouched for by the checkpoint's signature.
                if (probe.tree.size != size && probe.tree.size > index &&
                    inclusion_ranges(index, probe.tree.size).size() == good.path.size()) {
                    continue;
                }
                SCOPED_TRACE(fmt::format("leaf {} of {}: {}", index, size, what));
                const auto verdict =
                    verify_inclusion(probe.leaf, probe.index, probe.path, probe.tree);
                ASSERT_FALSE(verdict.has_value());
                EXPECT_EQ(verdict.error().code, "audit.not_included");
                ++probes;
            }
        }
    }
    EXPECT_GT(probes, 3000);
}

TEST(Merkle, RefusesEachProofOfConsistencyThatIsNotTheOne) {
    const std::int64_t most = 18;
    const TestTree tree{entries(most)};
    struct Probe {
        TreeHead older;
        TreeHead newer;
        std::vector<Digest> path;

        bool operator==(const Probe&) const = default;
    };
    int probes = 0;
    for (std::int64_t to = 1; to <= most; ++to) {
        for (std::int64_t from = 1; from <= to; ++from) {
            const Probe good{tree.head(from), tree.head(to), tree.consistency(from, to)};
            std::vector<std::pair<std::string, Probe>> wrong;
            for (const auto& [what, path] : wrong_paths(
                     good.path, {Digest{}, good.older.root, good.newer.root, base::sha256("other")}
                 )) {
                wrong.emplace_back(what, good).second.path = path;
            }
            for (const std::int64_t size :
                 {std::int64_t{0}, std::int64_t{-1}, from - 1, from + 1, from ^ 2, to + 1}) {
                wrong.emplace_back("another old size", good).second.older.size = size;
            }
            for (const std::int64_t size : {std::int64_t{0}, to * 2, to / 2, from - 1}) {
                wrong.emplace_back("another new size", good).second.newer.size = size;
            }
            auto swapped = good;
            std::swap(swapped.older.root, swapped.newer.root);
            wrong.emplace_back("roots swapped", swapped);
            wrong.emplace_back("another old root", good).second.older.root = base::sha256("old");
            wrong.emplace_back("another new root", good).second.newer.root = base::sha256("new");
            for (const auto& [what, probe] : wrong) {
                if (probe == good) {
                    continue;
                }
                // As above, for the newer tree; the older one's size is always told.
                if (probe.newer.size != to && probe.newer.size >= from &&
                    consistency_ranges(from, probe.newer.size).size() == good.path.size()) {
                    continue;
                }
                SCOPED_TRACE(fmt::format("{} to {}: {}", from, to, what));
                const auto verdict = verify_consistency(probe.older, probe.newer, probe.path);
                ASSERT_FALSE(verdict.has_value());
                EXPECT_EQ(verdict.error().code, "audit.not_consistent");
                ++probes;
            }
        }
    }
    EXPECT_GT(probes, 3000);
}

TEST(Merkle, ATreeWithoutLeavesProvesNothing) {
    const TestTree tree{entries(4)};
    const TreeHead none{0, base::sha256("")};
    EXPECT_FALSE(verify_consistency(none, tree.head(4), {}));
    EXPECT_FALSE(verify_consistency(none, none, {}));
    EXPECT_FALSE(verify_inclusion(tree.leaf(0), 0, {}, none));
}

RC_GTEST_PROP(Merkle, ProofsOfGreatTreesHold, ()) {
    const auto size = *rc::gen::inRange<std::int64_t>(1, 3000);
    const auto from = *rc::gen::inRange<std::int64_t>(1, size + 1);
    const auto index = *rc::gen::inRange<std::int64_t>(0, size);
    const TestTree tree{entries(size)};
    RC_ASSERT(
        verify_inclusion(tree.leaf(index), index, tree.inclusion(index, size), tree.head(size))
            .has_value()
    );
    RC_ASSERT(verify_consistency(tree.head(from), tree.head(size), tree.consistency(from, size))
                  .has_value());
    RC_ASSERT(subtrees_of({0, size}).size() <= 12U);
}

}  // namespace
}  // namespace accubooks::audit
