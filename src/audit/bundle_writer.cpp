#include "audit/bundle_writer.h"

#include <algorithm>
#include <set>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "audit/internal/bundle_layout.h"
#include "audit/internal/files.h"
#include "audit/internal/json_fields.h"
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
    fs::create_directories(file.parent_path());
    replace_file(file, bytes, 0644);
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
    if (fs::exists(writer.folder_ / kManifestFile)) {
        return conflict(
            "audit.bundle_finished",
            fmt::format("{} is finished; evidence is never changed.", writer.folder_.string())
        );
    }
    fs::create_directories(writer.folder_);
    AB_CHECK(writer.resume());
    writer.list_attempt(std::nullopt);
    return writer;
}

base::Result<void> BundleWriter::resume() {
    const auto journal = read_file(folder_ / kJournalFile, kManifestBytesMax);
    std::string_view rest{journal ? *journal : std::string_view{}};
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        if (end == std::string_view::npos) {
            break;  // cut off with the program; the file it names is found below
        }
        AB_TRY(entry, parse_file_entry(rest.substr(0, end)));
        files_.push_back(std::move(entry));
        rest.remove_prefix(end + 1);
    }
    if (!rest.empty()) {
        replace_file(
            folder_ / kJournalFile,
            std::string_view{*journal}.substr(0, journal->size() - rest.size()),
            0644
        );
    }
    for (const auto& found : fs::recursive_directory_iterator{folder_}) {
        const std::string path = found.path().lexically_relative(folder_).generic_string();
        if (!found.is_regular_file() || has(path) || path == kJournalFile) {
            continue;
        }
        if (path.ends_with(".new")) {
            fs::remove(found.path());  // never had its name
            continue;
        }
        // Written before the program was killed, and not yet in the journal.
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
        files_.push_back(entry_of(about, *bytes));
        append_to_file(folder_ / kJournalFile, to_json(files_.back()) + '\n');
    }
    return {};
}

void BundleWriter::list_attempt(std::optional<base::Digest> manifest) const {
    const fs::path file = folder_.parent_path() / kManifestFile;
    const FileLock lock{folder_.parent_path() / ".lock"};
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
        about.path.ends_with(".new")) {
        return conflict(
            "audit.bad_manifest", fmt::format("{} can't be a file of a bundle.", about.path)
        );
    }
    const fs::path file = folder_ / about.path;
    if (has(about.path) || fs::exists(file)) {
        return conflict(
            "audit.file_exists",
            fmt::format("{} is there already; evidence is never changed.", file.string())
        );
    }
    write_whole(file, bytes);
    FileEntry entry = entry_of(about, bytes);
    append_to_file(folder_ / kJournalFile, to_json(entry) + '\n');
    files_.push_back(std::move(entry));
    return {};
}

std::optional<std::string> BundleWriter::read(std::string_view path) const {
    return has(path) ? read_file(folder_ / path, kFileBytesMax) : std::nullopt;
}

void BundleWriter::add_missing(MissingEntry missing) {
    missing_.push_back(std::move(missing));
}

base::Result<AuditRange> BundleWriter::add_log(
    const std::vector<LoggedAct>& acts,
    const std::vector<InclusionProof>& proofs,
    const std::vector<ConsistencyProof>& growth,
    base::Instant now
) {
    base::ensure(!acts.empty() && acts.size() == proofs.size(), "each act comes with its proof");
    const auto about = [now](std::string path, std::string_view type) {
        return FileAbout{
            .path = std::move(path), .media_type = std::string{type}, .captured_at = now
        };
    };
    std::string lines;
    std::set<std::int64_t> sizes;
    for (std::size_t i = 0; i < acts.size(); ++i) {
        lines += to_line(acts[i]) + '\n';
        AB_CHECK(add(about(proof_path(acts[i].seq), kNotes), to_string(proofs[i])));
        const SignedCheckpoint& checkpoint = proofs[i].checkpoint;
        if (sizes.insert(checkpoint.checkpoint.tree.size).second) {
            AB_CHECK(
                add(about(checkpoint_path(checkpoint.checkpoint.tree.size), kNotes),
                    to_string(checkpoint.note))
            );
        }
    }
    for (const ConsistencyProof& one : growth) {
        AB_CHECK(
            add(about(growth_path(one.from, one.checkpoint.checkpoint.tree.size), kNotes),
                to_string(one))
        );
    }
    AB_CHECK(add(about(std::string{kLeavesFile}, "application/jsonl"), lines));
    return AuditRange{
        .origin = proofs.front().checkpoint.checkpoint.origin,
        .first = acts.front().seq,
        .last = acts.back().seq,
        .size = *sizes.rbegin(),
    };
}

base::Digest BundleWriter::finish(
    std::string outcome, std::string producer, const AuditRange& audit, base::Instant now
) {
    const Manifest manifest{
        .head = head_,
        .outcome = std::move(outcome),
        .producer = std::move(producer),
        .finished_at = now,
        .files = files_,
        .missing = missing_,
        .audit = audit,
    };
    const std::string text = to_json(manifest);
    const base::Digest digest = base::sha256(text);
    create_file(folder_ / kManifestFile, text, 0644);
    fs::remove(folder_ / kJournalFile);
    list_attempt(digest);
    return digest;
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
