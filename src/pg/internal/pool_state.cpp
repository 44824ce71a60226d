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

constexpr std::chrono::milliseconds kRetryFirst = 50ms;
constexpr std::chrono::milliseconds kRetryMost = 5s;
constexpr std::chrono::seconds kCleaning = 2s;  // for the rollback of what a borrower left open

constexpr Statement kRollback{.name = "pg.rollback", .text = "rollback"};

template <class... Values>
void tell(const std::function<void(Values...)>& observer, std::type_identity_t<Values>... values) {
    if (observer) {
        observer(values...);
    }
}

Failure overloaded(const std::string& message) {
    return Failure{message, {.kind = Failure::Kind::overloaded}};
}

}  // namespace

base::Result<void> check(const PoolSettings& settings) {
    std::vector<base::FieldError> wrong;
    const auto require = [&wrong](bool holds, const char* pointer, const char* detail) {
        if (!holds) {
            wrong.push_back({.pointer = pointer, .detail = detail});
        }
    };
    require(settings.max >= 1, "/max", "must be at least 1");
    require(settings.min <= settings.max, "/min", "must not be greater than max");
    require(settings.connecting_max >= 1, "/connecting_max", "must be at least 1");
    require(settings.queue_max >= 1, "/queue_max", "must be at least 1");
    require(settings.idle_timeout > 0ms, "/idle_timeout", "must be greater than 0");
    require(settings.connection_timeout > 0ms, "/connection_timeout", "must be greater than 0");
    require(settings.acquire_timeout > 0ms, "/acquire_timeout", "must be greater than 0");
    if (!wrong.empty()) {
        return base::refuse(
            base::ErrorKind::invalid,
            "pool.bad_settings",
            "The pool's settings contradict each other; nothing was changed.",
            std::move(wrong)
        );
    }
    return {};
}

PoolState::PoolState(
    asio::any_io_executor owner,
    std::string name,
    Endpoint endpoint,
    PoolSettings settings,
    PoolObserver observer
)
    : owner_{std::move(owner)},
      name_{std::move(name)},
      endpoint_{std::move(endpoint)},
      observer_{std::move(observer)},
      settings_{settings},
      retry_{owner_},
      expiry_{owner_},
      drained_{owner_} {
    publish();
}

std::uint32_t PoolState::total() const {
    return static_cast<std::uint32_t>(idle_.size()) + used_ + connecting_;
}

/// Nobody can be served before the next attempt to connect: none is there, and the last attempt
/// failed.
bool PoolState::is_down() const {
    return last_failure_ && total() == 0 && Clock::now() < retry_at_;
}

bool PoolState::is_drained() const {
    return waiters_.empty() && used_ == 0 && tasks_ == 0;
}

PoolState::Waiter::Waiter(PoolState& pool, Clock::time_point until)
    : wake{pool.owner_, until}, queue_{pool.waiters_}, place_{queue_.insert(queue_.end(), this)} {}

PoolState::Waiter::~Waiter() {
    leave();
}

void PoolState::Waiter::leave() {
    if (std::exchange(is_queued_, false)) {
        queue_.erase(place_);
    }
}

void PoolState::Waiter::answer(Lease granted) {
    lease = std::move(granted);
    leave();
    wake.cancel();
}

void PoolState::Waiter::answer(const Failure& refused) {
    failure = refused;
    leave();
    wake.cancel();
}

