#include "pg/internal/pool_core.h"

#include <utility>

namespace accubooks::pg {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds kRetryFirst = 50ms;
// Whoever is back after a long outage must be in full use again within three seconds.
constexpr std::chrono::milliseconds kRetryMost = 2s;
constexpr std::chrono::milliseconds kRetryFullServer = 500ms;  // at least: others need its slots
constexpr double kLifetimeSpread = 0.1;

std::chrono::nanoseconds scaled(std::chrono::nanoseconds span, double by) {
    return std::chrono::nanoseconds{
        static_cast<std::int64_t>(static_cast<double>(span.count()) * by)
    };
}

}  // namespace

PoolCore::PoolCore(PoolSettings settings, Time now)
    : settings_{settings},
      requested_{.settings = settings, .since = now},
      effective_{requested_},
      line_{settings.tenant_max},
      wake_at_{now},  // to open the first ones
      start_{now},
      max_since_{now} {}

std::uint32_t PoolCore::total() const {
    return idle_.size() + lent_.size() + connecting_ + checking_ + cleaning_;
}

PoolCore::Counts PoolCore::counts() const {
    return {
        .idle = idle_.size(),
        .used = lent_.size() + cleaning_,
        .lent = lent_.size(),
        .connecting = connecting_,
        .checking = checking_,
        .waiting = line_.in_all(),
        .leaked = leaked_,
    };
}

std::uint32_t PoolCore::ceiling() const {
    return std::min(settings_.max, server_room_.value_or(settings_.max));
}

bool PoolCore::is_lent(ConnectionId id) const {
    return connections_.has(id) && connections_[id].state == State::lent;
}

bool PoolCore::is_drained() const {
    return line_.in_all() == 0 && total() == 0;
}

bool PoolCore::has_too_many() const {
    return total() > settings_.max;
}

/// Nobody can be served before the next attempt to connect: no connection is there, and the last
/// attempt failed. A server without a free slot isn't down.
bool PoolCore::is_down(Time now) const {
    return last_failure_ == ConnectFailure::other && total() == 0 && now < retry_at_;
}

bool PoolCore::needs_check(const Connection& connection, Time now) const {
    return connection.generation < generation_ || now - connection.since > settings_.check_after;
}

void PoolCore::take_actions(std::vector<Action>& into) {
    into.clear();
    into.swap(actions_);
}

// Waiters.

std::expected<PoolCore::WaiterId, AcquireRefusal> PoolCore::acquire(
    std::optional<base::TenantId> tenant, Time deadline, Time now
) {
    if (is_closing_) {
        return std::unexpected(AcquireRefusal::closed);
    }
    if (is_down(now)) {
        return std::unexpected(AcquireRefusal::unreachable);
    }
    if (line_.in_all() >= settings_.queue_max) {
        return std::unexpected(AcquireRefusal::queue_full);
    }
    const WaiterId id = line_.join(tenant, deadline);
    settle(now);
    return id;
}

void PoolCore::give_up(WaiterId waiter, Time now) {
    if (line_.has(waiter)) {
        line_.leave(waiter);
        settle(now);
    }
}

void PoolCore::refuse(WaiterId waiter, AcquireRefusal refusal) {
    line_.leave(waiter);
    actions_.push_back({.kind = Action::Kind::refuse, .waiter = waiter, .refusal = refusal});
}

void PoolCore::refuse_all(AcquireRefusal refusal) {
    for (const WaiterId waiter : line_.leave_all()) {
        actions_.push_back({.kind = Action::Kind::refuse, .waiter = waiter, .refusal = refusal});
    }
}

// What follows from every event.

void PoolCore::settle(Time now) {
    close_excess();
    serve(now);
    open_wanted(now);
    close_idle_where_closing();
    note_effective(now);
}

