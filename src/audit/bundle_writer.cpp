#include "audit/bundle_writer.h"

#include <algorithm>
#include <set>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "audit/internal/bundle_layout.h"
#include "audit/internal/files.h"
#include "audit/internal/json_fields.h"
#include "audit/internal/lines.h"
#include "base/base64.h"
#include "base/canonical_json.h"

namespace accubooks::audit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLineBytesMax = 2UL * 1024 * 1024;
constexpr std::string_view kNotes = "text/plain; charset=utf-8";

std::unexpected<base::Error> conflict(std::string_view code, std::string detail) {
    return base::refuse(base::ErrorKind::conflict, code, std::move(detail));
}

FileEntry entry_of(const FileAbout& about, std::string_view bytes) {
    return {
        .about = about,
        .sha256 = base::sha256(bytes),
        .size = static_cast<std::int64_t>(bytes.size())
    };
}

/// A file appears whole under its name or not at all, and replaces none.
void write_whole(const fs::path& file, std::string_view bytes) {
    make_folders(file.parent_path());
    replace_file(file, bytes, 0644);
}

/// Whether a path is of a file that grows by lines.
bool may_grow(std::string_view path) {
    return path.ends_with(".jsonl") && is_bundle_path(path) && path != kJournalFile &&
           path.find('/') == std::string_view::npos;
}

}  // namespace

std::string to_line(const LoggedAct& act) {
    const auto text = base::canonical_json(boost::json::object{
        {"entry", act.entry},
        {"payload", base::to_base64(std::string_view{act.payload})},
        {"salt", base::to_base64(act.salt)},
    });
    base::ensure(text.has_value(), "an entry is canonical JSON");
    return *text;
}

base::Result<LoggedAct> parse_line(std::string_view line) {
    AB_TRY(document, read_json(line, kLineBytesMax, "audit.bad_leaf"));
    JsonFields fields{document, "audit.bad_leaf"};
    LoggedAct act{
        .entry = fields.text("entry", 2, kLineBytesMax),
        .payload = fields.base64("payload", kLineBytesMax),
    };
    const std::string salt = fields.base64("salt", act.salt.size());
    if (salt.size() == act.salt.size()) {
        std::ranges::copy(salt, act.salt.begin());
    } else {
        fields.breach("salt isn't 32 bytes");
    }
    AB_CHECK(std::move(fields).finish("The line"));
    AB_TRY(leaf, Leaf::parse(act.entry));
    act.seq = leaf.seq;
    if (to_line(act) != line) {
        return base::refuse(
            base::ErrorKind::invalid, "audit.bad_leaf", "The line isn't canonical JSON."
        );
    }
    return act;
}

base::Result<BundleWriter> BundleWriter::open(fs::path folder, AttemptHead head) {
    BundleWriter writer{std::move(folder), std::move(head)};
    make_folders(writer.folder_);
    const FileLock lock{writer.lock_file()};
    AB_CHECK(writer.resume());
    writer.list_attempt(std::nullopt);
    return writer;
}

base::Result<void> BundleWriter::resume() {
    if (const auto manifest = read_file(folder_ / kManifestFile, kManifestBytesMax)) {
        // Perhaps by one that was killed right behind the manifest.
        fs::remove(folder_ / kJournalFile);
        list_attempt(base::sha256(*manifest));
    }
    AB_CHECK(see_what_others_wrote());
    throw_log_away();
    return adopt_unlisted();
}

/// What there may be is of a try to finish that was cut short; the log itself has it for good.
void BundleWriter::throw_log_away() const {
    fs::remove_all((folder_ / kLogFolder).parent_path());
}

base::Result<void> BundleWriter::see_what_others_wrote() {
    if (fs::exists(folder_ / kManifestFile)) {
        return conflict(
            "audit.bundle_finished",
            fmt::format("{} is finished; evidence is never changed.", folder_.string())
        );
    }
    const fs::path file = folder_ / kJournalFile;
    const auto journal = read_file(file, kManifestBytesMax);
    if (!journal || journal->size() == journal_bytes_) {
        return {};
    }
    files_.clear();
    std::string_view rest{*journal};
    while (const auto line = take_line(rest)) {
        AB_TRY(entry, parse_file_entry(*line));
        growing_.erase(entry.about.path);
        files_.push_back(std::move(entry));
    }
    journal_bytes_ = journal->size() - rest.size();
    if (!rest.empty()) {
        // Cut off with a program; the file it names is found again.
        fs::resize_file(file, journal_bytes_);
    }
    return {};
}

