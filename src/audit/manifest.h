#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"

namespace accubooks::audit {

// The manifests of evidence (docs/evidence-format.md): canonical JSON.

/// More bytes aren't read as a manifest.
inline constexpr std::size_t kManifestBytesMax = 16UL * 1024 * 1024;

/// What is said about a file of a bundle when it is added.
struct FileAbout {
    std::string
        path;  // below the bundle, "captures/05.json": lower-case names, no "..", no dots first
    std::string media_type = "application/json";
    base::Instant captured_at{};
    std::string captured_by{};                   // the instance, its boot and its build
    std::string source{};                        // the query that it came from
    std::optional<base::Instant> covers_from{};  // of measurements: the time that they are of
    std::optional<base::Instant> covers_to{};
    std::optional<std::int64_t> coverage_ppm{};  // how much of it has data
    std::optional<std::int64_t> samples{};

    friend bool operator==(const FileAbout&, const FileAbout&) = default;
};

struct FileEntry {
    FileAbout about;
    base::Digest sha256{};
    std::int64_t size = 0;

    friend bool operator==(const FileEntry&, const FileEntry&) = default;
};

/// What should be there and isn't.
struct MissingEntry {
    std::string what;
    std::string reason;

    friend bool operator==(const MissingEntry&, const MissingEntry&) = default;
};

/// Which attempt a bundle is of.
struct AttemptHead {
    std::string change;  // "CHG-0001"
    std::int64_t revision = 0;
    base::Digest revision_digest{};
    std::int64_t attempt = 0;  // from 1
    bool rehearsal = false;

    friend bool operator==(const AttemptHead&, const AttemptHead&) = default;
};

/// Of the log, what lies in the bundle.
struct AuditRange {
    std::string origin;
    std::int64_t first = 0;  // leaf
    std::int64_t last = 0;
    std::int64_t size = 0;  // of the last checkpoint

    friend bool operator==(const AuditRange&, const AuditRange&) = default;
};

/// Of one attempt, every file.
struct Manifest {
    AttemptHead head;
    std::string outcome;   // "succeeded", "rolled_back", …
    std::string producer;  // the program's version
    base::Instant finished_at{};
    std::vector<FileEntry> files{};
    std::vector<MissingEntry> missing{};
    AuditRange audit{};

    /// Errors: `audit.bad_manifest`, also for a path twice or one that leaves the bundle.
    static base::Result<Manifest> parse(std::string_view json);
    const FileEntry* find(std::string_view path) const;

    friend bool operator==(const Manifest&, const Manifest&) = default;
};
std::string to_json(const Manifest& manifest);

/// Whether a path may stand in a manifest.
bool is_bundle_path(std::string_view path);

/// One line of the journal that a bundle has until it is finished.
std::string to_json(const FileEntry& entry);
/// Errors: `audit.bad_manifest`.
base::Result<FileEntry> parse_file_entry(std::string_view json);

struct AttemptEntry {
    std::string folder;  // below the phase's
    AttemptHead head;
    std::optional<base::Digest> manifest_sha256{};  // none while it isn't finished

    friend bool operator==(const AttemptEntry&, const AttemptEntry&) = default;
};
/// Of one phase, every attempt.
struct AttemptList {
    std::vector<AttemptEntry> attempts{};

    /// Errors: `audit.bad_manifest`.
    static base::Result<AttemptList> parse(std::string_view json);

    friend bool operator==(const AttemptList&, const AttemptList&) = default;
};
std::string to_json(const AttemptList& list);

}  // namespace accubooks::audit
