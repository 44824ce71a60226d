#include "launch/driver.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "launch/change_store.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;
using telemetry::Level;
using telemetry::LogField;

/// How long a driver leads without renewing; past it another one takes over.
constexpr std::chrono::seconds kLeads{10};
constexpr std::chrono::milliseconds kTurnsEvery{250};
/// While there is nothing to do.
constexpr std::chrono::seconds kLooksEvery{1};
/// For the database and for one effect: well within the lease.
constexpr std::chrono::seconds kPatience{3};
/// For the effects' end: evidence is finished and proven by then, or at the next start.
constexpr std::chrono::seconds kEndsWithin{30};
/// Until it is looked at again whether they are; what can't be done is tried more and more rarely.
constexpr std::chrono::seconds kFinishesEvery{30};
constexpr std::chrono::seconds kFinishesMost{3600};

base::Deadline soon() {
    return base::deadline_in(kPatience);
}

}  // namespace

struct Driver::State {
    explicit State(Parts given) : parts{std::move(given)} {}

    Parts parts;
    std::unique_ptr<Attempt> attempt{};  // while this driver leads it
    std::unique_ptr<Effects> effects{};
    base::Deadline finish_at{};  // what is unfinished, not before
    std::chrono::seconds finish_pause = kFinishesEvery;
    std::int64_t sealed = 0;   // the evidence of all up to this one is
    std::int64_t tried = 0;    // behind those, up to this one, since the last pause
    base::Deadline look_at{};  // for an execution that nobody drives
    std::string complaint{};   // why the one that runs can't be driven here; told once

    Task<bool> turn() {
        if (attempt ? !co_await go_on() : !co_await take_over()) {
            co_return false;
        }
        // What is too late isn't done any more.
        if (!co_await record(TimePassed{})) {
            co_return false;
        }
        const base::Instant now = parts.clock.now();
        const ExecutionState state = attempt->execution.state;
        for (const Effect& effect : todo(attempt->plan, attempt->execution, now)) {
            const std::vector<Report> reports = co_await effects->perform(effect, soon());
            for (const Report& report : reports) {
                if (!co_await record(report)) {
                    co_return false;
                }
            }
            if (attempt->execution.state != state) {
                break;  // the next turn asks what is to be done there
            }
        }
        if (is_final(attempt->execution.state)) {
            co_await let_go();
            co_return false;
        }
        co_return true;
    }

    /// Whether there is an execution that nobody drives, which is this driver's from now on.
    Task<bool> take_over() {
        pg::Lease lease = co_await parts.ops.acquire(soon());
        const auto row = co_await running_execution(*lease, soon());
        if (!row) {
            lease.release();
            co_await finish_one();
            co_return false;
        }
        // One transaction: no epoch is newer than the history says, but while this one is open.
        co_await begin_for(*lease, row->change, soon());
        const auto epoch =
            co_await claim_execution(*lease, row->number, parts.holder, kLeads, soon());
        if (!epoch) {
            co_return false;
        }
        auto loaded = co_await load_attempt(*lease, *row, soon());
        if (!loaded) {
            if (complaint != loaded.error().detail) {
                complaint = loaded.error().detail;
                parts.log.write(Level::error, complaint);
            }
            co_return false;
        }
        complaint.clear();
        auto claimed = std::make_unique<Attempt>(*std::move(loaded));
        const auto events = launch::take_over(
            claimed->plan, claimed->execution, *epoch, parts.holder, parts.clock.now()
        );
        if (!events) {
            co_return false;  // it has ended meanwhile
        }
        const auto appended = co_await append_events(*lease, *claimed, *events, "system", soon());
        if (!appended) {
            parts.log.write(Level::error, appended.error().detail);
            co_return false;
        }
        co_await lease->commit(soon());
        finish_pause = kFinishesEvery;
        attempt = std::move(claimed);
        effects = parts.effects(*attempt);
        tell("drives the execution from now on");
        co_return true;
    }

    /// Finishes the evidence of an execution that has ended, where whoever drove it couldn't, or
    /// nobody ever did: one that was aborted at once.
    Task<void> finish_one() {
        if (base::Deadline::clock::now() < finish_at) {
            co_return;
        }
        {
            pg::Lease lease = co_await parts.ops.acquire(soon());
            const auto row = co_await ended_execution(*lease, std::max(sealed, tried), soon());
            if (!row) {
                if (tried > sealed) {
                    finish_at = base::deadline_in(finish_pause);
                    finish_pause = std::min(2 * finish_pause, kFinishesMost);
                }
                tried = 0;
                co_return;
            }
            if (co_await is_sealed(*lease, *row, soon())) {
                (tried > sealed ? tried : sealed) = row->number;
                co_return;
            }
            tried = row->number;
            const auto epoch =
                co_await claim_execution(*lease, row->number, parts.holder, kEndsWithin, soon());
            if (!epoch) {
                co_return;
            }
            auto loaded = co_await load_attempt(*lease, *row, soon());
            if (!loaded) {
                parts.log.write(Level::error, loaded.error().detail);
                co_return;
            }
            loaded->execution.epoch = *epoch;  // nothing follows the end that could say so
            attempt = std::make_unique<Attempt>(*std::move(loaded));
        }
        effects = parts.effects(*attempt);
        co_await let_go();
    }

