#include "audit/bundle_verifier.h"

#include <algorithm>
#include <set>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "audit/internal/bundle_checks.h"
#include "audit/internal/bundle_layout.h"
#include "audit/internal/files.h"
#include "base/json.h"

namespace accubooks::audit {
namespace {

namespace fs = std::filesystem;

std::string name_in(const fs::path& folder, std::string_view file) {
    return fmt::format("{}/{}", folder.filename().string(), file);
}

base::Result<ProvenAttempt> verify_attempt(const fs::path& folder, const Policy& policy) {
    AB_TRY(attempt, read_files(folder));
    AB_TRY(last, check_log(attempt, policy));
    AB_CHECK(check_decisions(attempt, policy));
    AB_CHECK(check_witnesses(attempt, last, policy));
    return attempt;
}

/// Attempts of a revision are counted from 1, so that none can be taken away unseen.
base::Result<void> check_numbers(const AttemptList& list) {
    std::set<std::tuple<std::string, std::int64_t, std::int64_t>> seen;
    for (const AttemptEntry& entry : list.attempts) {
        if (!seen.emplace(entry.head.change, entry.head.revision, entry.head.attempt).second) {
            return not_verified(kManifestFile, "an attempt stands in the list twice");
        }
    }
    for (const auto& [change, revision, attempt] : seen) {
        if (attempt > 1 && !seen.contains({change, revision, attempt - 1})) {
            return not_verified(
                kManifestFile,
                fmt::format("attempt {} of {}/{} is missing", attempt - 1, change, revision)
            );
        }
    }
    return {};
}

/// Every attempt of the list, and no folder besides.
base::Result<std::vector<ProvenAttempt>> verify_all(
    const fs::path& folder, const AttemptList& list, const Policy& policy
) {
    AB_CHECK(check_numbers(list));
    std::vector<ProvenAttempt> attempts;
    for (const AttemptEntry& entry : list.attempts) {
        if (!entry.manifest_sha256) {
            return not_verified(entry.folder, "the attempt isn't finished");
        }
        AB_TRY(attempt, verify_attempt(folder / entry.folder, policy));
        if (attempt.manifest.head != entry.head ||
            base::sha256(to_json(attempt.manifest)) != *entry.manifest_sha256) {
            return not_verified(entry.folder, "its manifest isn't the one of the list of attempts");
        }
        attempts.push_back(std::move(attempt));
    }
    for (const auto& found : fs::directory_iterator{folder}) {
        const std::string name = found.path().filename().string();
        if (name != kManifestFile && name != ".lock" &&
            std::ranges::find(list.attempts, name, &AttemptEntry::folder) == list.attempts.end()) {
            return not_verified(name, "it isn't in the list of attempts");
        }
    }
    if (attempts.empty()) {
        return not_verified(kManifestFile, "the list has no attempts; nothing is proven by none");
    }
    return attempts;
}

bool is_list(std::string_view manifest) {
    const auto document = base::parse_json(manifest);
    const auto* const kind =
        document && document->is_object() ? document->get_object().if_contains("kind") : nullptr;
    return kind != nullptr && kind->is_string() &&
           std::string_view{kind->get_string()} == "attempts";
}

}  // namespace

std::unexpected<base::Error> not_verified(std::string_view file, std::string_view what) {
    return base::refuse(
        base::ErrorKind::invalid, "audit.not_verified", fmt::format("{}: {}.", file, what)
    );
}

std::unexpected<base::Error> not_verified(std::string_view file, const base::Error& why) {
    std::string_view detail{why.detail};
    if (detail.ends_with('.')) {
        detail.remove_suffix(1);
    }
    return not_verified(file, detail);
}

base::Result<ProvenAttempt> read_files(const fs::path& folder) {
    const std::string manifest_name = name_in(folder, kManifestFile);
    const auto text = read_file(folder / kManifestFile, kManifestBytesMax);
    if (!text) {
        return not_verified(manifest_name, "there is no such file, or it can't be read");
    }
    auto manifest = Manifest::parse(*text);
    if (!manifest) {
        return not_verified(manifest_name, manifest.error());
    }
    if (to_json(*manifest) != *text) {
        return not_verified(manifest_name, "it isn't canonical JSON");
    }
    ProvenAttempt attempt{.folder = folder, .manifest = *std::move(manifest)};
    for (const FileEntry& entry : attempt.manifest.files) {
        const std::string& path = entry.about.path;
        const fs::path file = folder / path;
        auto bytes = fs::is_symlink(file) ? std::nullopt : read_file(file, kFileBytesMax);
        if (!bytes) {
            return not_verified(
                name_in(folder, path), "there is no such file, or it can't be read"
            );
        }
        if (static_cast<std::int64_t>(bytes->size()) != entry.size ||
            base::sha256(*bytes) != entry.sha256) {
            return not_verified(name_in(folder, path), "its content isn't that of the manifest");
        }
        attempt.files.emplace(path, *std::move(bytes));
    }
    for (const auto& found : fs::recursive_directory_iterator{folder}) {
        const std::string path = found.path().lexically_relative(folder).generic_string();
        if (found.is_directory() && !found.is_symlink()) {
            continue;
        }
        if (path != kManifestFile && !is_seal(path) && !attempt.files.contains(path)) {
            return not_verified(name_in(folder, path), "it isn't in the manifest");
        }
    }
    return attempt;
}

base::Result<std::vector<ProvenAttempt>> verify_evidence(
    const fs::path& folder, const Policy& policy
) {
    try {
        const fs::path clean = fs::canonical(folder);
        const auto manifest = read_file(clean / kManifestFile, kManifestBytesMax);
        if (manifest && is_list(*manifest)) {
            const auto list = AttemptList::parse(*manifest);
            if (!list || to_json(*list) != *manifest) {
                return not_verified(kManifestFile, "the list of attempts can't be read");
            }
            return verify_all(clean, *list, policy);
        }
        AB_TRY(attempt, verify_attempt(clean, policy));
        std::vector<ProvenAttempt> attempts;
        attempts.push_back(std::move(attempt));
        return attempts;
    } catch (const fs::filesystem_error& failure) {
        return not_verified(folder.string(), failure.code().message());
    }
}

}  // namespace accubooks::audit
