#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "audit/merkle.h"

namespace accubooks::audit {

/// For tests: a log as its owner keeps it: the hashes of complete subtrees.
class TestTree {
public:
    explicit TestTree(const std::vector<std::string>& entries) {
        for (const std::string& entry : entries) {
            append(entry);
        }
    }
    void append(const std::string& entry) {
        for (const Subtree& done : completed_by(size_)) {
            nodes_[done] =
                done.level == 0
                    ? leaf_hash(entry)
                    : node_hash(
                          nodes_.at({static_cast<std::int16_t>(done.level - 1), done.index * 2}),
                          nodes_.at({static_cast<std::int16_t>(done.level - 1), done.index * 2 + 1})
                      );
        }
        ++size_;
    }
    base::Digest hash(LeafRange range) const {
        return hash_of(range, [this](const Subtree& node) { return nodes_.at(node); });
    }
    TreeHead head(std::int64_t size) const { return {size, hash({0, size})}; }
    base::Digest leaf(std::int64_t index) const { return nodes_.at({0, index}); }
    std::vector<base::Digest> hashes(const std::vector<LeafRange>& ranges) const {
        std::vector<base::Digest> found;
        std::ranges::transform(ranges, std::back_inserter(found), [this](LeafRange range) {
            return hash(range);
        });
        return found;
    }
    std::vector<base::Digest> inclusion(std::int64_t index, std::int64_t size) const {
        return hashes(inclusion_ranges(index, size));
    }
    std::vector<base::Digest> consistency(std::int64_t from, std::int64_t to) const {
        return hashes(consistency_ranges(from, to));
    }

private:
    std::int64_t size_ = 0;
    std::map<Subtree, base::Digest> nodes_;
};

}  // namespace accubooks::audit
