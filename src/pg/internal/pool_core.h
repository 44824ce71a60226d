#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "pg/internal/slots.h"
#include "pg/internal/waiting_line.h"
#include "pg/pool_settings.h"

namespace accubooks::pg {

/// What a pool decides, without connections, clock or chance of its own: events go in with the time
/// (and a random draw where one is needed), actions come out, and whoever runs the pool carries
/// them out in order. The same events give the same actions, so a simulation can play any history.
///
/// The rules:
/// - Waiters are served first in, first out, but for a tenant that has its share: see WaitingLine.
/// - A waiter is handed its connection; nobody looks again. Nobody waits while an idle connection
///   that needs no check exists.
/// - No more than `max` connections, and none is handed on while there are more: after a shrink
///   each is closed as it comes back.
/// - A connection belongs to nobody while it is made or checked: whoever is first then gets it.
class PoolCore {
public:
    using Time = std::chrono::steady_clock::time_point;
    using ConnectionId = Handle<struct ConnectionTag>;
    using WaiterId = WaitingLine::WaiterId;

    /// To be carried out in the order given.
    struct Action {
        enum class Kind : std::uint8_t {
            open,       // make it; answer `connected` or `connect_failed`
            lend,       // it is the waiter's; where it has ended meanwhile, answer `not_lent`
            check,      // ask the server something; answer `checked`
            clean,      // undo what the borrower left; answer `cleaned`
            close,      // end it politely, for `reason`; no answer
            refuse,     // tell the waiter `refusal`; no answer
            tell_leak,  // it is lent for too long; no answer
            take_away,  // end it under its borrower, whose giving back will mean nothing; no answer
        };
        Kind kind = Kind::open;
        ConnectionId connection{};
        WaiterId waiter{};
        CloseReason reason = CloseReason::ended;
        AcquireRefusal refusal = AcquireRefusal::closed;
    };

    /// In what state a connection came back.
    enum class Returned : std::uint8_t {
        clean,
        dirty,    // a transaction is open, or more than settings is left in the session
        ended,    // unusable, for no fault of the server's
        suspect,  // it met an error that others may meet (classes 08 and 57P, 25006)
    };

    enum class ConnectFailure : std::uint8_t {
        no_slot,  // the server has too many connections (53300)
        other,
    };

    struct Counts {
        std::uint32_t idle = 0;
        std::uint32_t used = 0;  // lent or being cleaned
        std::uint32_t lent = 0;
        std::uint32_t connecting = 0;
        std::uint32_t checking = 0;
        std::uint32_t waiting = 0;  // those aside included
        std::uint32_t leaked = 0;   // lent for too long now

        std::uint32_t total() const { return idle + used + connecting + checking; }
    };

    PoolCore(PoolSettings settings, Time now);

    // Events. Each may add actions.

    /// A waiter in line, or why not. It may be served or refused at once: see the actions.
    std::expected<WaiterId, AcquireRefusal> acquire(
        std::optional<base::TenantId> tenant, Time deadline, Time now
    );
    /// The waiter has gone, because its time is over or its caller is. Nothing happens when it was
    /// answered already.
    void give_up(WaiterId waiter, Time now);
    /// `draw`, from 0 to 1, spreads the connection's end of life.
    void connected(ConnectionId connection, double draw, Time now);
    /// `draw`, from 0 to 1, spreads the next attempt.
    void connect_failed(ConnectionId connection, ConnectFailure failure, double draw, Time now);
    void checked(ConnectionId connection, bool is_good, Time now);
    /// The connection of a `lend` has ended: its waiter is first in line again, under the new
    /// name that is returned.
    WaiterId not_lent(ConnectionId connection, Time deadline, Time now);
    /// False when it isn't lent (any more).
    bool give_back(ConnectionId connection, Returned how, Time now);
    void cleaned(ConnectionId connection, bool is_clean, Time now);
    /// A version not greater than the last changes nothing.
    void resize(const PoolSettings& settings, std::uint64_t version, Time now);
    /// Every idle connection is checked before it is lent.
    void suspect_all();
    void tick(Time now);
    /// No new waiters; those in line are served.
    void close(Time now);
    /// Refuses all waiters and closes everything, what is lent as it comes back.
    void shut(Time now);

