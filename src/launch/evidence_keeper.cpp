#include "launch/evidence_keeper.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "audit/bundle_writer.h"
#include "audit/log_reader.h"
#include "launch/change_store.h"
#include "launch/execution_log.h"
#include "launch/execution_store.h"
#include "launch/report_store.h"
#include "net/periodic_task.h"

namespace accubooks::launch {
namespace {

namespace fs = std::filesystem;
using base::Result;
using base::Task;
using std::chrono::seconds;

constexpr seconds kEvery{5};
constexpr seconds kPatience{10};
/// A witness cosigns when it comes by, for months after.
constexpr std::chrono::minutes kWitnessesEvery{1};
/// Before that its driver is at it.
constexpr seconds kLeftToDriver{15};
/// After that whoever led it isn't coming back.
constexpr std::chrono::minutes kLeftToItsFolder{5};
constexpr std::int64_t kLinesAtOnce = 500;

/// Whether some driver had it, in whose folder its evidence may lie; not so when it was ended right
/// after it began.
bool was_led(const Attempt& attempt) {
    return std::ranges::any_of(attempt.history, [](const ExecutionEvent& event) {
        return std::holds_alternative<Claimed>(event);
    });
}

/// What no later look mends.
bool is_for_good(const base::Error& error) {
    return error.code == "launch.log_reopened" || error.code == "launch.bad_payload" ||
           error.code == "launch.bad_history";
}

}  // namespace

struct EvidenceKeeper::State {
    explicit State(const Parts& with)
        : parts{with},
          periodic{
              {.on = with.on,
               .pause = kEvery,
               .work = [this] { return look(base::deadline_in(kPatience)); },
               .failed = [this](const std::exception& failure
                         ) { tell("evidence isn't looked after", failure.what()); }}
          } {}

    Parts parts;
    std::set<std::int64_t> done{};              // executions of which nothing is left to do here
    std::map<std::int64_t, fs::path> sealed{};  // done but for a witness, with their folders
    base::Instant witnesses_at{};               // looked for again
    net::PeriodicTask periodic;

    void tell(std::string_view what, std::string_view why) const {
        parts.log.write(telemetry::Level::warning, what, {{"reason", why}});
    }

    Task<void> look(base::Deadline deadline) {
        std::vector<ExecutionRow> rows;
        {
            pg::Lease lease = co_await parts.ops.acquire(deadline);
            rows = co_await executions_of(*lease, 0, deadline);
        }
        for (const ExecutionRow& row : rows) {
            if (periodic.is_stopping()) {
                co_return;
            }
            if (done.contains(row.number)) {
                continue;
            }
            const auto kept = co_await keep(row, deadline);
            const bool is_lost = !kept && is_for_good(kept.error());
            if (!kept) {
                tell(
                    is_lost ? "an execution's evidence stays unfinished"
                            : "an execution's evidence isn't finished yet",
                    kept.error().detail
                );
            }
            if (is_lost || (kept && *kept)) {
                done.insert(row.number);
            }
        }
        co_await look_for_witnesses(deadline);
    }

    Task<void> look_for_witnesses(base::Deadline deadline) {
        if (parts.clock.now() < witnesses_at) {
            co_return;
        }
        witnesses_at = parts.clock.now() + kWitnessesEvery;
        for (auto at = sealed.begin(); at != sealed.end() && !periodic.is_stopping();) {
            const bool is_there = co_await add_witness(at->second, deadline);
            at = is_there ? sealed.erase(at) : std::next(at);
        }
    }

