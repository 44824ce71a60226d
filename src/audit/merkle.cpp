#include "audit/merkle.h"

#include <algorithm>
#include <bit>

namespace accubooks::audit {
namespace {

std::string_view text_of(const base::Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// The greatest power of two below `size`: where RFC 6962 splits a tree. Expects size ≥ 2.
std::int64_t split_of(std::int64_t size) {
    return static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(size - 1)));
}

std::int16_t level_of(std::int64_t power_of_two) {
    return static_cast<std::int16_t>(std::countr_zero(static_cast<std::uint64_t>(power_of_two)));
}

bool is_odd(std::int64_t number) {
    return (number & 1) != 0;
}

std::unexpected<base::Error> not_included(std::string detail) {
    return base::refuse(base::ErrorKind::invalid, "audit.not_included", std::move(detail));
}

std::unexpected<base::Error> not_consistent(std::string detail) {
    return base::refuse(base::ErrorKind::invalid, "audit.not_consistent", std::move(detail));
}

}  // namespace

base::Digest leaf_hash(std::string_view entry) {
    using namespace std::string_view_literals;
    return base::Sha256{}.update("\0"sv).update(entry).finish();
}

base::Digest node_hash(const base::Digest& left, const base::Digest& right) {
    return base::Sha256{}.update("\1").update(text_of(left)).update(text_of(right)).finish();
}

std::vector<Subtree> subtrees_of(LeafRange range) {
    std::vector<Subtree> found;
    std::int64_t begin = range.begin;
    while (begin < range.end) {
        const auto width =
            static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(range.end - begin))
            );
        base::ensure(begin % width == 0, "the range is one node of a tree");
        found.push_back({.level = level_of(width), .index = begin / width});
        begin += width;
    }
    return found;
}

base::Digest hash_of(LeafRange range, const SubtreeHashes& hashes) {
    const std::vector<Subtree> parts = subtrees_of(range);
    if (parts.empty()) {
        return base::sha256(std::string_view{});
    }
    base::Digest hash = hashes(parts.back());
    for (auto part = parts.rbegin() + 1; part != parts.rend(); ++part) {
        hash = node_hash(hashes(*part), hash);
    }
    return hash;
}

std::vector<Subtree> completed_by(std::int64_t size) {
    std::vector<Subtree> found{{.level = 0, .index = size}};
    while (is_odd(found.back().index)) {
        const Subtree& below = found.back();
        found.push_back(
            {.level = static_cast<std::int16_t>(below.level + 1), .index = below.index / 2}
        );
    }
    return found;
}

std::vector<LeafRange> inclusion_ranges(std::int64_t index, std::int64_t size) {
    base::ensure(index >= 0 && index < size, "a leaf that is proven is in the tree");
    std::vector<LeafRange> path;  // from the root down
    LeafRange node{.begin = 0, .end = size};
    while (node.end - node.begin > 1) {
        const std::int64_t middle = node.begin + split_of(node.end - node.begin);
        if (index < middle) {
            path.push_back({.begin = middle, .end = node.end});
            node.end = middle;
        } else {
            path.push_back({.begin = node.begin, .end = middle});
            node.begin = middle;
        }
    }
    std::ranges::reverse(path);
    return path;
}

std::vector<LeafRange> consistency_ranges(std::int64_t from, std::int64_t to) {
    base::ensure(from >= 1 && from <= to, "a tree is proven to begin with one that has leaves");
    std::vector<LeafRange> path;  // from the root down
    LeafRange node{.begin = 0, .end = to};
    while (node.end != from) {
        const std::int64_t middle = node.begin + split_of(node.end - node.begin);
        if (from <= middle) {
            path.push_back({.begin = middle, .end = node.end});
            node.end = middle;
        } else {
            path.push_back({.begin = node.begin, .end = middle});
            node.begin = middle;
        }
    }
    // The old tree's last node; when that is the whole old tree, the verifier has its root already.
    if (node.begin != 0) {
        path.push_back(node);
    }
    std::ranges::reverse(path);
    return path;
}

base::Result<void> verify_inclusion(
    const base::Digest& leaf,
    std::int64_t index,
    std::span<const base::Digest> path,
    const TreeHead& tree
) {
    if (index < 0 || index >= tree.size) {
        return not_included("The leaf's number isn't within the tree.");
    }
    std::int64_t position = index;
    std::int64_t last = tree.size - 1;
    base::Digest hash = leaf;
    for (const base::Digest& sibling : path) {
        if (last == 0) {
            return not_included("The inclusion proof is longer than the tree is high.");
        }
        if (is_odd(position) || position == last) {
            hash = node_hash(sibling, hash);
            while (!is_odd(position) && position != 0) {
                position >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(hash, sibling);
        }
        position >>= 1;
        last >>= 1;
    }
    if (last != 0) {
        return not_included("The inclusion proof is shorter than the tree is high.");
    }
    if (hash != tree.root) {
        return not_included("The inclusion proof doesn't lead to the tree's root.");
    }
    return {};
}

base::Result<void> verify_consistency(
    const TreeHead& older, const TreeHead& newer, std::span<const base::Digest> path
) {
    if (older.size < 1 || older.size > newer.size) {
        return not_consistent("The older tree must have leaves, and no more than the newer one.");
    }
    if (older.size == newer.size) {
        if (!path.empty()) {
            return not_consistent("Trees of one size need no consistency proof.");
        }
        if (older.root != newer.root) {
            return not_consistent("Two trees of one size have different roots.");
        }
        return {};
    }
    // Where the old tree is one complete subtree, its root is the proof's first hash, left out.
    std::vector<base::Digest> hashes;
    if (std::has_single_bit(static_cast<std::uint64_t>(older.size))) {
        hashes.push_back(older.root);
    }
    hashes.insert(hashes.end(), path.begin(), path.end());
    if (path.empty()) {
        return not_consistent("The consistency proof is empty.");
    }
    std::int64_t position = older.size - 1;
    std::int64_t last = newer.size - 1;
    while (is_odd(position)) {
        position >>= 1;
        last >>= 1;
    }
    base::Digest old_root = hashes.front();
    base::Digest new_root = hashes.front();
    for (const base::Digest& hash : std::span{hashes}.subspan(1)) {
        if (last == 0) {
            return not_consistent("The consistency proof is longer than the tree is high.");
        }
        if (is_odd(position) || position == last) {
            old_root = node_hash(hash, old_root);
            new_root = node_hash(hash, new_root);
            while (!is_odd(position) && position != 0) {
                position >>= 1;
                last >>= 1;
            }
        } else {
            new_root = node_hash(new_root, hash);
        }
        position >>= 1;
        last >>= 1;
    }
    if (last != 0) {
        return not_consistent("The consistency proof is shorter than the tree is high.");
    }
    if (old_root != older.root) {
        return not_consistent("The consistency proof doesn't lead to the older tree's root.");
    }
    if (new_root != newer.root) {
        return not_consistent("The consistency proof doesn't lead to the newer tree's root.");
    }
    return {};
}

}  // namespace accubooks::audit
