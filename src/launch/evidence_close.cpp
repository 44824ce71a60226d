#include <algorithm>

#include <fmt/format.h>

#include "audit/act.h"
#include "audit/bundle_writer.h"
#include "audit/leaf.h"
#include "audit/log_reader.h"
#include "base/canonical_json.h"
#include "base/json_writer.h"
#include "launch/change_log.h"
#include "launch/change_notice.h"
#include "launch/change_report.h"
#include "launch/change_store.h"
#include "launch/execution_store.h"
#include "launch/incident_store.h"
#include "launch/internal/evidence_state.h"
#include "launch/internal/evidence_times.h"
#include "launch/notice_book.h"
#include "launch/rehearsal.h"
#include "launch/replay.h"
#include "launch/report_store.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;

/// What the database holds about an attempt that is over.
struct AttemptRecords {
    std::vector<StoredDecision> envelopes;
    std::vector<Decision> decisions;
    std::vector<Incident> incidents;
    std::vector<Receipt> receipts;
    std::vector<ReportedAttempt> earlier;
    std::int64_t execution = 0;  // its number over all changes
    audit::LogExcerpt log;
    bool was_log_reopened = false;  // since it has acts about the attempt
};

std::unexpected<base::Error> log_reopened() {
    return base::refuse(
        base::ErrorKind::conflict,
        "launch.log_reopened",
        "The audit log was reopened since the attempt's first act, so that no log tells of all of "
        "it. Its evidence stays unsealed: keep it as it lies."
    );
}

std::string canonical(base::JsonWriter json) {
    auto text = base::canonicalise(std::move(json).take());
    base::ensure(text.has_value(), "records hold texts and whole numbers");
    return *std::move(text);
}

/// Those that are linked to the execution.
std::vector<Incident> incidents_of(std::vector<Incident> all, const Terms& terms) {
    std::erase_if(all, [&terms](const Incident& incident) {
        return !incident.execution || change_name(incident.execution->change) != terms.change ||
               incident.execution->revision != terms.revision ||
               incident.execution->attempt != terms.attempt;
    });
    return all;
}

/// What was decided about the revision, as it was signed.
void add_decisions(
    AttemptRecords& records,
    const std::vector<Entry>& entries,
    const std::vector<StoredDecision>& envelopes,
    std::int64_t revision
) {
    for (const Entry& entry : entries) {
        const auto* const decided = std::get_if<Decided>(&entry.event.what);
        if (decided == nullptr || decided->decision.revision != revision) {
            continue;
        }
        const auto stored = std::ranges::find(envelopes, entry.sequence, &StoredDecision::sequence);
        base::ensure(stored != envelopes.end(), "each decision has its signed bytes");
        records.decisions.push_back(decided->decision);
        records.envelopes.push_back(*stored);
    }
}

/// Executions of the change that ended before this one began.
std::vector<ReportedAttempt> earlier_than(const Terms& terms, const std::vector<Entry>& entries) {
    std::vector<ReportedAttempt> earlier;
    for (const Entry& entry : entries) {
        if (const auto* const started = std::get_if<Started>(&entry.event.what)) {
            if (started->revision == terms.revision && started->attempt == terms.attempt) {
                break;
            }
            earlier.push_back({
                .revision = started->revision,
                .attempt = started->attempt,
                .is_rehearsal = started->is_rehearsal,
                .ending = {},
            });
        } else if (const auto* const ended = std::get_if<Ended>(&entry.event.what)) {
            earlier.back().ending = to_string(ended->ending);
        }
    }
    return earlier;
}

/// Of the notice of the approval, and of what was told of the execution.
Task<std::vector<Receipt>> receipts_about(
    pg::Connection& connection,
    std::optional<std::string> approval,
    std::int64_t execution,
    base::Deadline deadline
) {
    std::vector<Receipt> all;
    if (approval) {
        all = co_await receipts_of(connection, *std::move(approval), deadline);
    }
    auto more = co_await receipts_of(connection, fmt::format("execution/{}", execution), deadline);
    std::ranges::move(more, std::back_inserter(all));
    co_return all;
}

Task<Result<AttemptRecords>> records_of(
    pg::Pool& ops, std::int64_t change, const Terms& terms, base::Deadline deadline
) {
    AttemptRecords records;
    pg::Lease lease = co_await ops.acquire(deadline);
    pg::Connection& connection = *lease;
    co_await begin_look(connection, deadline);
    const auto entries = co_await entries_of(connection, change, deadline);
    const auto envelopes = co_await decisions_of(connection, change, deadline);
    auto incidents = co_await all_incidents(connection, deadline);
    add_decisions(records, entries, envelopes, terms.revision);
    records.incidents = incidents_of(std::move(incidents), terms);
    records.earlier = earlier_than(terms, entries);
    for (const ExecutionRow& row : co_await executions_of(connection, change, deadline)) {
        if (row.revision == terms.revision && row.attempt == terms.attempt) {
            records.execution = row.number;
        }
    }
    records.receipts = co_await receipts_about(
        connection, approval_notice(change, terms.revision, entries), records.execution, deadline
    );
    std::vector<std::string> objects{
        revision_object(change, terms.revision), execution_object(terms)
    };
    for (const Incident& incident : records.incidents) {
        objects.push_back(incident_name(incident.number));
    }
    records.was_log_reopened =
        co_await audit::is_told_by_earlier_log(connection, objects, deadline);
    auto log = co_await audit::acts_about(connection, std::move(objects), deadline);
    co_await connection.commit(deadline);
    AB_CO_TRY(excerpt, std::move(log));
    records.log = std::move(excerpt);
    co_return records;
}