/// Files that were written before a program was killed, and aren't in the journal yet.
base::Result<void> BundleWriter::adopt_unlisted() {
    for (const auto& found : fs::recursive_directory_iterator{folder_}) {
        const std::string path = found.path().lexically_relative(folder_).generic_string();
        if (!found.is_regular_file() || has(path) || path == kJournalFile) {
            continue;
        }
        if (path.ends_with(".new")) {
            fs::remove(found.path());  // never had its name
            continue;
        }
        if (may_grow(path)) {
            look_at_lines(path);
            continue;
        }
        const auto bytes = read_file(found.path(), kFileBytesMax);
        if (!bytes || !is_bundle_path(path)) {
            return conflict(
                "audit.bad_manifest",
                fmt::format("{} isn't a file of a bundle.", found.path().string())
            );
        }
        const FileAbout about{
            .path = path,
            .media_type = "application/octet-stream",
            .source = "found after a restart"
        };
        note(entry_of(about, *bytes));
    }
    return {};
}

void BundleWriter::note(FileEntry entry) {
    const std::string line = to_json(entry) + '\n';
    append_to_file(folder_ / kJournalFile, line);
    journal_bytes_ += line.size();
    files_.push_back(std::move(entry));
}

void BundleWriter::list_attempt(std::optional<base::Digest> manifest) const {
    const fs::path file = folder_.parent_path() / kManifestFile;
    AttemptList list;
    if (const auto text = read_file(file, kManifestBytesMax)) {
        if (auto read = AttemptList::parse(*text)) {
            list = *std::move(read);
        }
    }
    const std::string name = folder_.filename().string();
    const auto found = std::ranges::find(list.attempts, name, &AttemptEntry::folder);
    const AttemptEntry entry{.folder = name, .head = head_, .manifest_sha256 = manifest};
    if (found == list.attempts.end()) {
        list.attempts.push_back(entry);
    } else {
        *found = entry;
    }
    replace_file(file, to_json(list), 0644);
}

bool BundleWriter::has(std::string_view path) const {
    return std::ranges::any_of(files_, [path](const FileEntry& one) {
        return one.about.path == path;
    });
}

base::Result<void> BundleWriter::add(const FileAbout& about, std::string_view bytes) {
    if (!is_bundle_path(about.path) || about.path == kManifestFile || is_seal(about.path) ||
        may_grow(about.path) || about.path.starts_with(kLogFolder) ||
        about.path.ends_with(".new")) {
        return conflict(
            "audit.bad_manifest", fmt::format("{} can't be added to a bundle.", about.path)
        );
    }
    const FileLock lock{lock_file()};
    AB_CHECK(see_what_others_wrote());
    const fs::path file = folder_ / about.path;
    if (has(about.path)) {
        return conflict(
            "audit.file_exists",
            fmt::format("{} is there already; evidence is never changed.", file.string())
        );
    }
    write_whole(file, bytes);
    note(entry_of(about, bytes));
    return {};
}

std::optional<std::string> BundleWriter::read(std::string_view path) const {
    return has(path) ? read_file(folder_ / path, kFileBytesMax) : std::nullopt;
}

void BundleWriter::add_missing(MissingEntry missing) {
    missing_.push_back(std::move(missing));
}

BundleWriter::Growing& BundleWriter::look_at_lines(const std::string& path) {
    const fs::path file = folder_ / path;
    Growing& growing = growing_[path];
    const std::uintmax_t bytes = fs::exists(file) ? fs::file_size(file) : 0;
    if (bytes != growing.bytes) {
        // Another writer was here, or the disk was full in the middle of a line.
        const auto text = read_file(file, kFileBytesMax);
        if (!text) {
            throw fs::filesystem_error{
                "can't be read", file, std::make_error_code(std::errc::file_too_large)
            };
        }
        growing.bytes = text->rfind('\n') + 1;  // 0 when there is no whole line
        growing.lines = std::ranges::count(*text, '\n');
        if (growing.bytes != bytes) {
            fs::resize_file(file, growing.bytes);
        }
    }
    return growing;
}

base::Result<void> BundleWriter::append(
    const std::string& path, std::int64_t first, std::span<const std::string> lines
) {
    const FileLock lock{lock_file()};
    AB_CHECK(see_what_others_wrote());
    if (!may_grow(path) || has(path)) {
        return conflict(
            "audit.file_exists",
            fmt::format("{} doesn't grow (any more).", (folder_ / path).string())
        );
    }
    Growing& growing = look_at_lines(path);
    base::ensure(first >= 1 && first <= growing.lines + 1, "whoever counts lines leaves none out");
    const auto known = std::min(growing.lines + 1 - first, std::ssize(lines));
    std::string bytes;
    for (const std::string& line : lines.subspan(static_cast<std::size_t>(known))) {
        bytes += line;
        bytes += '\n';
    }
    if (bytes.empty() && fs::exists(folder_ / path)) {
        return {};
    }
    append_to_file(folder_ / path, bytes);
    growing.bytes += bytes.size();
    growing.lines += std::ssize(lines) - known;
    return {};
}

std::int64_t BundleWriter::lines(std::string_view path) const {
    const auto found = growing_.find(path);
    return found == growing_.end() ? 0 : found->second.lines;
}