base::Task<Lease> PoolState::acquire(base::Deadline deadline) {
    if (is_closing_) {
        throw overloaded(fmt::format("the pool {} is closing", name_));
    }
    if (is_down()) {
        throw *last_failure_;
    }
    if (waiters_.size() >= settings_.queue_max) {
        throw overloaded(
            fmt::format("{} callers wait for the pool {} already", waiters_.size(), name_)
        );
    }
    bool is_cancelled = false;
    const auto arrived = Clock::now();
    {
        Waiter waiter{*this, std::min(deadline, arrived + settings_.acquire_timeout)};
        pump();
        if (!waiter.is_answered()) {
            const auto [error] =
                co_await waiter.wake.async_wait(asio::as_tuple(asio::use_awaitable));
            is_cancelled = static_cast<bool>(error);
        }
        tell(observer_.waited, Clock::now() - arrived);
        if (waiter.lease) {
            co_return std::move(waiter.lease);
        }
        if (waiter.failure) {
            throw *waiter.failure;
        }
    }
    timeouts_ += is_cancelled ? 0 : 1;
    publish();
    if (is_cancelled) {
        throw Failure{"the caller gave up waiting", {.kind = Failure::Kind::cancelled}};
    }
    if (last_failure_) {
        throw *last_failure_;
    }
    throw overloaded(fmt::format("no connection of the pool {} came free in time", name_));
}

void PoolState::pump() {
    serve_waiters();
    start_connecting();
    close_excess();
    expire_idle();
    if (is_drained()) {
        drained_.cancel();
    }
    publish();
}

void PoolState::serve_waiters() {
    while (!waiters_.empty() && !idle_.empty()) {
        std::unique_ptr<Connection> connection = std::move(idle_.back().connection);
        idle_.pop_back();
        if (connection->has_ended()) {
            continue;
        }
        connection->reset_before_next_call();
        ++used_;
        ++lent_;
        const auto now = Clock::now();
        lent_since_ += now.time_since_epoch();
        tell(observer_.in_use, used_);
        waiters_.front()->answer(Lease{shared_from_this(), std::move(connection), now});
    }
}

void PoolState::start_connecting() {
    if (is_shut_ || (last_failure_ && Clock::now() < retry_at_)) {
        return;
    }
    // After a failure one attempt tries whether the server is back.
    const std::uint32_t at_once = last_failure_ ? 1 : settings_.connecting_max;
    const auto is_wanted = [this] {
        return connecting_ < waiters_.size() || (!is_closing_ && total() < settings_.min);
    };
    while (connecting_ < at_once && total() < settings_.max && is_wanted()) {
        ++connecting_;
        start([](PoolState* self) { return self->connect(); });
    }
}

base::Task<void> PoolState::connect() {
    std::unique_ptr<Connection> connection;
    std::optional<Failure> failure;
    const auto begun = Clock::now();
    try {
        const auto deadline = begun + settings_.connection_timeout;
        connection = co_await Connection::open(endpoint_, deadline);
    } catch (const Failure& thrown) {
        failure = thrown;
    }
    --connecting_;
    if (failure) {
        connect_failed(*failure);
    } else {
        ++created_;
        tell(observer_.created, Clock::now() - begun);
        connection->on_statement(observer_.statement);
        failures_ = 0;
        last_failure_.reset();
        keep_or_close(std::move(connection));
    }
    pump();
}

void PoolState::connect_failed(const Failure& failure) {
    last_failure_ = failure;
    const auto wait = std::min(kRetryMost, kRetryFirst * (1 << std::min(failures_, 7U)));
    ++failures_;
    retry_at_ = Clock::now() + wait;
    retry_.expires_at(retry_at_);
    retry_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        if (const auto self = weak.lock(); self != nullptr && !error) {
            self->pump();
        }
    });
    // With connections on loan the queue still moves, as they come back; without one it never
    // would.
    if (total() == 0) {
        fail_waiters(failure);
    }
}

void PoolState::fail_waiters(const Failure& failure) {
    while (!waiters_.empty()) {
        waiters_.front()->answer(failure);
    }
}

void PoolState::give_back(std::unique_ptr<Connection> connection, Clock::time_point lent_at) {
    --lent_;
    lent_since_ -= lent_at.time_since_epoch();
    const auto lent_for = Clock::now() - lent_at;
    used_time_ += lent_for;
    tell(observer_.used, lent_for);
    if (connection->is_usable() && connection->in_transaction() && !is_shut_) {
        auto shared = std::make_shared<std::unique_ptr<Connection>>(std::move(connection));
        start([shared](PoolState* self) { return self->clean(std::move(*shared)); });
        publish();
        return;
    }
    --used_;
    keep_or_close(std::move(connection));
    pump();
}

