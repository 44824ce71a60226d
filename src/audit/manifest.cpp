#include "audit/manifest.h"

#include <algorithm>
#include <set>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "audit/internal/json_fields.h"
#include "base/canonical_json.h"

namespace accubooks::audit {
namespace {

namespace json = boost::json;

constexpr std::string_view kBadManifest = "audit.bad_manifest";
constexpr std::int64_t kNumberMax = (std::int64_t{1} << 53) - 1;
constexpr std::size_t kFilesMax = 100'000;
constexpr std::size_t kMissingMax = 1000;
constexpr std::size_t kAttemptsMax = 1000;

bool is_name(std::string_view part) {
    return !part.empty() && part.front() != '.' && std::ranges::all_of(part, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-' || c == '_';
    });
}

template <class T>
json::value or_null(const std::optional<T>& maybe) {
    return maybe ? json::value(*maybe) : json::value{};
}

json::value or_null(const std::optional<base::Instant>& maybe) {
    return maybe ? json::value(base::to_rfc3339(*maybe)) : json::value{};
}

std::string canonical(const json::value& value) {
    auto text = base::canonical_json(value);
    base::ensure(text.has_value(), "a manifest holds plain texts and whole numbers");
    return *std::move(text);
}

json::object object_of(const FileEntry& entry) {
    const FileAbout& about = entry.about;
    return {
        {"path", about.path},
        {"sha256", base::to_hex(entry.sha256)},
        {"size", entry.size},
        {"media_type", about.media_type},
        {"captured_at", base::to_rfc3339(about.captured_at)},
        {"captured_by", about.captured_by},
        {"source", about.source},
        {"covers_from", or_null(about.covers_from)},
        {"covers_to", or_null(about.covers_to)},
        {"coverage_ppm", or_null(about.coverage_ppm)},
        {"samples", or_null(about.samples)},
    };
}

FileEntry file_of(const json::value& value, JsonFields& whole) {
    JsonFields fields{value, kBadManifest};
    FileEntry entry{
        .about =
            {.path = fields.text("path", 1, 300),
             .media_type = fields.text("media_type", 1, 100),
             .captured_at = fields.time("captured_at"),
             .captured_by = fields.text("captured_by", 0, 300),
             .source = fields.text("source", 0, 2000),
             .covers_from = fields.optional_time("covers_from"),
             .covers_to = fields.optional_time("covers_to"),
             .coverage_ppm = fields.optional_count("coverage_ppm"),
             .samples = fields.optional_count("samples")},
        .sha256 = fields.digest("sha256"),
        .size = fields.count("size", 0, kNumberMax),
    };
    if (!is_bundle_path(entry.about.path)) {
        fields.breach("path isn't one below the bundle");
    }
    whole.adopt(std::move(fields));
    return entry;
}

void add_head(json::object& to, const AttemptHead& head) {
    to["change"] = head.change;
    to["revision"] = head.revision;
    to["revision_digest"] = base::to_hex(head.revision_digest);
    to["attempt"] = head.attempt;
    to["rehearsal"] = head.rehearsal;
}

AttemptHead head_of(JsonFields& fields) {
    return {
        .change = fields.text("change", 1, 100),
        .revision = fields.count("revision", 1, kNumberMax),
        .revision_digest = fields.digest("revision_digest"),
        .attempt = fields.count("attempt", 1, kNumberMax),
        .rehearsal = fields.truth("rehearsal"),
    };
}

AuditRange range_of(JsonFields& whole) {
    AuditRange range;
    if (const json::value* const value = whole.required("audit")) {
        JsonFields fields{*value, kBadManifest};
        range = {
            .origin = fields.text("origin", 1, 300),
            .first = fields.count("first", 0, kNumberMax),
            .last = fields.count("last", 0, kNumberMax),
            .size = fields.count("size", 1, kNumberMax),
        };
        whole.adopt(std::move(fields));
    }
    return range;
}

void expect_kind(JsonFields& fields, std::string_view kind) {
    fields.count("v", 1, 1);
    if (fields.text("kind", 1, 50) != kind) {
        fields.breach("kind is that of another manifest");
    }
}

}  // namespace

bool is_bundle_path(std::string_view path) {
    if (path.size() > 300) {
        return false;
    }
    while (true) {
        const auto slash = path.find('/');
        if (!is_name(path.substr(0, slash))) {
            return false;
        }
        if (slash == std::string_view::npos) {
            return true;
        }
        path.remove_prefix(slash + 1);
    }
}