void PoolCore::serve(Time now) {
    while (line_.in_line() > 0) {
        const WaiterId waiter = line_.first();
        if (line_.first_deadline() <= now) {
            refuse(waiter, AcquireRefusal::late);
            continue;
        }
        if (idle_.empty()) {
            return;
        }
        const ConnectionId connection = connections_.id_at(idle_.back());
        if (!needs_check(connections_[connection], now)) {
            lend(connection, now);
            continue;
        }
        if (checking_ >= line_.in_line()) {
            return;
        }
        become(connection, State::checking, now);
        actions_.push_back({.kind = Action::Kind::check, .connection = connection});
    }
}

/// To whoever is first in line.
void PoolCore::lend(ConnectionId id, Time now) {
    const WaiterId waiter = line_.first();
    connections_[id].tenant = line_.take_first();
    become(id, State::lent, now);
    lent_since_ += now - start_;
    wake_by(now + settings_.leak_after);
    if (settings_.reclaim_after > 0ms) {
        wake_by(now + settings_.reclaim_after);
    }
    actions_.push_back({.kind = Action::Kind::lend, .connection = id, .waiter = waiter});
}

void PoolCore::open_wanted(Time now) {
    if (is_shut_) {
        return;
    }
    const bool has_failed = last_failure_.has_value();
    if (has_failed && now < retry_at_) {
        wake_by(retry_at_);
        return;
    }
    // After a failure one attempt tries whether the server is back, or has room for one more; the
    // latter also when nobody needs it, so that the lower ceiling doesn't outlive its cause.
    const std::uint32_t at_once = has_failed ? 1 : settings_.connecting_max;
    const std::uint32_t limit =
        server_room_ ? std::min(settings_.max, *server_room_ + 1) : settings_.max;
    const auto is_wanted = [this] {
        return connecting_ + checking_ < line_.in_line() ||
               (!is_closing_ && (total() < settings_.min || server_room_));
    };
    while (connecting_ < at_once && total() < limit && is_wanted()) {
        const ConnectionId id = connections_.add({});
        connections_[id].since = now;
        ++connecting_;
        actions_.push_back({.kind = Action::Kind::open, .connection = id});
    }
}

void PoolCore::close_excess() {
    while (!idle_.empty() && has_too_many()) {
        close_connection(connections_.id_at(idle_.front()), CloseReason::excess);
    }
}

void PoolCore::close_idle_where_closing() {
    while (is_closing_ && line_.in_all() == 0 && !idle_.empty()) {
        close_connection(connections_.id_at(idle_.front()), CloseReason::closed);
    }
}

void PoolCore::note_effective(Time now) {
    if (effective_.version != requested_.version && !has_too_many()) {
        effective_ = requested_;
        effective_.since = now;
    }
}

// Connections.

void PoolCore::connected(ConnectionId id, double draw, Time now) {
    Connection& connection = connections_[id];
    base::ensure(connection.state == State::connecting, "a connection is made once");
    // One that was on its way when another failed proves nothing about now.
    if (connection.since >= failed_at_) {
        last_failure_.reset();
        server_room_.reset();
        failures_ = 0;
    }
    const double spread = 1 - kLifetimeSpread + 2 * kLifetimeSpread * draw;
    connection.expires_at = now + scaled(settings_.lifetime, spread);
    connection.generation = generation_;
    keep_or_close(id, now);
    settle(now);
}

void PoolCore::connect_failed(ConnectionId id, ConnectFailure failure, double draw, Time now) {
    const bool is_news = !last_failure_ || connections_[id].since >= failed_at_;
    leave(id);
    connections_.remove(id);
    last_failure_ = failure;
    if (is_news) {
        const auto most = std::min(kRetryMost, kRetryFirst * (1 << std::min(failures_, 7U)));
        auto wait = scaled(most, draw);
        if (failure == ConnectFailure::no_slot) {
            wait = std::max<std::chrono::nanoseconds>(wait, kRetryFullServer);
        }
        ++failures_;
        failed_at_ = now;
        retry_at_ = now + wait;
        wake_by(retry_at_);
    }
    if (failure == ConnectFailure::no_slot) {
        server_room_ = std::max(1U, total());
    } else if (total() == 0) {
        // With connections on loan the line still moves, as they come back; without one it never
        // would.
        refuse_all(AcquireRefusal::unreachable);
    }
    settle(now);
}

