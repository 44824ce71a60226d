#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/error.h"

namespace accubooks::audit {

/// The Merkle tree of RFC 6962 §2.1 over SHA-256, whose proofs RFC 9162 §2.1 verifies. Nothing here
/// holds a tree: callers keep the hashes of its complete subtrees, which never change once they are
/// complete, and ask here which of them a root or a proof is made of.

/// The hash of a leaf: SHA-256(0x00 ‖ entry).
base::Digest leaf_hash(std::string_view entry);
/// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
base::Digest node_hash(const base::Digest& left, const base::Digest& right);

/// A complete subtree: the 2^level leaves from index·2^level on. Level 0 is a leaf.
struct Subtree {
    std::int16_t level = 0;
    std::int64_t index = 0;

    friend auto operator<=>(const Subtree&, const Subtree&) = default;
};

/// The leaves begin ≤ i < end.
struct LeafRange {
    std::int64_t begin = 0;
    std::int64_t end = 0;

    friend bool operator==(const LeafRange&, const LeafRange&) = default;
};

/// The complete subtrees that a range falls into, from left to right; at most 63. Expects a range
/// that is one node of some tree, as those of the functions below are: its begin is a multiple of
/// the least power of two that isn't less than its length.
std::vector<Subtree> subtrees_of(LeafRange range);

/// Gives the hash of a complete subtree.
using SubtreeHashes = std::function<base::Digest(const Subtree&)>;

/// The hash of the node over `range`: of the whole tree from 0 on. The tree without leaves has the
/// hash of nothing.
base::Digest hash_of(LeafRange range, const SubtreeHashes& hashes);

/// The complete subtrees that leaf number `size` completes, itself first, when it joins the `size`
/// leaves that are there.
std::vector<Subtree> completed_by(std::int64_t size);

/// The nodes whose hashes prove that leaf `index` is in the tree of `size` leaves, in the order of
/// the proof (RFC 9162 §2.1.3.1). Expects 0 ≤ index < size.
std::vector<LeafRange> inclusion_ranges(std::int64_t index, std::int64_t size);

/// The nodes whose hashes prove that the tree of `to` leaves begins with that of `from` leaves
/// (RFC 9162 §2.1.4.1); none when they are the same. Expects 1 ≤ from ≤ to.
std::vector<LeafRange> consistency_ranges(std::int64_t from, std::int64_t to);

/// A tree's size and root.
struct TreeHead {
    std::int64_t size = 0;
    base::Digest root{};

    friend bool operator==(const TreeHead&, const TreeHead&) = default;
};

/// Whether `path` proves that the leaf of that hash is number `index` of the tree (RFC 9162
/// §2.1.3.2). Errors: `audit.not_included`.
base::Result<void> verify_inclusion(
    const base::Digest& leaf,
    std::int64_t index,
    std::span<const base::Digest> path,
    const TreeHead& tree
);

/// Whether `path` proves that `newer` begins with all of `older` (RFC 9162 §2.1.4.2). An older tree
/// without leaves proves nothing and is refused. Errors: `audit.not_consistent`.
base::Result<void> verify_consistency(
    const TreeHead& older, const TreeHead& newer, std::span<const base::Digest> path
);

}  // namespace accubooks::audit
