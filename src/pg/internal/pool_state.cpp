#include "pg/internal/pool_state.h"

#include <algorithm>
#include <exception>
#include <type_traits>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace accubooks::pg {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds kHeardOf = 1ms;  // ago, and still good enough
constexpr std::chrono::seconds kCleaning = 2s;       // for undoing what a borrower left
constexpr std::chrono::seconds kChecking = 1s;
constexpr std::chrono::seconds kCancelling = 1s;  // before the deadline of closing
constexpr std::chrono::minutes kWarnEvery = 1min;
constexpr std::string_view kTooManyConnections = "53300";

template <class... Values>
void tell(const std::function<void(Values...)>& observer, std::type_identity_t<Values>... values) {
    if (observer) {
        observer(values...);
    }
}

std::uint64_t loan_of(PoolCore::ConnectionId id) {
    return (std::uint64_t{id.slot} << 32U) | id.serial;
}

PoolCore::ConnectionId connection_of(std::uint64_t loan) {
    return {
        .slot = static_cast<std::uint32_t>(loan >> 32U), .serial = static_cast<std::uint32_t>(loan)
    };
}

PoolCore::Returned state_of(const Connection& connection) {
    if (connection.suspects_server()) {
        return PoolCore::Returned::suspect;
    }
    if (!connection.is_usable()) {
        return PoolCore::Returned::ended;
    }
    return connection.is_dirty() ? PoolCore::Returned::dirty : PoolCore::Returned::clean;
}

}  // namespace

PoolState::PoolState(
    asio::any_io_executor owner,
    std::string name,
    Endpoint endpoint,
    PoolSettings settings,
    PoolObserver observer,
    base::RandomBytes random
)
    : owner_{std::move(owner)},
      name_{std::move(name)},
      endpoint_{std::move(endpoint)},
      observer_{std::move(observer)},
      random_{std::move(random)},
      core_{settings, Clock::now()},
      wake_{owner_},
      drained_{owner_} {
    publish();
}

double PoolState::draw() const {
    std::uint32_t drawn = 0;
    random_({reinterpret_cast<std::uint8_t*>(&drawn), sizeof drawn});
    return static_cast<double>(drawn) / 4294967296.0;
}

PoolState::Place& PoolState::place_of(ConnectionId id) {
    if (id.slot >= places_.size()) {
        places_.resize(id.slot + 1);
    }
    return places_[id.slot];
}

// Waiters.

PoolState::Waiting::Waiting(PoolState& pool, WaiterId id, Clock::time_point last)
    : until{last}, pool_{pool} {
    rename(id);
}

// Carrying out needs a little memory; without it the process ends, as anywhere in Asio.
// NOLINTNEXTLINE(bugprone-exception-escape)
PoolState::Waiting::~Waiting() {
    if (!is_answered_) {
        pool_.waiting_[id_.slot] = nullptr;
        pool_.core_.give_up(id_, Clock::now());
        pool_.carry_out();
    }
}

void PoolState::Waiting::rename(WaiterId id) {
    id_ = id;
    if (id.slot >= pool_.waiting_.size()) {
        pool_.waiting_.resize(id.slot + 1);
    }
    pool_.waiting_[id.slot] = this;
}

void PoolState::Waiting::answer(Lease granted) {
    lease = std::move(granted);
    settle();
}

void PoolState::Waiting::answer(AcquireRefusal refused) {
    refusal = refused;
    settle();
}

void PoolState::Waiting::settle() {
    is_answered_ = true;
    pool_.waiting_[id_.slot] = nullptr;
    if (wake) {
        wake->cancel();
    }
}