void PoolCore::checked(ConnectionId id, bool is_good, Time now) {
    base::ensure(connections_[id].state == State::checking, "only a check is answered");
    if (is_good) {
        connections_[id].generation = generation_;
        keep_or_close(id, now);
    } else {
        close_connection(id, CloseReason::check);
    }
    settle(now);
}

PoolCore::WaiterId PoolCore::not_lent(ConnectionId id, Time deadline, Time now) {
    const auto tenant = std::exchange(connections_[id].tenant, std::nullopt);
    end_loan(id, now);
    close_connection(id, CloseReason::ended);
    const WaiterId waiter = line_.come_back(tenant, deadline);
    settle(now);
    return waiter;
}

bool PoolCore::give_back(ConnectionId id, Returned how, Time now) {
    if (!is_lent(id)) {
        return false;
    }
    end_loan(id, now);
    switch (how) {
        case Returned::clean:
            keep_or_close(id, now);
            break;
        case Returned::dirty:
            if (is_shut_ || has_too_many()) {
                close_connection(id, is_shut_ ? CloseReason::closed : CloseReason::excess);
            } else {
                become(id, State::cleaning, now);
                actions_.push_back({.kind = Action::Kind::clean, .connection = id});
            }
            break;
        case Returned::ended:
            close_connection(id, CloseReason::ended);
            break;
        case Returned::suspect:
            suspect_all();
            close_connection(id, CloseReason::suspect);
            break;
    }
    settle(now);
    return true;
}

void PoolCore::cleaned(ConnectionId id, bool is_clean, Time now) {
    base::ensure(connections_[id].state == State::cleaning, "only a cleaning is answered");
    if (is_clean) {
        keep_or_close(id, now);
    } else {
        close_connection(id, CloseReason::dirty);
    }
    settle(now);
}

void PoolCore::suspect_all() {
    ++generation_;
}

/// The loan's end for the sums and for the tenant; the connection keeps its state.
void PoolCore::end_loan(ConnectionId id, Time now) {
    Connection& connection = connections_[id];
    used_time_ += now - connection.since;
    lent_since_ -= connection.since - start_;
    leaked_ -= std::exchange(connection.is_leaked, false) ? 1 : 0;
    line_.end_service(std::exchange(connection.tenant, std::nullopt));
}

void PoolCore::keep_or_close(ConnectionId id, Time now) {
    if (is_shut_) {
        close_connection(id, CloseReason::closed);
    } else if (has_too_many()) {
        close_connection(id, CloseReason::excess);
    } else if (now >= connections_[id].expires_at) {
        close_connection(id, CloseReason::lifetime);
    } else {
        become(id, State::idle, now);
        wake_by(std::min(connections_[id].expires_at, now + settings_.idle_timeout));
    }
}

void PoolCore::close_connection(ConnectionId id, CloseReason reason) {
    leave(id);
    connections_.remove(id);
    ++closed_[static_cast<std::size_t>(reason)];
    actions_.push_back({.kind = Action::Kind::close, .connection = id, .reason = reason});
}

void PoolCore::leave(ConnectionId id) {
    switch (connections_[id].state) {
        case State::connecting:
            --connecting_;
            return;
        case State::idle:
            idle_.remove(connections_, id.slot);
            return;
        case State::checking:
            --checking_;
            return;
        case State::lent:
            lent_.remove(connections_, id.slot);
            return;
        case State::cleaning:
            --cleaning_;
            return;
    }
}