base::Task<void> PoolState::clean(std::unique_ptr<Connection> connection) {
    try {
        co_await connection->execute(kRollback, {}, base::deadline_in(kCleaning));
    } catch (const Failure&) {
        // Nobody waits for this answer; a connection that can't be cleaned is not kept.
        connection.reset();
    }
    --used_;
    keep_or_close(std::move(connection));
    pump();
}

void PoolState::keep_or_close(std::unique_ptr<Connection> connection) {
    const bool is_clean =
        connection != nullptr && connection->is_usable() && !connection->in_transaction();
    if (is_clean && !is_shut_ && total() < settings_.max) {
        idle_.push_back({.connection = std::move(connection), .since = Clock::now()});
    }
}

void PoolState::resize(PoolSettings settings) {
    settings_ = settings;
    expiry_.cancel();
    pump();
}

void PoolState::close_excess() {
    while (!idle_.empty() && total() > settings_.max) {
        idle_.pop_front();
    }
    if (is_closing_ && waiters_.empty()) {
        idle_.clear();
    }
}

void PoolState::expire_idle() {
    const auto now = Clock::now();
    while (!idle_.empty() && total() > settings_.min &&
           now - idle_.front().since >= settings_.idle_timeout) {
        idle_.pop_front();
    }
    // Set again only when it has gone off: a timer per loan would cost more than the loan.
    if (idle_.empty() || total() <= settings_.min || expiry_is_set_) {
        return;
    }
    expiry_is_set_ = true;
    expiry_.expires_at(idle_.front().since + settings_.idle_timeout);
    expiry_.async_wait([weak = weak_from_this()](boost::system::error_code) {
        if (const auto self = weak.lock()) {
            self->expiry_is_set_ = false;
            self->pump();
        }
    });
}

base::Task<void> PoolState::close(base::Deadline deadline) {
    is_closing_ = true;
    pump();
    while (!is_drained() && Clock::now() < deadline) {
        drained_.expires_at(deadline);
        co_await drained_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    shut();
}

void PoolState::shut() {
    is_closing_ = true;
    is_shut_ = true;
    fail_waiters(overloaded(fmt::format("the pool {} is closed", name_)));
    idle_.clear();
    retry_.cancel();
    expiry_.cancel();
    drained_.cancel();
    publish();
}

template <class Work>
void PoolState::start(Work work) {
    ++tasks_;
    // Posted, so that what the task does at once doesn't happen in the middle of a pump.
    asio::post(owner_, [self = shared_from_this(), work = std::move(work)] {
        asio::co_spawn(self->owner_, work(self.get()), [self](const std::exception_ptr& thrown) {
            base::ensure(thrown == nullptr, "a pool's task handles its failures");
            --self->tasks_;
            self->drained_.cancel();
        });
    });
}

void PoolState::publish() {
    const std::lock_guard lock{published_mutex_};
    published_ = {
        .settings = settings_,
        .idle = static_cast<std::uint32_t>(idle_.size()),
        .used = used_,
        .connecting = connecting_,
        .waiting = static_cast<std::uint32_t>(waiters_.size()),
        .timeouts = timeouts_,
        .created = created_,
        .used_time = std::chrono::duration_cast<std::chrono::microseconds>(used_time_),
    };
    published_lent_ = lent_;
    published_lent_since_ = lent_since_;
}

PoolStatus PoolState::status() const {
    const std::lock_guard lock{published_mutex_};
    PoolStatus status = published_;
    const auto under_way =
        Clock::now().time_since_epoch() * published_lent_ - published_lent_since_;
    status.used_time += std::chrono::duration_cast<std::chrono::microseconds>(under_way);
    return status;
}

}  // namespace accubooks::pg
