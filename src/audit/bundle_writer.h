#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/act.h"
#include "audit/log_reader.h"
#include "audit/manifest.h"
#include "audit/proof.h"

namespace accubooks::audit {

/// Writes the evidence of one attempt as it happens: each file is whole and on disk when `add`
/// returns, none is ever overwritten, and a program that was killed goes on where it was. The
/// folder's manifest comes last; what is sealed isn't written to any more.
///
/// The list of attempts beside the folder (its parent's manifest.json) names the attempt from
/// `open` on. One program at a time writes a bundle. Calls wait for the disk and throw
/// std::filesystem::filesystem_error, a full disk included: nothing is lost then but the file at
/// hand, which can be added again.
class BundleWriter {
public:
    /// Makes the folder, or goes on with one that isn't finished. Errors: `audit.bundle_finished`,
    /// `audit.bad_manifest` for one of another attempt or that can't be read.
    static base::Result<BundleWriter> open(std::filesystem::path folder, AttemptHead head);

    /// Errors: `audit.file_exists`, `audit.bad_manifest` for a path that can't be one.
    base::Result<void> add(const FileAbout& about, std::string_view bytes);
    /// The file as it was added; none when it wasn't.
    std::optional<std::string> read(std::string_view path) const;
    bool has(std::string_view path) const;
    /// What should be there and isn't; told in the manifest.
    void add_missing(MissingEntry missing);

    /// Adds what the log says about the attempt: acts in the order of the log, the proof of each,
    /// and how the log grew between the proofs' checkpoints; `growth` has one for each two of
    /// different sizes, in order. Returns the range for the manifest.
    base::Result<AuditRange> add_log(
        const std::vector<LoggedAct>& acts,
        const std::vector<InclusionProof>& proofs,
        const std::vector<ConsistencyProof>& growth,
        base::Instant now
    );

    /// Writes the manifest; its digest is what the sealing act (kSealed) has as its object's.
    base::Digest finish(
        std::string outcome, std::string producer, const AuditRange& audit, base::Instant now
    );

private:
    BundleWriter(std::filesystem::path folder, AttemptHead head)
        : folder_{std::move(folder)}, head_{std::move(head)} {}
    base::Result<void> resume();
    void list_attempt(std::optional<base::Digest> manifest) const;

    std::filesystem::path folder_;
    AttemptHead head_;
    std::vector<FileEntry> files_;
    std::vector<MissingEntry> missing_;
};

/// The act by which the log holds a bundle's manifest.
inline constexpr Action kSealed{"launch.evidence_sealed"};

/// Puts the sealing act beside a finished bundle's manifest; `growth` leads from the bundle's last
/// checkpoint to the proof's, none when they are the same. Throws as the writer does.
void seal_bundle(
    const std::filesystem::path& folder,
    const LoggedAct& act,
    const InclusionProof& proof,
    const std::optional<ConsistencyProof>& growth
);
/// Puts a later checkpoint, which witnesses cosigned, beside the seal.
void add_witnessed(const std::filesystem::path& folder, const ConsistencyProof& growth);

/// A leaf as a line of a bundle: entry, payload and salt.
std::string to_line(const LoggedAct& act);
/// Errors: `audit.bad_leaf`.
base::Result<LoggedAct> parse_line(std::string_view line);

}  // namespace accubooks::audit