void PoolCore::become(ConnectionId id, State state, Time now) {
    leave(id);
    Connection& connection = connections_[id];
    connection.state = state;
    connection.since = now;
    switch (state) {
        case State::connecting:
            ++connecting_;
            return;
        case State::idle:
            // One to be checked goes where it is lent last.
            if (connection.generation < generation_) {
                idle_.push_front(connections_, id.slot);
            } else {
                idle_.push_back(connections_, id.slot);
            }
            return;
        case State::checking:
            ++checking_;
            return;
        case State::lent:
            lent_.push_back(connections_, id.slot);
            return;
        case State::cleaning:
            ++cleaning_;
            return;
    }
}

// Settings and time.

void PoolCore::resize(const PoolSettings& settings, std::uint64_t version, Time now) {
    if (version <= requested_.version) {
        return;
    }
    max_time_ = max_time(now);
    max_since_ = now;
    settings_ = settings;
    requested_ = {.settings = settings, .version = version, .since = now};
    line_.set_tenant_max(settings.tenant_max);
    tick(now);
}

void PoolCore::tick(Time now) {
    wake_at_ = Time::max();
    close_excess();
    expire_idle(now);
    look_for_leaks(now);
    look_at_clock(now);
    settle(now);
}

void PoolCore::expire_idle(Time now) {
    for (std::uint32_t slot = idle_.front(); slot != kNoSlot;) {
        const ConnectionId id = connections_.id_at(slot);
        slot = SlotList::next(connections_, slot);
        const Connection& connection = connections_[id];
        if (now >= connection.expires_at) {
            close_connection(id, CloseReason::lifetime);
        } else if (total() > settings_.min && now - connection.since >= settings_.idle_timeout) {
            close_connection(id, CloseReason::idle);
        }
    }
}

void PoolCore::look_for_leaks(Time now) {
    for (std::uint32_t slot = lent_.front(); slot != kNoSlot;) {
        const ConnectionId id = connections_.id_at(slot);
        slot = SlotList::next(connections_, slot);
        Connection& connection = connections_[id];
        const auto lent_for = now - connection.since;
        if (!connection.is_leaked && lent_for >= settings_.leak_after) {
            connection.is_leaked = true;
            ++leaked_;
            actions_.push_back({.kind = Action::Kind::tell_leak, .connection = id});
        }
        if (settings_.reclaim_after > 0ms && lent_for >= settings_.reclaim_after) {
            end_loan(id, now);
            leave(id);
            connections_.remove(id);
            ++closed_[static_cast<std::size_t>(CloseReason::leak)];
            actions_.push_back({.kind = Action::Kind::take_away, .connection = id});
        }
    }
}

/// When the next of the connections there are now needs a tick.
void PoolCore::look_at_clock(Time now) {
    for (std::uint32_t slot = idle_.front(); slot != kNoSlot;
         slot = SlotList::next(connections_, slot)) {
        const Connection& connection = connections_[connections_.id_at(slot)];
        wake_by(connection.expires_at);
        if (total() > settings_.min) {
            wake_by(connection.since + settings_.idle_timeout);
        }
    }
    for (std::uint32_t slot = lent_.front(); slot != kNoSlot;
         slot = SlotList::next(connections_, slot)) {
        const Connection& connection = connections_[connections_.id_at(slot)];
        if (!connection.is_leaked) {
            wake_by(connection.since + settings_.leak_after);
        }
        if (settings_.reclaim_after > 0ms) {
            wake_by(connection.since + settings_.reclaim_after);
        }
    }
    if (last_failure_ && now < retry_at_) {
        wake_by(retry_at_);
    }
}

void PoolCore::close(Time now) {
    is_closing_ = true;
    settle(now);
}

void PoolCore::shut(Time now) {
    is_closing_ = true;
    is_shut_ = true;
    refuse_all(AcquireRefusal::closed);
    settle(now);
}

std::chrono::nanoseconds PoolCore::used_time(Time now) const {
    return used_time_ + (now - start_) * lent_.size() - lent_since_;
}

std::chrono::nanoseconds PoolCore::max_time(Time now) const {
    return max_time_ + (now - max_since_) * settings_.max;
}

}  // namespace accubooks::pg
