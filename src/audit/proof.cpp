#include "audit/proof.h"

#include <fmt/format.h>

#include "audit/internal/lines.h"
#include "base/base64.h"

namespace accubooks::audit {
namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1";

std::unexpected<base::Error> bad_proof(std::string detail) {
    return base::refuse(base::ErrorKind::invalid, "audit.bad_proof", std::move(detail));
}

/// "KEYWORD NUMBER".
std::optional<std::int64_t> take_number(std::string_view& text, std::string_view keyword) {
    const auto line = take_line(text);
    if (!line || !line->starts_with(keyword)) {
        return std::nullopt;
    }
    return parse_count(line->substr(keyword.size()));
}

/// Hashes, one a line, up to the empty line, which is taken away too.
base::Result<std::vector<base::Digest>> take_path(std::string_view& text) {
    std::vector<base::Digest> path;
    for (auto line = take_line(text); line; line = take_line(text)) {
        if (line->empty()) {
            return path;
        }
        const auto hash = parse_hash(*line);
        if (!hash || path.size() == kPathMax) {
            return bad_proof("A proof's path is at most 63 lines, each a SHA-256 in base64.");
        }
        path.push_back(*hash);
    }
    return bad_proof("A proof has an empty line between its path and its checkpoint.");
}

std::string to_lines(const std::vector<base::Digest>& path) {
    std::string lines;
    for (const base::Digest& hash : path) {
        lines += base::to_base64(hash) + '\n';
    }
    return lines;
}

}  // namespace

base::Result<InclusionProof> InclusionProof::parse(std::string_view text) {
    if (text.size() > kProofBytesMax) {
        return bad_proof("The proof is too long.");
    }
    if (take_line(text) != kHeader) {
        return bad_proof(fmt::format("An inclusion proof begins with the line {}.", kHeader));
    }
    const auto index = take_number(text, "index ");
    if (!index) {
        return bad_proof("An inclusion proof's second line is \"index\" and the leaf's number.");
    }
    AB_TRY(path, take_path(text));
    AB_TRY(checkpoint, SignedCheckpoint::parse(text));
    return InclusionProof{
        .index = *index, .path = std::move(path), .checkpoint = std::move(checkpoint)
    };
}

std::string to_string(const InclusionProof& proof) {
    return fmt::format(
        "{}\nindex {}\n{}\n{}",
        kHeader,
        proof.index,
        to_lines(proof.path),
        to_string(proof.checkpoint.note)
    );
}

base::Result<void> verify(
    const InclusionProof& proof, std::string_view entry, const VerifierKey& log
) {
    AB_CHECK(verify(proof.checkpoint, log));
    return verify_inclusion(
        leaf_hash(entry), proof.index, proof.path, proof.checkpoint.checkpoint.tree
    );
}

base::Result<ConsistencyProof> ConsistencyProof::parse(std::string_view text) {
    if (text.size() > kProofBytesMax) {
        return bad_proof("The proof is too long.");
    }
    const auto from = take_number(text, "old ");
    if (!from) {
        return bad_proof("A consistency proof's first line is \"old\" and a size.");
    }
    AB_TRY(path, take_path(text));
    AB_TRY(checkpoint, SignedCheckpoint::parse(text));
    if (*from > checkpoint.checkpoint.tree.size) {
        return bad_proof("A consistency proof leads from a smaller tree to a greater one.");
    }
    return ConsistencyProof{
        .from = *from, .path = std::move(path), .checkpoint = std::move(checkpoint)
    };
}

std::string to_string(const ConsistencyProof& proof) {
    return fmt::format(
        "old {}\n{}\n{}", proof.from, to_lines(proof.path), to_string(proof.checkpoint.note)
    );
}

base::Result<void> verify(
    const ConsistencyProof& proof, const TreeHead& older, const VerifierKey& log
) {
    AB_CHECK(verify(proof.checkpoint, log));
    if (proof.from != older.size) {
        return base::refuse(
            base::ErrorKind::invalid,
            "audit.not_consistent",
            fmt::format("The consistency proof begins at {}, not at {}.", proof.from, older.size)
        );
    }
    if (older.size == 0) {
        if (proof.path.empty()) {
            return {};
        }
        return base::refuse(
            base::ErrorKind::invalid,
            "audit.not_consistent",
            "Nothing is proven about a log of which nothing was seen."
        );
    }
    return verify_consistency(older, proof.checkpoint.checkpoint.tree, proof.path);
}

}  // namespace accubooks::audit