    /// What is to be done, oldest first; empty afterwards.
    void take_actions(std::vector<Action>& into);
    bool has_actions() const { return !actions_.empty(); }
    /// `tick` is wanted then, or earlier; never when nothing will happen by itself.
    Time wake_at() const { return wake_at_; }

    Counts counts() const;
    const PoolSettings& settings() const { return settings_; }
    const PoolLimits& requested() const { return requested_; }
    const PoolLimits& effective() const { return effective_; }
    /// `settings().max`, less while the server has no room for so many.
    std::uint32_t ceiling() const;
    bool is_closing() const { return is_closing_; }
    bool is_drained() const;
    /// Sum over connections of the time lent; exact.
    std::chrono::nanoseconds used_time(Time now) const;
    /// Integral of the maximum over time: utilisation is `used_time` by this.
    std::chrono::nanoseconds max_time(Time now) const;
    bool is_lent(ConnectionId connection) const;
    Time lent_at(ConnectionId connection) const { return connections_[connection].since; }
    const ClosedCounts& closed() const { return closed_; }

private:
    enum class State : std::uint8_t { connecting, idle, checking, lent, cleaning };

    struct Connection : Links {
        State state = State::connecting;
        bool is_leaked = false;
        std::uint64_t generation = 0;
        Time since{};                            // of the state
        Time expires_at{};                       // at the end of its life
        std::optional<base::TenantId> tenant{};  // of the borrower
    };

    void settle(Time now);
    void serve(Time now);
    void open_wanted(Time now);
    void close_excess();
    void note_effective(Time now);
    bool needs_check(const Connection& connection, Time now) const;
    bool is_down(Time now) const;
    bool has_too_many() const;
    std::uint32_t total() const;
    void lend(ConnectionId connection, Time now);
    void keep_or_close(ConnectionId connection, Time now);
    void close_connection(ConnectionId connection, CloseReason reason);
    void close_idle_where_closing();
    void leave(ConnectionId connection);
    void become(ConnectionId connection, State state, Time now);
    void end_loan(ConnectionId connection, Time now);
    void refuse(WaiterId waiter, AcquireRefusal refusal);
    void refuse_all(AcquireRefusal refusal);
    void expire_idle(Time now);
    void look_for_leaks(Time now);
    void look_at_clock(Time now);
    void wake_by(Time at) { wake_at_ = std::min(wake_at_, at); }

    PoolSettings settings_;
    PoolLimits requested_;
    PoolLimits effective_;
    Slots<Connection, ConnectionId> connections_;
    SlotList idle_;  // longest idle first; the last is lent first, so that the rest can expire
    SlotList lent_;  // longest lent first
    WaitingLine line_;
    std::vector<Action> actions_;

    std::uint32_t connecting_ = 0;
    std::uint32_t checking_ = 0;
    std::uint32_t cleaning_ = 0;
    std::uint32_t leaked_ = 0;
    ClosedCounts closed_{};
    std::uint64_t generation_ = 0;
    bool is_closing_ = false;
    bool is_shut_ = false;

    std::optional<ConnectFailure> last_failure_;  // none after a success
    std::uint32_t failures_ = 0;                  // in a row
    Time failed_at_{};
    Time retry_at_{};
    std::optional<std::uint32_t> server_room_;  // so many the server let us have when it refused

    Time wake_at_ = Time::max();
    Time start_{};                           // the sums below count from here
    std::chrono::nanoseconds used_time_{};   // of loans that have ended
    std::chrono::nanoseconds lent_since_{};  // sum of the start times of loans under way
    std::chrono::nanoseconds max_time_{};
    Time max_since_{};
};

}  // namespace accubooks::pg
