#include "ops/backup_set.h"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/json.h"

namespace accubooks::ops {
namespace {

namespace json = boost::json;
using base::ErrorKind;
using base::refuse;

constexpr std::int64_t kSecond = 1'000'000;

base::Instant instant_of(const json::value& seconds) {
    return base::Instant::from_unix_micros(seconds.to_number<std::int64_t>() * kSecond);
}

/// Throws where the document has another shape.
BackupSet set_of(const json::value& one) {
    const json::value& error = one.at("error");
    return {
        .label = std::string{one.at("label").as_string()},
        .started_at = instant_of(one.at("timestamp").at("start")),
        .finished_at = instant_of(one.at("timestamp").at("stop")),
        .bytes = one.at("info").at("size").to_number<std::int64_t>(),
        .stored_bytes = one.at("info").at("repository").at("size").to_number<std::int64_t>(),
        .has_errors = error.is_bool() && error.as_bool(),
    };
}

}  // namespace

base::Result<std::vector<BackupSet>> parse_backup_info(std::string_view text) {
    AB_TRY(document, base::parse_json(text));
    std::vector<BackupSet> sets;
    try {
        for (const json::value& stanza : document.as_array()) {
            for (const json::value& one : stanza.at("backup").as_array()) {
                sets.push_back(set_of(one));
            }
        }
    } catch (const std::exception&) {
        return refuse(
            ErrorKind::invalid,
            "backup.bad_info",
            "pgBackRest describes its backups in a way that this program doesn't know; use "
            "pgBackRest 2.45."
        );
    }
    std::ranges::sort(sets, {}, &BackupSet::finished_at);
    return sets;
}

base::Result<BackupSet> backup_before(
    const std::vector<BackupSet>& sets, std::optional<base::Instant> at
) {
    if (sets.empty()) {
        return refuse(
            ErrorKind::not_found,
            "backup.none",
            "There is no backup yet; take one with accubooks backup run."
        );
    }
    if (!at) {
        return sets.back();
    }
    // A whole second later, since a backup's end is told to the second only.
    const auto later = std::ranges::find_if(sets, [at](const BackupSet& set) {
        return set.finished_at + std::chrono::seconds{1} > *at;
    });
    if (later == sets.begin()) {
        return refuse(
            ErrorKind::invalid,
            "backup.too_early",
            fmt::format(
                "The oldest backup was finished at {}; give a time at least a second after it.",
                base::to_rfc3339(sets.front().finished_at)
            )
        );
    }
    return *std::prev(later);
}

}  // namespace accubooks::ops