base::Task<Lease> PoolState::acquire(
    base::Deadline deadline, std::optional<base::TenantId> tenant, std::string request_id
) {
    const auto arrived = Clock::now();
    const auto until = std::min(deadline, arrived + core_.settings().acquire_timeout);
    const auto queued = core_.acquire(tenant, until, arrived);
    if (!queued) {
        refused_full_ += queued.error() == AcquireRefusal::queue_full ? 1 : 0;
        publish();
        throw failure_of(queued.error());
    }
    Lease lease;
    auto refusal = std::optional<AcquireRefusal>{};
    {
        Waiting waiting{*this, *queued, until};
        waiting.tenant = tenant;
        waiting.request_id = std::move(request_id);
        carry_out();
        bool is_cancelled = false;
        if (!waiting.is_answered()) {
            waiting.wake.emplace(owner_, until);
            const auto [error] =
                co_await waiting.wake->async_wait(asio::as_tuple(asio::use_awaitable));
            is_cancelled = static_cast<bool>(error);
        }
        const auto waited = Clock::now() - arrived;
        record(times_.wait, waited);
        tell(observer_.waited, waited);
        if (!waiting.is_answered() && is_cancelled) {
            throw Failure{"the caller gave up waiting", {.kind = Failure::Kind::cancelled}};
        }
        lease = std::move(waiting.lease);
        refusal = waiting.is_answered() ? waiting.refusal : AcquireRefusal::late;
    }
    if (refusal) {
        timeouts_ += refusal == AcquireRefusal::late ? 1 : 0;
        publish();
        throw failure_of(*refusal);
    }
    co_return lease;
}

Failure PoolState::failure_of(AcquireRefusal refusal) const {
    const auto overloaded = [](const std::string& message) {
        return Failure{message, {.kind = Failure::Kind::overloaded}};
    };
    switch (refusal) {
        case AcquireRefusal::queue_full:
            return overloaded(fmt::format(
                "{} callers wait for the pool {} already", core_.counts().waiting, name_
            ));
        case AcquireRefusal::closed:
            return overloaded(fmt::format("the pool {} is closed", name_));
        case AcquireRefusal::late:
        case AcquireRefusal::unreachable:
            break;
    }
    // What keeps connections from being made says more than that there was none.
    return last_failure_
               ? *last_failure_
               : overloaded(fmt::format("no connection of the pool {} came free in time", name_));
}

// What the core decides.

void PoolState::carry_out() {
    // What an action leads to at once joins the actions of this run.
    if (std::exchange(is_carrying_out_, true)) {
        return;
    }
    while (core_.has_actions()) {
        core_.take_actions(actions_);
        for (const Action& action : actions_) {
            carry_out(action);
        }
    }
    is_carrying_out_ = false;
    arm();
    if (core_.is_drained()) {
        drained_.cancel();
    }
    publish();
}

void PoolState::carry_out(const Action& action) {
    const ConnectionId id = action.connection;
    switch (action.kind) {
        case Action::Kind::open:
            start([id](PoolState* self) { return self->connect(id); });
            return;
        case Action::Kind::lend:
            lend(action);
            return;
        case Action::Kind::check:
            start([id](PoolState* self) { return self->check_connection(id); });
            return;
        case Action::Kind::clean:
            start([id](PoolState* self) { return self->clean(id); });
            return;
        case Action::Kind::close:
            place_of(id) = {};
            return;
        case Action::Kind::refuse:
            if (Waiting* const waiting = waiting_[action.waiter.slot]) {
                waiting->answer(action.refusal);
            }
            return;
        case Action::Kind::tell_leak:
            ++leaks_;
            tell_leak(action);
            return;
        case Action::Kind::take_away:
            tell_leak(action);
            place_of(id).lent->cut();
            place_of(id) = {};
            return;
    }
}