    /// Whether nothing is left to do.
    Task<Result<bool>> keep(const ExecutionRow& row, base::Deadline deadline) {
        std::optional<Attempt> attempt;
        bool has_report = false;
        std::string payload;
        {
            pg::Lease lease = co_await parts.ops.acquire(deadline);
            AB_CO_TRY(loaded, co_await load_attempt(*lease, row, deadline));
            attempt.emplace(std::move(loaded));
            const auto stored = co_await find_revision(*lease, row.change, row.revision, deadline);
            payload = stored->payload;
            const auto report = co_await find_report(*lease, row.number, deadline);
            has_report = report.has_value();
        }
        const Execution& execution = attempt->execution;
        const base::Instant now = parts.clock.now();
        if (!is_final(execution.state) || now < execution.last_at + kLeftToDriver) {
            co_return false;
        }
        const fs::path folder =
            parts.evidence.directory /
            evidence_folder(attempt->payload.plan, attempt->payload.phase, execution.terms);
        const bool may_be_elsewhere =
            was_led(*attempt) && now < execution.last_at + kLeftToItsFolder;
        if (!fs::exists(folder) && (has_report || may_be_elsewhere)) {
            co_return has_report;
        }
        AB_CO_TRY(evidence, co_await Evidence::open(parts.evidence, execution.terms, payload, now));
        if (!evidence.is_sealed()) {
            AB_CO_CHECK(co_await finish(evidence, *attempt, deadline));
        }
        sealed.emplace(row.number, folder);
        witnesses_at = {};
        co_return true;
    }

    Task<Result<void>> finish(Evidence& evidence, const Attempt& attempt, base::Deadline deadline) {
        std::vector<std::string> events;
        events.reserve(attempt.history.size());
        for (const ExecutionEvent& event : attempt.history) {
            events.push_back(to_json(event));
        }
        AB_CO_CHECK(co_await evidence.append(Lines::events, 1, std::move(events)));
        const std::int64_t number = attempt.row.number;
        AB_CO_CHECK(co_await copy(
            evidence, Lines::measurements, number, EvidenceFile::measurements, deadline
        ));
        AB_CO_CHECK(
            co_await copy(evidence, Lines::verdicts, number, EvidenceFile::verdicts, deadline)
        );
        const Evidence::Closing closing{
            .ops = parts.ops,
            .log = parts.audit_log,
            .producer = parts.producer,
            .actor = "system",
        };
        co_return co_await evidence.close(closing, parts.clock.now(), deadline);
    }

    /// The lines that the file doesn't have yet.
    Task<Result<void>> copy(
        Evidence& evidence,
        Lines of,
        std::int64_t execution,
        EvidenceFile file,
        base::Deadline deadline
    ) {
        while (!evidence.is_finished()) {
            const std::int64_t known = evidence.lines(of);
            std::vector<std::string> lines;
            {
                pg::Lease lease = co_await parts.ops.acquire(deadline);
                lines =
                    co_await lines_after(*lease, execution, file, known, kLinesAtOnce, deadline);
            }
            if (lines.empty()) {
                break;
            }
            AB_CO_CHECK(co_await evidence.append(of, known + 1, std::move(lines)));
        }
        co_return Result<void>{};
    }

    /// Whether there is one beside the seal.
    Task<bool> add_witness(fs::path folder, base::Deadline deadline) {
        const auto size =
            co_await parts.evidence.disk.run([&folder] { return audit::unwitnessed_size(folder); });
        if (!size) {
            co_return true;
        }
        pg::Lease lease = co_await parts.ops.acquire(deadline);
        auto growth = co_await audit::witnessed_from(*lease, *size, deadline);
        if (!growth) {
            co_return false;  // nobody has cosigned a later checkpoint yet
        }
        co_await parts.evidence.disk.run([&] {
            audit::add_witnessed(folder, *growth);
            return true;
        });
        co_return true;
    }
};

EvidenceKeeper::EvidenceKeeper(const Parts& parts) : state_{std::make_shared<State>(parts)} {}
EvidenceKeeper::~EvidenceKeeper() = default;

void EvidenceKeeper::start() {
    state_->periodic.start();
}

void EvidenceKeeper::stop() {
    state_->periodic.stop();
}

Task<void> EvidenceKeeper::look(base::Deadline deadline) {
    return state_->look(deadline);
}

}  // namespace accubooks::launch
