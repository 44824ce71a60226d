#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
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
/// folder's manifest comes last; what is finished isn't written to any more.
///
/// The list of attempts beside the folder (its parent's manifest.json) names the attempt from
/// `open` on. Several programs may write a bundle, as one that was slow and the one that took over
/// from it: each call takes the lock beside the list and first sees what others have written.
///
/// Calls wait for the disk and throw std::filesystem::filesystem_error, a full disk included:
/// nothing is lost then but what the call was to write, and it can be made again.
class BundleWriter {
public:
    /// Makes the folder, or goes on with one that isn't finished. Errors: `audit.bundle_finished`,
    /// `audit.bad_manifest` for one of another attempt or that can't be read.
    static base::Result<BundleWriter> open(std::filesystem::path folder, AttemptHead head);

    /// Errors: `audit.file_exists`, `audit.bad_manifest` for a path that can't be one,
    /// `audit.bundle_finished`; so the others.
    base::Result<void> add(const FileAbout& about, std::string_view bytes);
    /// The file as it was added; none when it wasn't.
    std::optional<std::string> read(std::string_view path) const;
    bool has(std::string_view path) const;
    /// What should be there and isn't; told in the manifest.
    void add_missing(MissingEntry missing);

    /// Adds lines to a file that grows, "NAME.jsonl" in the bundle's own folder: each on disk with
    /// its end when this returns, or none. `first` is the number of the first of them, from 1, and
    /// lines that the file has already are passed over: writers that take numbered lines from the
    /// same place write each once. The file is there then, also an empty one. Expects no gap, and
    /// no line end within a line.
    base::Result<void> append(
        const std::string& path, std::int64_t first, std::span<const std::string> lines
    );
    /// How many lines it has, as far as this writer has seen.
    std::int64_t lines(std::string_view path) const;
    /// No line comes any more: a file like any other from here on, an empty one if it has none.
    base::Result<void> end_lines(const FileAbout& about);

    struct Finished {
        base::Digest manifest{};  // what the sealing act (kSealed) has as its object's digest
        AuditRange audit;
    };
    /// Adds what the log says about the attempt and writes the manifest. Expects that no file grows
    /// any more, and at least one act.
    base::Result<Finished> finish(
        std::string outcome, std::string producer, const LogExcerpt& log, base::Instant now
    );

private:
    struct Growing {
        std::int64_t lines = 0;
        std::uintmax_t bytes = 0;
    };

    BundleWriter(std::filesystem::path folder, AttemptHead head)
        : folder_{std::move(folder)}, head_{std::move(head)} {}
    std::filesystem::path lock_file() const { return folder_.parent_path() / ".lock"; }
    base::Result<void> resume();
    base::Result<void> see_what_others_wrote();
    base::Result<void> adopt_unlisted();
    void throw_log_away() const;
    void note(FileEntry entry);
    Growing& look_at_lines(const std::string& path);
    std::vector<FileEntry> write_log(const LogExcerpt& log, base::Instant now) const;
    void list_attempt(std::optional<base::Digest> manifest) const;

    std::filesystem::path folder_;
    AttemptHead head_;
    std::vector<FileEntry> files_;
    std::uintmax_t journal_bytes_ = 0;  // of the journal that made files_
    std::map<std::string, Growing, std::less<>> growing_;
    std::vector<MissingEntry> missing_;
};

/// The act by which the log holds a bundle's manifest.
inline constexpr Action kSealed{"launch.evidence_sealed"};

/// What the manifest of a finished bundle says of the log, and its digest; none while there is none
/// that can be read.
std::optional<BundleWriter::Finished> finished_bundle(const std::filesystem::path& folder);
bool is_sealed(const std::filesystem::path& folder);
/// How many leaves the log had when it held the seal; none where there is none that can be read, or
/// a later checkpoint lies beside it already that witnesses cosigned.
std::optional<std::int64_t> unwitnessed_size(const std::filesystem::path& folder);

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