void PoolState::lend(const Action& action) {
    Waiting* const waiting = waiting_[action.waiter.slot];
    base::ensure(waiting != nullptr, "a waiter that gave up isn't served");
    Place& place = place_of(action.connection);
    const auto now = Clock::now();
    // One that was heard of just now isn't asked again: under load that would be a system call for
    // each loan, to find what the borrower finds as well.
    if (now - place.back_at > kHeardOf && place.connection->has_ended()) {
        waiting_[action.waiter.slot] = nullptr;
        waiting->rename(core_.not_lent(action.connection, waiting->until, now));
        return;
    }
    place.connection->reset_before_next_call();
    place.lent = place.connection.get();
    place.request_id = std::move(waiting->request_id);
    place.tenant = waiting->tenant;
    tell(observer_.in_use, core_.counts().used);
    waiting->answer(
        Lease{shared_from_this(), std::move(place.connection), loan_of(action.connection)}
    );
}

void PoolState::tell_leak(const Action& action) {
    if (!observer_.leaked) {
        return;
    }
    const Place& place = place_of(action.connection);
    const bool is_taken_away = action.kind == Action::Kind::take_away;
    observer_.leaked({
        .request_id = place.request_id,
        .tenant = place.tenant,
        .statement = std::string{place.lent->last_statement()},
        .lent_for = is_taken_away ? core_.settings().reclaim_after
                                  : Clock::now() - core_.lent_at(action.connection),
        .is_taken_away = is_taken_away,
    });
}

base::Task<void> PoolState::connect(ConnectionId id) {
    std::unique_ptr<Connection> connection;
    std::optional<Failure> failure;
    const auto begun = Clock::now();
    try {
        const auto deadline = begun + core_.settings().connection_timeout;
        connection = co_await Connection::open(endpoint_, deadline);
    } catch (const Failure& thrown) {
        failure = thrown;
    }
    if (failure) {
        connect_failed(id, *failure);
    } else {
        const auto now = Clock::now();
        ++created_;
        record(times_.connect, now - begun);
        tell(observer_.created, now - begun);
        connection->on_statement(observer_.statement);
        last_failure_.reset();
        place_of(id).connection = std::move(connection);
        core_.connected(id, draw(), now);
    }
    carry_out();
}

void PoolState::connect_failed(ConnectionId id, const Failure& failure) {
    const auto now = Clock::now();
    last_failure_ = failure;
    if (now >= warn_from_) {
        warn_from_ = now + kWarnEvery;
        tell(
            observer_.warned,
            fmt::format("the pool {} can't connect and goes on trying: {}", name_, failure.what())
        );
    }
    const bool has_no_room = failure.sqlstate() == kTooManyConnections;
    ++connect_failures_;
    no_room_ += has_no_room ? 1 : 0;
    using enum PoolCore::ConnectFailure;
    core_.connect_failed(id, has_no_room ? no_slot : other, draw(), now);
}

base::Task<void> PoolState::check_connection(ConnectionId id) {
    // The place may move while this waits, the connection doesn't.
    Connection* const connection = place_of(id).connection.get();
    const bool is_good = co_await connection->answers(base::deadline_in(kChecking));
    core_.checked(id, is_good, Clock::now());
    carry_out();
}

base::Task<void> PoolState::clean(ConnectionId id) {
    Connection* const connection = place_of(id).connection.get();
    const bool is_clean = co_await connection->clean(base::deadline_in(kCleaning));
    core_.cleaned(id, is_clean, Clock::now());
    carry_out();
}

void PoolState::give_back(std::unique_ptr<Connection> connection, std::uint64_t loan) {
    const ConnectionId id = connection_of(loan);
    const auto now = Clock::now();
    const auto returned = state_of(*connection);
    if (!core_.is_lent(id)) {
        return;  // taken away before; it ends here
    }
    const auto lent_for = now - core_.lent_at(id);
    Place& place = place_of(id);
    place.connection = std::move(connection);
    place.lent = nullptr;
    place.back_at = now;
    core_.give_back(id, returned, now);
    record(times_.use, lent_for);
    tell(observer_.used, lent_for);
    carry_out();
}

void PoolState::resize(const PoolSettings& settings, std::uint64_t version) {
    core_.resize(settings, version, Clock::now());
    carry_out();
}

void PoolState::tick() {
    core_.tick(Clock::now());
    carry_out();
}

