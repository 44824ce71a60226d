#include "launch/recording.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/json_writer.h"
#include "launch/change_store.h"
#include "launch/internal/transitions.h"
#include "launch/internal/yaml.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;

/// Minutes of a busy sampler: longer than the database may be away without a pause.
constexpr std::size_t kTakenMax = 20'000;
/// launch.evidence_line takes no longer one.
constexpr std::size_t kLineBytesMax = std::size_t{4} * 1024 * 1024;
constexpr std::int64_t kLinesAtOnce = 500;
constexpr std::array kRecords{
    EvidenceFile::measurements, EvidenceFile::verdicts, EvidenceFile::fingerprints
};

/// Those that are files too.
constexpr std::array kFiles{
    std::pair{EvidenceFile::measurements, Lines::measurements},
    std::pair{EvidenceFile::verdicts, Lines::verdicts},
};

/// {"schema": "…"}
std::string line_of(const std::vector<Fingerprint>& fingerprints) {
    base::JsonWriter json;
    json.begin_object();
    for (const auto& [name, text] : texts_of(fingerprints)) {
        json.member(name, text);
    }
    json.end_object();
    return std::move(json).take();
}

Result<std::vector<Fingerprint>> fingerprints_in(std::string_view line) {
    std::vector<std::pair<std::string, std::string>> texts;
    AB_TRY(tree, parse_json_tree(line, line.size()));
    texts.reserve(tree.members.size());
    for (const auto& [name, text] : tree.members) {
        texts.emplace_back(name, text.text);
    }
    return fingerprints_of(texts);
}

}  // namespace

Recording::Recording(Parts parts, const Attempt& attempt)
    : parts_{std::move(parts)}, attempt_{attempt} {}

std::int64_t& Recording::count_of(EvidenceFile file) {
    return counts_.at(static_cast<std::size_t>(file));
}

/// Takes in the lines behind those that are known: of a driver before this one, or of a write
/// whose answer was lost.
Task<Result<void>> Recording::read_on(base::Deadline deadline) {
    pg::Lease lease = co_await parts_.ops.acquire(deadline);
    for (const EvidenceFile file : kRecords) {
        std::vector<std::string> lines;
        do {
            lines = co_await lines_after(
                *lease, attempt_.row.number, file, count_of(file), kLinesAtOnce, deadline
            );
            for (const std::string& line : lines) {
                AB_CO_CHECK(take_in(file, line));
                ++count_of(file);
            }
        } while (std::ssize(lines) == kLinesAtOnce);
    }
    is_unsure_ = false;
    co_return Result<void>{};
}

Result<void> Recording::take_in(EvidenceFile file, const std::string& line) {
    if (file == EvidenceFile::fingerprints) {
        AB_TRY(fingerprints, fingerprints_in(line));
        fingerprints_ = std::move(fingerprints);
    } else if (file == EvidenceFile::measurements) {
        if (!taken_.empty() && taken_.front().line == line) {
            taken_.pop_front();
        }
        AB_TRY(measurement, parse_measurement(line));
        measured_.add(std::move(measurement));
    }
    return {};
}

bool Recording::take(Measurement measurement) {
    std::string line = to_json(measurement);
    if (taken_.size() >= kTakenMax || line.size() > kLineBytesMax) {
        return false;
    }
    taken_.push_back({.measurement = std::move(measurement), .line = std::move(line)});
    return true;
}

Task<Result<void>> Recording::add(
    EvidenceFile file, std::vector<std::string> lines, base::Deadline deadline
) {
    pg::Lease lease = co_await parts_.ops.acquire(deadline);
    NewLines added{
        .execution = attempt_.row.number,
        .epoch = attempt_.execution.epoch,
        .file = file,
        .first = count_of(file) + 1,
        .lines = std::move(lines),
    };
    const std::int64_t count = std::ssize(added.lines);
    is_unsure_ = true;
    const bool is_done = co_await append_lines(*lease, std::move(added), deadline);
    is_unsure_ = false;
    if (!is_done) {
        co_return refuse_fenced();
    }
    count_of(file) += count;
    co_return Result<void>{};
}