base::Result<void> BundleWriter::end_lines(const FileAbout& about) {
    const FileLock lock{lock_file()};
    AB_CHECK(see_what_others_wrote());
    base::ensure(may_grow(about.path), "only files of lines grow");
    if (has(about.path)) {
        return {};
    }
    look_at_lines(about.path);
    const fs::path file = folder_ / about.path;
    if (!fs::exists(file)) {
        create_file(file, "", 0644);
    }
    const auto bytes = read_file(file, kFileBytesMax);
    base::ensure(bytes.has_value(), "it was just looked at");
    growing_.erase(about.path);
    note(entry_of(about, *bytes));
    return {};
}

/// Their entries, for the manifest alone.
std::vector<FileEntry> BundleWriter::write_log(const LogExcerpt& log, base::Instant now) const {
    std::vector<FileEntry> entries;
    const auto write = [&](std::string path, std::string_view type, const std::string& bytes) {
        write_whole(folder_ / path, bytes);
        const FileAbout about{
            .path = std::move(path), .media_type = std::string{type}, .captured_at = now
        };
        entries.push_back(entry_of(about, bytes));
    };
    std::string lines;
    std::set<std::int64_t> sizes;
    for (std::size_t i = 0; i < log.acts.size(); ++i) {
        lines += to_line(log.acts[i]) + '\n';
        write(proof_path(log.acts[i].seq), kNotes, to_string(log.proofs[i]));
        const SignedCheckpoint& checkpoint = log.proofs[i].checkpoint;
        if (sizes.insert(checkpoint.checkpoint.tree.size).second) {
            write(
                checkpoint_path(checkpoint.checkpoint.tree.size), kNotes, to_string(checkpoint.note)
            );
        }
    }
    for (const ConsistencyProof& one : log.growth) {
        write(growth_path(one.from, one.checkpoint.checkpoint.tree.size), kNotes, to_string(one));
    }
    write(std::string{kLeavesFile}, "application/jsonl", lines);
    return entries;
}

base::Result<BundleWriter::Finished> BundleWriter::finish(
    std::string outcome, std::string producer, const LogExcerpt& log, base::Instant now
) {
    base::ensure(
        !log.acts.empty() && log.acts.size() == log.proofs.size(), "each act comes with its proof"
    );
    Finished finished{
        .audit =
            {
                .origin = log.proofs.front().checkpoint.checkpoint.origin,
                .first = log.acts.front().seq,
                .last = log.acts.back().seq,
                .size = log.proofs.back().checkpoint.checkpoint.tree.size,
            }
    };
    const FileLock lock{lock_file()};
    AB_CHECK(see_what_others_wrote());
    base::ensure(growing_.empty(), "a bundle is finished when nothing grows any more");
    throw_log_away();
    Manifest manifest{
        .head = head_,
        .outcome = std::move(outcome),
        .producer = std::move(producer),
        .finished_at = now,
        .files = files_,
        .missing = missing_,
        .audit = finished.audit,
    };
    std::ranges::move(write_log(log, now), std::back_inserter(manifest.files));
    const std::string text = to_json(manifest);
    finished.manifest = base::sha256(text);
    replace_file(folder_ / kManifestFile, text, 0644);
    fs::remove(folder_ / kJournalFile);
    list_attempt(finished.manifest);
    return finished;
}

std::optional<BundleWriter::Finished> finished_bundle(const fs::path& folder) {
    const auto text = read_file(folder / kManifestFile, kManifestBytesMax);
    const auto manifest = text ? std::optional{Manifest::parse(*text)} : std::nullopt;
    if (!manifest || !*manifest) {
        return std::nullopt;
    }
    return BundleWriter::Finished{.manifest = base::sha256(*text), .audit = (*manifest)->audit};
}

bool is_sealed(const fs::path& folder) {
    return fs::exists(folder / kSealProofFile);  // the last that seal_bundle writes
}

std::optional<std::int64_t> unwitnessed_size(const fs::path& folder) {
    const auto text = read_file(folder / kSealProofFile, kLineBytesMax);
    if (!text || fs::exists(folder / kWitnessedFile)) {
        return std::nullopt;
    }
    const auto proof = InclusionProof::parse(*text);
    return proof ? std::optional{proof->checkpoint.checkpoint.tree.size} : std::nullopt;
}

void seal_bundle(
    const fs::path& folder,
    const LoggedAct& act,
    const InclusionProof& proof,
    const std::optional<ConsistencyProof>& growth
) {
    write_whole(folder / kSealLeafFile, to_line(act));
    if (growth) {
        write_whole(folder / kSealGrowthFile, to_string(*growth));
    }
    write_whole(folder / kSealProofFile, to_string(proof));
}

void add_witnessed(const fs::path& folder, const ConsistencyProof& growth) {
    write_whole(folder / kWitnessedFile, to_string(growth));
}

}  // namespace accubooks::audit
