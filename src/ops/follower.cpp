#include "ops/follower.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>

#include "ops/revision_store.h"

namespace accubooks::ops {
namespace {

namespace asio = boost::asio;
using telemetry::Level;

constexpr std::chrono::seconds kBeatEvery{1};
constexpr std::chrono::seconds kPatience{2};
constexpr std::chrono::seconds kFreshFor{15};
constexpr std::string_view kCheck = "settings";

constexpr pg::Statement kListen{.name = "ops.listen", .text = "listen accubooks_settings"};

}  // namespace

struct Follower::State {
    Parts parts;
    Identity who;
    base::Instant started_at;
    Adoption adoption;
    Values values;  // in force
    std::unique_ptr<pg::Connection> connection;
    asio::steady_timer timer;
    asio::cancellation_signal waiting;
    bool has_news = false;
    bool is_silent = false;  // the database didn't answer last time, and the log has it
    std::atomic<bool> is_draining = false;
    std::atomic<bool> stopping = false;
    std::future<void> running;

    mutable std::mutex published_mutex;  // never held across an await
    InForce published;

    /// When whatever is under way has to be over: no wait outlasts the time of a revision that
    /// awaits confirmation.
    base::Deadline at_most(std::chrono::steady_clock::duration wait) const {
        const base::Deadline deadline = base::deadline_in(wait);
        const bool counts = adoption.lease_end && !is_over(adoption, Moment::clock::now());
        return counts ? std::min(deadline, *adoption.lease_end) : deadline;
    }

    void publish() {
        const std::scoped_lock lock{published_mutex};
        if (published.revision != adoption.in_force) {
            published.revision = adoption.in_force;
            published.since = parts.clock.now();
        }
        published.values = values;
        if (adoption.seen) {
            published.requested = values_of(adoption.seen->newest).value_or(Values{});
        }
    }

    base::Result<void> take(const Revision& revision) {
        AB_TRY(wanted, values_of(revision));
        AB_CHECK(parts.apply(wanted));
        values = std::move(wanted);
        adoption = evolve(std::move(adoption), Took{revision.number});
        return {};
    }

    void say_revision(Level level, std::string_view message, std::int64_t revision) const {
        parts.log.write(level, message, {{"revision", revision}, {"instance", who.instance}});
    }

    base::Task<void> connect() {
        const base::Deadline deadline = at_most(kPatience);
        connection = co_await pg::Connection::open(parts.endpoint, deadline);
        connection->on_notice([this](std::string_view) { has_news = true; });
        co_await connection->execute(kListen, pg::Params{}, deadline);
    }

    base::Task<void> answer(std::int64_t revision, Outcome outcome, std::string error) {
        Acknowledgement said{
            .revision = revision,
            .boot_id = who.boot_id,
            .outcome = outcome,
            .effective = to_json(values),
            .error = std::move(error),
        };
        co_await acknowledge(*connection, std::move(said), base::deadline_in(kPatience));
    }

    base::Task<void> put_back(std::int64_t from, Origin origin, std::string reason) {
        WayBack way{
            .from = from,
            .origin = origin,
            .author = "instance " + who.instance,
            .reason = std::move(reason),
        };
        const auto number =
            co_await go_back(*connection, std::move(way), base::deadline_in(kPatience));
        has_news = has_news || number.has_value();
    }

    /// What is still to be told to the database about a step that was done here.
    struct Debt {
        std::int64_t revision = 0;
        Outcome outcome = Outcome::accepted;
        std::string error{};
    };
    std::optional<Debt> debt;

    void do_take(const Take& step) {
        const std::int64_t number = step.revision.number;
        if (const auto taken = take(step.revision); !taken) {
            adoption = evolve(std::move(adoption), Refused{number, taken.error().detail});
            say_revision(Level::error, "settings refused: " + taken.error().detail, number);
            debt = Debt{number, Outcome::refused, taken.error().detail};
        } else {
            say_revision(Level::info, "settings taken", number);
            debt = Debt{number, Outcome::accepted};
        }
    }

    void do_go_back(const GoBack& step) {
        const std::string why = fmt::format(
            "nobody confirmed revision {} in time; revision {} is in force again",
            step.from.number,
            step.to.number
        );
        const auto taken = take(step.to);
        if (!taken) {
            // These values were in force here before, or are those of a start: nothing but a bug
            // refuses them. The instance stays as it is and says so, rather than end the service.
            adoption = evolve(std::move(adoption), Took{step.to.number});
        }
        const std::string said = taken ? why : taken.error().detail;
        say_revision(taken ? Level::warning : Level::error, said, step.from.number);
        debt = Debt{step.from.number, Outcome::went_back, said};
    }

    /// Does what is due by the local clock alone; whether there was anything.
    bool step() {
        const Step due = todo(adoption, Moment::clock::now());
        if (std::holds_alternative<Nothing>(due)) {
            return false;
        }
        if (const auto* const next = std::get_if<Take>(&due)) {
            do_take(*next);
        } else {
            do_go_back(std::get<GoBack>(due));
        }
        publish();
        return true;
    }