std::string incidents_json(const std::vector<Incident>& incidents) {
    base::JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const Incident& incident : incidents) {
        json.raw(report_json(incident));
    }
    json.end_array().end_object();
    return canonical(std::move(json));
}

/// The act that has the manifest as its object, by which a bundle is sealed.
const audit::LoggedAct* seal_among(
    const audit::LogExcerpt& log, const base::Digest& manifest, std::size_t& place
) {
    for (place = 0; place < log.acts.size(); ++place) {
        const auto leaf = audit::Leaf::parse(log.acts[place].entry);
        if (leaf && leaf->action == audit::kSealed && leaf->object_digest == manifest) {
            return &log.acts[place];
        }
    }
    return nullptr;
}

struct Seal {
    audit::LoggedAct act;
    audit::InclusionProof proof;
    std::optional<audit::ConsistencyProof> growth{};
};

/// The seal as the log has it; none while nobody recorded it.
Task<Result<std::optional<Seal>>> find_seal(
    pg::Pool& ops,
    std::string object,
    audit::BundleWriter::Finished finished,
    base::Deadline deadline
) {
    pg::Lease lease = co_await ops.acquire(deadline);
    co_await begin_look(*lease, deadline);
    const auto end = co_await audit::end_of_log(*lease, deadline);
    if (!end || end->origin != finished.audit.origin) {
        co_return log_reopened();
    }
    auto log = co_await audit::acts_about(*lease, {std::move(object)}, deadline);
    auto growth = co_await audit::consistency_from(*lease, finished.audit.size, deadline);
    co_await lease->commit(deadline);
    AB_CO_TRY(excerpt, std::move(log));
    AB_CO_TRY(grown, std::move(growth));
    std::size_t place = 0;
    const audit::LoggedAct* const act = seal_among(excerpt, finished.manifest, place);
    if (act == nullptr) {
        co_return std::optional<Seal>{};
    }
    Seal seal{.act = *act, .proof = excerpt.proofs[place]};
    if (grown.checkpoint.checkpoint.tree.size != finished.audit.size) {
        seal.growth = std::move(grown);
    }
    co_return std::optional{std::move(seal)};
}

Task<base::Uuid> record_seal(
    pg::Pool& ops, std::int64_t change, audit::Act act, base::Instant now, base::Deadline deadline
) {
    pg::Lease lease = co_await ops.acquire(deadline);
    co_await begin_for(*lease, change, deadline);
    const base::Uuid id = co_await audit::record(*lease, std::move(act), now, deadline);
    co_await lease->commit(deadline);
    co_return id;
}

/// The files of lines are whole; the measurements tell which time they cover, and how much of it.
Result<void> end_lines(Evidence::State& state, const Recorded& recorded, base::Instant now) {
    const auto about = [&](Lines lines) {
        return audit::FileAbout{
            .path = file_of(lines),
            .media_type = "application/jsonl",
            .captured_at = now,
            .captured_by = state.writer,
            .samples = state.bundle->lines(file_of(lines)),
        };
    };
    audit::FileAbout measurements = about(Lines::measurements);
    const Plan plan = rehearsal_of(state.payload.plan, state.terms.time_scale);
    const MeasuredTime time = measured_time(plan, recorded.history, recorded.measured);
    measurements.covers_from = time.span.from;
    measurements.covers_to = time.span.to;
    measurements.coverage_ppm = time.coverage_ppm;
    AB_CHECK(state.bundle->end_lines(about(Lines::events)));
    AB_CHECK(state.bundle->end_lines(measurements));
    return state.bundle->end_lines(about(Lines::verdicts));
}

/// What shows the system before anything was touched and behind it, or why it isn't there.
void look_for_snapshots(Evidence::State& state, const ChangeReport& report) {
    for (const char* const path : {"snapshots/before.json", "snapshots/after.json"}) {
        if (!state.bundle->has(path)) {
            state.bundle->add_missing(
                {.what = path,
                 .reason = report.orders.empty() ? "nothing was touched" : "none was taken"}
            );
        }
    }
}