Task<Result<void>> Recording::write(base::Instant now, base::Deadline deadline) {
    if (is_unsure_) {
        AB_CO_CHECK(co_await read_on(deadline));
    }
    while (!taken_.empty()) {
        std::vector<std::string> lines;
        const std::ptrdiff_t count = std::min(std::ssize(taken_), std::ptrdiff_t{kLinesAtOnce});
        lines.reserve(static_cast<std::size_t>(count));
        for (std::ptrdiff_t at = 0; at < count; ++at) {
            lines.push_back(taken_[static_cast<std::size_t>(at)].line);
        }
        // What the sources hand over meanwhile is behind these.
        AB_CO_CHECK(co_await add(EvidenceFile::measurements, std::move(lines), deadline));
        for (std::ptrdiff_t at = 0; at < count; ++at) {
            measured_.add(std::move(taken_.front().measurement));
            taken_.pop_front();
        }
    }
    co_return co_await write_evidence(now, deadline);
}

Task<Result<void>> Recording::write(VerdictRecord record, base::Deadline deadline) {
    if (is_unsure_) {
        AB_CO_CHECK(co_await read_on(deadline));
    }
    record.measurements = count_of(EvidenceFile::measurements);
    std::vector<std::string> line{to_json(record)};
    AB_CO_CHECK(co_await add(EvidenceFile::verdicts, std::move(line), deadline));
    co_return co_await write_evidence(record.at, deadline);
}

Task<Result<void>> Recording::write(
    std::string moment, Snapshot snapshot, base::Deadline deadline
) {
    AB_CO_CHECK(co_await open_evidence(snapshot.at, deadline));
    const base::Instant at = snapshot.at;
    co_return co_await evidence_->add_snapshot(std::move(moment), std::move(snapshot), at);
}

Task<Result<void>> Recording::open_evidence(base::Instant now, base::Deadline deadline) {
    if (evidence_) {
        co_return Result<void>{};
    }
    std::optional<StoredRevision> stored;
    {
        const ExecutionRow& row = attempt_.row;
        pg::Lease lease = co_await parts_.ops.acquire(deadline);
        stored = co_await find_revision(*lease, row.change, row.revision, deadline);
    }
    base::ensure(stored.has_value(), "an execution's foreign key keeps its revision");
    AB_CO_TRY(
        evidence,
        co_await Evidence::open(
            parts_.evidence, attempt_.execution.terms, std::move(stored->payload), now
        )
    );
    evidence_.emplace(std::move(evidence));
    co_return Result<void>{};
}

Task<Result<void>> Recording::write(std::vector<Fingerprint> before, base::Deadline deadline) {
    if (is_unsure_) {
        AB_CO_CHECK(co_await read_on(deadline));
    }
    if (!fingerprints_.empty() || before.empty()) {
        co_return Result<void>{};
    }
    base::ensure(are_known(before), "what isn't known can't be compared with");
    std::vector<std::string> line{line_of(before)};
    AB_CO_CHECK(co_await add(EvidenceFile::fingerprints, std::move(line), deadline));
    fingerprints_ = std::move(before);
    co_return Result<void>{};
}

/// Brings the files to where the database is.
Task<Result<void>> Recording::write_evidence(base::Instant now, base::Deadline deadline) {
    AB_CO_CHECK(co_await open_evidence(now, deadline));
    if (evidence_->is_finished()) {
        co_return Result<void>{};  // by whoever drove before; the files stay as they are
    }
    const std::int64_t events = evidence_->lines(Lines::events);
    std::vector<std::string> lines;
    for (std::int64_t at = events; at < attempt_.number(); ++at) {
        lines.push_back(to_json(attempt_.history[static_cast<std::size_t>(at)]));
    }
    if (!lines.empty()) {
        AB_CO_CHECK(co_await evidence_->append(Lines::events, events + 1, std::move(lines)));
    }
    for (const auto& [file, of] : kFiles) {
        for (std::int64_t have = evidence_->lines(of); have < count_of(file);
             have = evidence_->lines(of)) {
            {
                pg::Lease lease = co_await parts_.ops.acquire(deadline);
                lines = co_await lines_after(
                    *lease, attempt_.row.number, file, have, kLinesAtOnce, deadline
                );
            }
            AB_CO_CHECK(co_await evidence_->append(of, have + 1, std::move(lines)));
        }
    }
    co_return Result<void>{};
}

}  // namespace accubooks::launch