    base::Task<void> pay() {
        if (debt) {
            const Debt owed = *debt;
            co_await answer(owed.revision, owed.outcome, owed.error);
            debt.reset();
            if (owed.outcome == Outcome::refused) {
                co_await put_back(
                    owed.revision,
                    Origin::revert,
                    fmt::format(
                        "instance {} refused revision {}: {}",
                        who.instance,
                        owed.revision,
                        owed.error
                    )
                        .substr(0, 900)
                );
            }
        }
        // The server's clock may be behind ours, so this is repeated until it agrees.
        if (is_over(adoption, Moment::clock::now())) {
            const std::int64_t number = adoption.seen->newest.number;
            co_await put_back(
                number, Origin::expiry, fmt::format("nobody confirmed revision {} in time", number)
            );
        }
    }

    base::Task<void> look_once() {
        has_news = false;
        if (connection == nullptr || !connection->is_usable()) {
            co_await connect();
        }
        const Heartbeat heartbeat{
            .who = &who, .started_at = started_at, .is_draining = is_draining
        };
        auto sight = co_await beat(*connection, heartbeat, at_most(kPatience));
        if (sight) {
            adoption = evolve(std::move(adoption), Looked{Moment::clock::now(), std::move(*sight)});
            publish();
        }
        step();
        co_await pay();
    }

    void report() {
        if (adoption.refused && adoption.refused == adoption.seen->newest.number) {
            parts.health.report(
                kCheck,
                telemetry::HealthState::failing,
                fmt::format("Revision {} was refused here; the log says why.", *adoption.refused)
            );
        } else {
            parts.health.report(kCheck, telemetry::HealthState::ok);
        }
    }

    base::Task<void> wait() {
        const base::Deadline until = at_most(kBeatEvery);
        if (stopping || has_news) {
            co_return;
        }
        if (connection != nullptr && connection->is_usable()) {
            // Cancelling is for this wait alone: what follows it still talks to the database.
            co_await asio::co_spawn(
                parts.on,
                connection->wait_for_notification(until),
                asio::bind_cancellation_slot(waiting.slot(), asio::as_tuple(asio::use_awaitable))
            );
            co_return;
        }
        timer.expires_at(until);
        co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }

    base::Task<void> try_once() {
        try {
            co_await look_once();
            is_silent = false;
            report();
        } catch (const std::exception& failure) {
            has_news = false;  // whatever they were, the next look is due after a pause
            if (!std::exchange(is_silent, true)) {
                parts.log.write(
                    Level::warning,
                    "settings can't be followed",
                    {{"error", std::string_view{failure.what()}}}
                );
            }
        }
    }

    base::Task<void> follow() {
        while (!stopping) {
            step();
            co_await try_once();
            co_await wait();
        }
        try {
            if (connection != nullptr && connection->is_usable()) {
                co_await leave(*connection, who.boot_id, base::deadline_in(kPatience));
            }
        } catch (const std::exception& failure) {
            parts.log.write(
                Level::warning, "goodbye wasn't said", {{"error", std::string_view{failure.what()}}}
            );
        }
        connection.reset();
    }
};

Follower::Follower(const Parts& parts, Identity who, const std::optional<Sight>& first)
    : state_{new State{
          .parts = parts,
          .who = std::move(who),
          .started_at = parts.clock.now(),
          .adoption = {},
          .values = presets(Takes::live),
          .connection = {},
          .timer = asio::steady_timer{parts.on},
          .waiting = {},
          .running = {},
          .published_mutex = {},
          .published = {},
          .debt = {},
      }} {
    State& state = *state_;
    state.parts.health.expect(kCheck, kFreshFor);
    state.published.instance = state.who.instance;
    state.published.boot_id = state.who.boot_id;
    state.published.since = state.started_at;
    if (first) {
        state.adoption = evolve({}, Looked{Moment::clock::now(), *first});
        state.adoption = evolve(std::move(state.adoption), Took{first->newest.number});
        const auto values = values_of(first->newest);
        base::ensure(values.has_value(), "an instance starts with values that were checked");
        state.values = *values;
        state.debt = State::Debt{first->newest.number, Outcome::accepted};
    }
    state.publish();
}

Follower::~Follower() {
    base::ensure(!state_->running.valid(), "what follows the settings is stopped before it ends");
}

void Follower::start(std::string api_address, std::string ops_address) {
    state_->who.api_address = std::move(api_address);
    state_->who.ops_address = std::move(ops_address);
    state_->running = asio::co_spawn(state_->parts.on, state_->follow(), asio::use_future);
}

void Follower::drain() {
    state_->is_draining = true;
}

void Follower::stop() {
    if (!state_->running.valid()) {
        return;
    }
    state_->stopping = true;
    asio::post(state_->parts.on, [state = state_] {
        state->timer.cancel();
        state->waiting.emit(asio::cancellation_type::all);
    });
    state_->running.wait();
    state_->running = {};
}

InForce Follower::in_force() const {
    const std::scoped_lock lock{state_->published_mutex};
    return state_->published;
}

}  // namespace accubooks::ops