/// What grew is whole, and beside it lies what the database holds; then the report can be made.
Result<StoredReport> report_in(
    Evidence::State& state, const AttemptRecords& records, base::Instant now
) {
    for (const StoredDecision& decision : records.envelopes) {
        AB_CHECK(state.add(
            {.path = fmt::format("approvals/{}.dsse.json", decision.sequence)},
            decision.envelope,
            now
        ));
    }
    AB_CHECK(state.add({.path = "incidents.json"}, incidents_json(records.incidents), now));
    AB_TRY(
        receipts, base::canonicalise(receipts_json(records.receipts, state.payload.stakeholders, 0))
    );
    AB_CHECK(state.add({.path = "notifications.json"}, receipts, now));
    for (const Lines lines : {Lines::events, Lines::measurements, Lines::verdicts}) {
        if (!state.bundle->has(file_of(lines))) {
            AB_CHECK(state.bundle->append(file_of(lines), 1, {}));  // it may have none
        }
    }
    AB_TRY(recorded, read_recorded(state.folder));
    AB_CHECK(end_lines(state, recorded, now));
    const ChangeReport report = report_of({
        .payload = state.payload,
        .history = recorded.history,
        .measured = recorded.measured,
        .decisions = records.decisions,
        .incidents = records.incidents,
        .earlier = records.earlier,
    });
    look_for_snapshots(state, report);
    state.outcome = to_string(report.outcome);
    return StoredReport{
        .execution = records.execution,
        .json = to_json(report),
        .page = to_markdown(report),
        .made_at = now,
        .due_at = report.due_at,
    };
}

/// The last files and the manifest.
Result<void> finish_bundle(
    Evidence::State& state,
    const AttemptRecords& records,
    const StoredReport& report,
    std::string producer,
    base::Instant now
) {
    AB_CHECK(state.add({.path = "report.json"}, report.json, now));
    AB_CHECK(state.add(
        {.path = "report.md", .media_type = "text/markdown; charset=utf-8"}, report.page, now
    ));
    // Evidence that contradicts itself is evidence too, and says so.
    if (const auto replayed = replay_evidence(state.folder); !replayed) {
        state.bundle->add_missing(
            {.what = "a replay that agrees", .reason = replayed.error().detail}
        );
    }
    AB_TRY(finished, state.bundle->finish(state.outcome, std::move(producer), records.log, now));
    state.bundle.reset();
    return {};
}

Task<StoredReport> keep(pg::Pool& ops, StoredReport report, base::Deadline deadline) {
    pg::Lease lease = co_await ops.acquire(deadline);
    co_return co_await keep_report(*lease, std::move(report), deadline);
}

}  // namespace

/// Everything but the seal.
Task<Result<void>> Evidence::finish(
    const Closing& closing, base::Instant now, base::Deadline deadline
) {
    const Terms& terms = state_->terms;
    AB_CO_TRY(change, parse_change_name(terms.change));
    AB_CO_CHECK(co_await closing.log.advance(deadline));
    AB_CO_TRY(records, co_await records_of(closing.ops, change, terms, deadline));
    StoredReport report;
    AB_CO_CHECK(co_await state_->on_disk([&]() -> Result<void> {
        AB_TRY(made, report_in(*state_, records, now));
        report = std::move(made);
        return {};
    }));
    // The first one that was made is the report, whoever closes the evidence in the end.
    report = co_await keep(closing.ops, std::move(report), deadline);
    if (records.was_log_reopened) {
        co_return log_reopened();  // the change can be reported and closed all the same
    }
    co_return co_await state_->on_disk([&] {
        return finish_bundle(*state_, records, report, closing.producer, now);
    });
}

Task<Result<void>> Evidence::seal(
    const Closing& closing, base::Instant now, base::Deadline deadline
) {
    std::optional<audit::BundleWriter::Finished> finished;
    AB_CO_CHECK(co_await state_->on_disk([&]() -> Result<void> {
        finished = audit::finished_bundle(state_->folder);
        return {};
    }));
    base::ensure(finished.has_value(), "a bundle is sealed when it has its manifest");
    const std::string object = execution_object(state_->terms);
    AB_CO_TRY(change, parse_change_name(state_->terms.change));
    AB_CO_CHECK(co_await closing.log.advance(deadline));
    AB_CO_TRY(seal, co_await find_seal(closing.ops, object, *finished, deadline));
    if (!seal) {
        audit::Act act{
            .actor = closing.actor,
            .action = std::string{audit::kSealed},
            .object = object,
            .object_digest = finished->manifest,
        };
        const base::Uuid id =
            co_await record_seal(closing.ops, change, std::move(act), now, deadline);
        AB_CO_TRY(included, co_await closing.log.await_inclusion(id, deadline));
        AB_CO_TRY(found, co_await find_seal(closing.ops, object, *finished, deadline));
        seal = std::move(found);
        base::ensure(seal.has_value(), "what was just included is there");
    }
    co_return co_await state_->on_disk([&]() -> Result<void> {
        audit::seal_bundle(state_->folder, seal->act, seal->proof, seal->growth);
        state_->is_sealed = true;
        return {};
    });
}

Task<Result<void>> Evidence::close(
    const Closing& closing, base::Instant now, base::Deadline deadline
) {
    if (!is_finished()) {
        AB_CO_CHECK(co_await finish(closing, now, deadline));
    }
    if (!is_sealed()) {
        AB_CO_CHECK(co_await seal(closing, now, deadline));
    }
    co_return Result<void>{};
}

}  // namespace accubooks::launch
