#include "audit/internal/sequencing.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/digest.h"

namespace accubooks::audit {
namespace {

const base::Digest& hash_in(const Nodes& nodes, const Subtree& wanted) {
    const auto found = nodes.find(wanted);
    if (found == nodes.end()) {
        throw Tampered{fmt::format("the audit log lacks the node {}/{}", wanted.level, wanted.index)
        };
    }
    return found->second;
}

}  // namespace

Growth grow(const StoredLog& log, Nodes peaks, const std::vector<StoredAct>& acts) {
    Growth growth;
    std::int64_t seq = log.size;
    base::Digest before = log.last_leaf;
    for (const StoredAct& act : acts) {
        Leaf leaf = act.leaf;
        leaf.seq = seq;
        leaf.prev_leaf = before;
        std::string entry = to_entry(leaf);
        for (const Subtree& done : completed_by(seq)) {
            const auto below = static_cast<std::int16_t>(done.level - 1);
            const base::Digest hash =
                done.level == 0 ? leaf_hash(entry)
                                : node_hash(
                                      hash_in(peaks, {.level = below, .index = done.index * 2}),
                                      hash_in(peaks, {.level = below, .index = done.index * 2 + 1})
                                  );
            peaks[done] = hash;
            growth.nodes[done] = hash;
        }
        before = growth.nodes.at({.level = 0, .index = seq});
        growth.leaves.push_back({.act = act.number, .seq = seq, .entry = std::move(entry)});
        ++seq;
    }
    return growth;
}

std::vector<Subtree> subtrees_of(const std::vector<LeafRange>& ranges) {
    std::vector<Subtree> all;
    for (const LeafRange& range : ranges) {
        const auto some = subtrees_of(range);
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

std::vector<base::Digest> hashes_of(const std::vector<LeafRange>& ranges, const Nodes& nodes) {
    std::vector<base::Digest> hashes;
    hashes.reserve(ranges.size());
    for (const LeafRange& range : ranges) {
        hashes.push_back(hash_of(range, [&nodes](const Subtree& one) {
            return hash_in(nodes, one);
        }));
    }
    return hashes;
}

std::string first_origin(const base::PublicKey& key) {
    return fmt::format(
        "accubooks.dev/{}/launch-audit", base::to_hex(base::sha256(key.bytes)).substr(0, 16)
    );
}

std::string next_origin(std::string_view origin) {
    const auto slash = origin.rfind('/');
    int number = 0;
    if (slash != std::string_view::npos) {
        const auto [end, error] =
            std::from_chars(origin.data() + slash + 1, origin.data() + origin.size(), number);
        if (error == std::errc{} && end == origin.data() + origin.size()) {
            return fmt::format("{}/{}", origin.substr(0, slash), number + 1);
        }
    }
    return fmt::format("{}/2", origin);
}

base::Result<void> may_sign(
    const SignedCheckpoint& last,
    const Checkpoint& next,
    const std::vector<base::Digest>& path,
    const std::optional<SignedCheckpoint>& handed_over
) {
    const Checkpoint& before = last.checkpoint;
    if (before.origin != next.origin) {
        if (handed_over && handed_over->note.text == last.note.text) {
            return {};
        }
        return base::refuse(
            base::ErrorKind::conflict,
            "audit.log_behind",
            fmt::format(
                "The last checkpoint signed here is of the log {} with {} entries, which the "
                "database doesn't go on from: it was set back, or this folder is another server's. "
                "If it was restored on purpose, run accubooks audit reopen.",
                before.origin,
                before.tree.size
            )
        );
    }
    if (before.tree.size > next.tree.size) {
        return base::refuse(
            base::ErrorKind::conflict,
            "audit.log_behind",
            fmt::format(
                "The audit log has {} entries in the database, but {} were signed: the database "
                "was "
                "set back. If it was restored on purpose, run accubooks audit reopen.",
                next.tree.size,
                before.tree.size
            )
        );
    }
    if (!verify_consistency(before.tree, next.tree, path)) {
        return base::refuse(
            base::ErrorKind::conflict,
            "audit.log_forked",
            fmt::format(
                "The first {} entries of the audit log aren't those that were signed: the database "
                "was changed, or set back and written on. Keep this state; if it was restored on "
                "purpose, run accubooks audit reopen.",
                before.tree.size
            )
        );
    }
    return {};
}

}  // namespace accubooks::audit