    /// Whether it is still this driver's.
    Task<bool> go_on() {
        pg::Lease lease = co_await parts.ops.acquire(soon());
        const std::int64_t number = attempt->row.number;
        if (!co_await renew_execution(*lease, number, attempt->execution.epoch, kLeads, soon())) {
            tell("doesn't drive the execution any more: its lease was over");
            lease.release();
            co_await let_go();
            co_return false;
        }
        const auto caught_up = co_await catch_up(*lease, *attempt, soon());
        if (!caught_up) {
            parts.log.write(Level::error, caught_up.error().detail);
        }
        if (!caught_up || is_final(attempt->execution.state)) {
            lease.release();
            co_await let_go();
            co_return false;
        }
        co_return true;
    }

    /// Whether it is still this driver's. What a report leads to is decided twice: by what is known
    /// here, since most lead to nothing, and then by what is recorded.
    Task<bool> record(const Report& report) {
        const std::int64_t epoch = attempt->execution.epoch;
        const base::Instant now = parts.clock.now();
        const auto likely = decide(attempt->plan, attempt->execution, report, epoch, now);
        if (likely && likely->empty()) {
            co_return true;
        }
        pg::Lease lease = co_await parts.ops.acquire(soon());
        co_await begin_for(*lease, attempt->row.change, soon());
        const auto told = [this](const base::Error& error) { tell(error.detail); };
        if (const auto caught_up = co_await catch_up(*lease, *attempt, soon()); !caught_up) {
            told(caught_up.error());
            co_return false;
        }
        const auto events = decide(attempt->plan, attempt->execution, report, epoch, now);
        if (!events) {
            told(events.error());
            co_return false;
        }
        // What is committed counts: a copy moves on, and takes its place when it is.
        Attempt moved = *attempt;
        const auto appended = co_await append_events(*lease, moved, *events, "system", soon());
        if (!appended) {
            told(appended.error());
            co_return false;
        }
        co_await lease->commit(soon());
        const auto followed =
            attempt->follow({moved.history.begin() + attempt->number(), moved.history.end()});
        co_return followed.has_value();
    }

    Task<void> let_go() {
        // Also where closing throws: an attempt has effects, or there is none.
        const std::unique_ptr<Attempt> ended = std::move(attempt);
        const std::unique_ptr<Effects> ending = std::move(effects);
        if (ending) {
            finish_at = base::deadline_in(kFinishesEvery);
            co_await ending->close(base::deadline_in(kEndsWithin));
        }
    }

    void tell(std::string_view what) const {
        const std::string name = execution_name(attempt->row);
        parts.log.write(
            Level::info,
            what,
            {LogField{"execution", std::string_view{name}},
             LogField{"state", to_string(attempt->execution.state)},
             LogField{"epoch", attempt->execution.epoch}}
        );
    }

    Task<void> drive() {
        if (!attempt && base::Deadline::clock::now() < look_at) {
            co_return;
        }
        look_at = base::deadline_in(kLooksEvery);
        co_await turn();
    }

    Task<void> end() {
        try {
            co_await hand_over();
        } catch (const std::exception& failure) {
            tell_failure("the lease on the execution ends by itself", failure);
        }
        co_await let_go();
    }

    void tell_failure(std::string_view what, const std::exception& failure) const {
        parts.log.write(
            Level::warning, what, {LogField{"reason", std::string_view{failure.what()}}}
        );
    }

    /// Nobody has to wait until the lease is over.
    Task<void> hand_over() {
        if (attempt) {
            pg::Lease lease = co_await parts.ops.acquire(soon());
            const std::int64_t epoch = attempt->execution.epoch;
            co_await renew_execution(*lease, attempt->row.number, epoch, {}, soon());
        }
    }
};

Driver::Driver(Parts parts)
    : state_{std::make_shared<State>(std::move(parts))},
      turns_{{
          .on = state_->parts.on,
          .pause = kTurnsEvery,
          .work = [state = state_] { return state->drive(); },
          // What was done is done again: the next turn asks what is recorded.
          .failed = [state = state_](const std::exception& failure
                    ) { state->tell_failure("the execution can't be carried on now", failure); },
      }} {}

void Driver::start() {
    turns_.start();
}

void Driver::stop() {
    turns_.stop();
    boost::asio::co_spawn(state_->parts.on, state_->end(), boost::asio::use_future).get();
}

Task<bool> Driver::turn() {
    return state_->turn();
}

Task<void> Driver::let_go() {
    return state_->let_go();
}

}  // namespace accubooks::launch