void PoolState::arm() {
    if (core_.wake_at() >= armed_for_) {
        return;  // what is set goes off early enough, and sets the next
    }
    armed_for_ = core_.wake_at();
    wake_.expires_at(armed_for_);
    wake_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        const auto self = weak.lock();
        if (self != nullptr && !error) {
            self->armed_for_ = Clock::time_point::max();
            self->tick();
        }
    });
}

base::Task<void> PoolState::close(base::Deadline deadline) {
    const auto begun = Clock::now();
    const auto patience = std::max(deadline - begun, Clock::duration::zero());
    const auto last_call = deadline - std::min<Clock::duration>(kCancelling, patience / 2);
    core_.close(begun);
    carry_out();
    const auto is_drained = [this] { return core_.is_drained() && tasks_ == 0; };
    while (!is_drained() && Clock::now() < last_call) {
        drained_.expires_at(last_call);
        co_await drained_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    shut();
    cancel_borrowers();
    while (!is_drained() && Clock::now() < deadline) {
        drained_.expires_at(deadline);
        co_await drained_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

void PoolState::cancel_borrowers() {
    for (const Place& place : places_) {
        if (place.lent != nullptr) {
            place.lent->request_cancel(owner_);
        }
    }
}

void PoolState::shut() {
    core_.shut(Clock::now());
    carry_out();
    armed_for_ = Clock::time_point::min();
    wake_.cancel();
    drained_.cancel();
}

template <class Work>
void PoolState::start(Work work) {
    ++tasks_;
    // Posted, so that what the task does at once doesn't happen in the middle of carrying out.
    asio::post(owner_, [self = shared_from_this(), work = std::move(work)] {
        asio::co_spawn(self->owner_, work(self.get()), [self](const std::exception_ptr& thrown) {
            base::ensure(thrown == nullptr, "a pool's task handles its failures");
            --self->tasks_;
            self->drained_.cancel();
        });
    });
}

void PoolState::record(base::Sketch& sketch, std::chrono::nanoseconds took) {
    const std::lock_guard lock{published_mutex_};
    sketch.add(static_cast<std::uint64_t>(std::max<std::int64_t>(0, took.count())));
}

void PoolState::publish() {
    using std::chrono::duration_cast;
    using std::chrono::microseconds;
    const auto now = Clock::now();
    const auto counts = core_.counts();
    const std::uint32_t max = core_.settings().max;
    const std::lock_guard lock{published_mutex_};
    published_.settings = core_.settings();
    published_.requested = core_.requested();
    published_.effective = core_.effective();
    published_.ceiling = core_.ceiling();
    published_.idle = counts.idle;
    published_.used = counts.used;
    published_.connecting = counts.connecting;
    published_.checking = counts.checking;
    published_.closing = counts.total() > max ? counts.total() - max : 0;
    published_.waiting = counts.waiting;
    published_.leaked = counts.leaked;
    published_.timeouts = timeouts_;
    published_.refused_full = refused_full_;
    published_.created = created_;
    published_.connect_failures = connect_failures_;
    published_.no_room = no_room_;
    published_.leaks = leaks_;
    published_.closed = core_.closed();
    published_.used_time = duration_cast<microseconds>(core_.used_time(now));
    published_.max_time = duration_cast<microseconds>(core_.max_time(now));
    published_at_ = now;
    published_lent_ = counts.lent;
}

PoolStatus PoolState::status() const {
    const std::lock_guard lock{published_mutex_};
    PoolStatus status = published_;
    status.misuses = misuses_;
    const auto since = std::chrono::duration_cast<std::chrono::microseconds>(
        std::max(Clock::now() - published_at_, Clock::duration::zero())
    );
    status.used_time += since * published_lent_;
    status.max_time += since * status.settings.max;
    return status;
}

PoolTimes PoolState::times() const {
    const std::lock_guard lock{published_mutex_};
    return times_;
}

}  // namespace accubooks::pg
