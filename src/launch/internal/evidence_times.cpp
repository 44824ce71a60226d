#include "launch/internal/evidence_times.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <system_error>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "audit/bundle_reader.h"
#include "audit/manifest.h"
#include "base/json.h"
#include "base/rfc3339.h"
#include "launch/assessment.h"

namespace accubooks::launch {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::Result;

constexpr std::size_t kSnapshotBytesMax = std::size_t{16} * 1024 * 1024;

/// A snapshot, and on which side of the first order it lies.
struct Moment {
    std::string_view file;
    bool is_before = false;
};
constexpr std::array kMoments{
    Moment{.file = "snapshots/before.json", .is_before = true},
    Moment{.file = "snapshots/after.json", .is_before = false},
};

std::unexpected<base::Error> bad_file(const fs::path& file, std::string_view why) {
    return base::refuse(
        ErrorKind::invalid, "replay.bad_line", fmt::format("{}: {}", file.string(), why)
    );
}

std::unexpected<base::Error> differs(std::string detail) {
    return base::refuse(ErrorKind::invalid, "replay.differs", std::move(detail));
}

const Terms& terms_of(const std::vector<ExecutionEvent>& history) {
    return std::get<ExecutionStarted>(history.front()).terms;
}

/// When the first value was ordered; none where nothing was touched.
std::optional<base::Instant> first_order(const std::vector<ExecutionEvent>& history) {
    for (const ExecutionEvent& event : history) {
        const auto* const entered = std::get_if<Entered>(&event);
        if (entered != nullptr && entered->order) {
            return entered->at;
        }
    }
    return std::nullopt;
}

/// None where there is no such file. One that is there and can't be read is a finding: who takes
/// the right to read away, or puts a link in its place, would otherwise take away what it says.
Result<std::optional<std::string>> text_in(
    const fs::path& folder, std::string_view file, std::size_t bytes_max
) {
    const fs::path whole = folder / file;
    fs::path path = folder;
    for (const fs::path& part : fs::path{file}) {
        path /= part;
        std::error_code why;
        const fs::file_type type = fs::symlink_status(path, why).type();
        if (type == fs::file_type::not_found) {
            return std::nullopt;
        }
        if (type != (path == whole ? fs::file_type::regular : fs::file_type::directory)) {
            return bad_file(path, "Something else is there, or the right to look is lacking.");
        }
    }
    auto text = audit::read_bundle_file(folder, file, bytes_max);
    if (!text) {
        return bad_file(
            whole,
            fmt::format("It is there, but not as a file of at most {} bytes to be read.", bytes_max)
        );
    }
    return text;
}

/// None while the evidence isn't finished.
Result<std::optional<audit::Manifest>> manifest_in(const fs::path& folder) {
    constexpr std::string_view kFile = "manifest.json";
    AB_TRY(text, text_in(folder, kFile, audit::kManifestBytesMax));
    if (!text) {
        return std::optional<audit::Manifest>{};
    }
    auto manifest = audit::Manifest::parse(*text);
    if (!manifest) {
        return bad_file(folder / kFile, manifest.error().detail);
    }
    return std::optional{*std::move(manifest)};
}

/// When a snapshot was taken.
std::optional<base::Instant> taken_at(std::string_view snapshot) {
    const auto document = base::parse_json(snapshot);
    const auto* const at =
        document && document->is_object() ? document->get_object().if_contains("at") : nullptr;
    if (at == nullptr || !at->is_string()) {
        return std::nullopt;
    }
    const auto instant = base::parse_rfc3339(at->get_string());
    return instant ? std::optional{*instant} : std::nullopt;
}

Result<void> check_snapshot(
    const fs::path& folder,
    const Moment& moment,
    base::Instant ordered_at,
    const std::optional<audit::Manifest>& manifest
) {
    AB_TRY(text, text_in(folder, moment.file, kSnapshotBytesMax));
    if (!text) {
        const auto is_it = [&moment](const audit::MissingEntry& one) {
            return one.what == moment.file;
        };
        if (!manifest || std::ranges::any_of(manifest->missing, is_it)) {
            return {};
        }
        return differs(
            fmt::format("{} lacks, and the manifest doesn't say that it does.", moment.file)
        );
    }
    const auto at = taken_at(*text);
    if (!at) {
        return bad_file(folder / moment.file, "It doesn't say when it was taken.");
    }
    if (moment.is_before ? *at < ordered_at : *at > ordered_at) {
        return {};
    }
    return differs(fmt::format(
        "{} was taken at {}, which isn't {} the first order, at {}.",
        moment.file,
        base::to_rfc3339(*at),
        moment.is_before ? "before" : "behind",
        base::to_rfc3339(ordered_at)
    ));
}

Result<void> check_coverage(const audit::Manifest& manifest, const MeasuredTime& time) {
    constexpr std::string_view kMeasurements = "measurements.jsonl";
    const audit::FileEntry* const entry = manifest.find(kMeasurements);
    if (entry == nullptr) {
        return differs(fmt::format("The manifest doesn't name {}.", kMeasurements));
    }
    const audit::FileAbout& about = entry->about;
    if (!about.covers_from && !about.covers_to && !about.coverage_ppm) {
        return {};  // written before manifests told it
    }
    if (about.covers_from != time.span.from || about.covers_to != time.span.to) {
        return differs(fmt::format(
            "The manifest tells another time that {} covers than {} to {}.",
            kMeasurements,
            base::to_rfc3339(time.span.from),
            base::to_rfc3339(time.span.to)
        ));
    }
    if (about.coverage_ppm != time.coverage_ppm) {
        return differs(fmt::format(
            "{} has data for {} ppm of its time, the manifest says {}.",
            kMeasurements,
            time.coverage_ppm,
            about.coverage_ppm ? fmt::format("{}", *about.coverage_ppm) : "nothing"
        ));
    }
    return {};
}

}  // namespace

MeasuredTime measured_time(
    const Plan& plan, const std::vector<ExecutionEvent>& history, const Measurements& measured
) {
    const TimeSpan span{.from = at(history.front()), .to = at(history.back())};
    const Setting setting{.instances = terms_of(history).instances, .applied_at = span.from};
    const Milliseconds covered =
        Assessment{plan, setting, measured}.covered(span.from, span.to, {});
    const auto length = std::chrono::duration_cast<Milliseconds>(span.to - span.from);
    return {
        .span = span,
        .coverage_ppm = length > Milliseconds{0} ? covered.count() * 1'000'000 / length.count() : 0,
    };
}

Result<void> check_times(
    const fs::path& folder,
    const Plan& plan,
    const std::vector<ExecutionEvent>& history,
    const Measurements& measured
) {
    AB_TRY(manifest, manifest_in(folder));
    if (const auto ordered_at = first_order(history)) {
        for (const Moment& moment : kMoments) {
            AB_CHECK(check_snapshot(folder, moment, *ordered_at, manifest));
        }
    }
    if (manifest) {
        AB_CHECK(check_coverage(*manifest, measured_time(plan, history, measured)));
    }
    return {};
}

}  // namespace accubooks::launch