std::string to_json(const FileEntry& entry) {
    return canonical(object_of(entry));
}

base::Result<FileEntry> parse_file_entry(std::string_view text) {
    AB_TRY(document, read_json(text, kManifestBytesMax, kBadManifest));
    const json::object nothing_else;
    const json::value whole(nothing_else);
    JsonFields fields{whole, kBadManifest};
    FileEntry entry = file_of(document, fields);
    AB_CHECK(std::move(fields).finish("The bundle's journal"));
    return entry;
}

std::string to_json(const Manifest& manifest) {
    json::array files;
    for (const FileEntry& entry : manifest.files) {
        files.push_back(object_of(entry));
    }
    json::array missing;
    for (const MissingEntry& entry : manifest.missing) {
        missing.push_back(json::object{{"what", entry.what}, {"reason", entry.reason}});
    }
    json::object whole{
        {"v", 1},
        {"kind", "attempt"},
        {"outcome", manifest.outcome},
        {"producer", manifest.producer},
        {"finished_at", base::to_rfc3339(manifest.finished_at)},
        {"files", std::move(files)},
        {"missing", std::move(missing)},
        {"audit",
         {{"origin", manifest.audit.origin},
          {"first", manifest.audit.first},
          {"last", manifest.audit.last},
          {"size", manifest.audit.size}}},
    };
    add_head(whole, manifest.head);
    return canonical(whole);
}

base::Result<Manifest> Manifest::parse(std::string_view text) {
    AB_TRY(document, read_json(text, kManifestBytesMax, kBadManifest));
    JsonFields fields{document, kBadManifest};
    expect_kind(fields, "attempt");
    Manifest manifest{
        .head = head_of(fields),
        .outcome = fields.text("outcome", 1, 100),
        .producer = fields.text("producer", 1, 200),
        .finished_at = fields.time("finished_at"),
        .audit = range_of(fields),
    };
    std::set<std::string> paths;
    for (const json::value& one : fields.array("files", 0, kFilesMax)) {
        manifest.files.push_back(file_of(one, fields));
        if (!paths.insert(manifest.files.back().about.path).second) {
            fields.breach("files has a path twice");
        }
    }
    for (const json::value& one : fields.array("missing", 0, kMissingMax)) {
        JsonFields entry{one, kBadManifest};
        manifest.missing.push_back(
            {.what = entry.text("what", 1, 300), .reason = entry.text("reason", 1, 1000)}
        );
        fields.adopt(std::move(entry));
    }
    AB_CHECK(std::move(fields).finish("The manifest"));
    return manifest;
}

const FileEntry* Manifest::find(std::string_view path) const {
    const auto found =
        std::ranges::find(files, path, [](const FileEntry& one) { return one.about.path; });
    return found == files.end() ? nullptr : &*found;
}

std::string to_json(const AttemptList& list) {
    json::array attempts;
    for (const AttemptEntry& entry : list.attempts) {
        json::value digest;
        if (entry.manifest_sha256) {
            digest = base::to_hex(*entry.manifest_sha256);
        }
        json::object attempt{{"folder", entry.folder}, {"manifest_sha256", std::move(digest)}};
        add_head(attempt, entry.head);
        attempts.push_back(std::move(attempt));
    }
    return canonical(json::object{{"v", 1}, {"kind", "attempts"}, {"attempts", std::move(attempts)}}
    );
}

base::Result<AttemptList> AttemptList::parse(std::string_view text) {
    AB_TRY(document, read_json(text, kManifestBytesMax, kBadManifest));
    JsonFields fields{document, kBadManifest};
    expect_kind(fields, "attempts");
    AttemptList list;
    std::set<std::string> folders;
    for (const json::value& one : fields.array("attempts", 0, kAttemptsMax)) {
        JsonFields entry{one, kBadManifest};
        AttemptEntry read{.folder = entry.text("folder", 1, 200), .head = head_of(entry)};
        if (entry.optional("manifest_sha256") != nullptr) {
            read.manifest_sha256 = entry.digest("manifest_sha256");
        }
        if (!is_name(read.folder) || !folders.insert(read.folder).second) {
            entry.breach("folder isn't one name that stands here once");
        }
        fields.adopt(std::move(entry));
        list.attempts.push_back(std::move(read));
    }
    AB_CHECK(std::move(fields).finish("The list of attempts"));
    return list;
}

}  // namespace accubooks::audit
