#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/ids.h"
#include "base/sketch.h"
#include "pg/connection.h"
#include "pg/pool_settings.h"

namespace accubooks::pg {

/// What a pool is doing now.
struct PoolStatus {
    PoolSettings settings;  // the ones asked for last
    PoolLimits requested;   // the same, with their version and since when
    /// Those that hold in fact: after a shrink the former ones, until no more connections are left
    /// than the new maximum.
    PoolLimits effective;
    std::uint32_t ceiling = 0;  // `settings.max`, less while the server has no room for so many
    std::uint32_t idle = 0;
    std::uint32_t used = 0;  // being cleaned up after a borrower included
    std::uint32_t connecting = 0;
    std::uint32_t checking = 0;
    std::uint32_t closing = 0;  // of those: will be closed when they come back
    std::uint32_t waiting = 0;
    std::uint32_t leaked = 0;               // lent for too long now
    std::uint64_t timeouts = 0;             // acquires that gave up
    std::uint64_t refused_full = 0;         // acquires refused because the queue was full
    std::uint64_t created = 0;              // connections made since start
    std::uint64_t connect_failures = 0;     // attempts that made none, since start
    std::uint64_t no_room = 0;              // of those, refused for too many connections (53300)
    std::uint64_t leaks = 0;                // loans that were too long, since start
    std::uint64_t misuses = 0;              // leases used or released after their release
    ClosedCounts closed{};                  // connections closed since start, by reason
    std::chrono::microseconds used_time{};  // sum over connections of the time in use, exact
    std::chrono::microseconds max_time{};   // integral of max: utilisation is used_time by it

    /// How many connections there may be in fact.
    std::uint32_t effective_max() const {
        return ceiling < settings.max ? ceiling : effective.settings.max;
    }
};

/// How long things took since the pool was made, in nanoseconds.
struct PoolTimes {
    base::Sketch wait;     // of every acquire, also one that didn't wait at all or gave up
    base::Sketch use;      // of every loan that has ended
    base::Sketch connect;  // of every connection made
};

class PoolState;

/// A connection on loan. Giving it back never waits: a clean connection goes to the next waiter,
/// one with an open transaction is rolled back first, a broken one is closed. What a borrower left
/// in the session (settings, role, locks, listening) is gone before the next one's first statement.
class Lease {
public:
    Lease() = default;
    /// For the pool: `loan` is its name for it.
    Lease(
        std::shared_ptr<PoolState> pool, std::unique_ptr<Connection> connection, std::uint64_t loan
    );
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease();

    /// Once given back there is no connection any more: the use is counted and throws Failure
    /// `server`, so that its request fails and nobody else's does.
    Connection& operator*() const { return connection_ == nullptr ? misused() : *connection_; }
    Connection* operator->() const { return &**this; }
    explicit operator bool() const { return connection_ != nullptr; }
    /// A second time it is counted as a mistake, and nothing happens.
    void release() noexcept;

private:
    [[noreturn]] Connection& misused() const;
    void end() noexcept;

    std::shared_ptr<PoolState> pool_;
    std::unique_ptr<Connection> connection_;
    std::uint64_t loan_ = 0;
};

/// A first-in, first-out pool of connections to one endpoint. Its state lives on one executor (the
/// lane that owns it, single-threaded or a strand); all calls may come from any. It begins to
/// connect, up to `min`, when it is made.
///
/// A waiter is handed its connection, it never looks again. Errors of acquire: Failure `overloaded`
/// when the queue is full or the wait is over, `connect` with the server's last real answer when no
/// connection can be made, `cancelled` when the caller gave up; a connection being made for it then
/// goes to the next waiter.
///
/// A connection that was idle for a while, or any idle one after an error that others may meet too,
/// is checked before it is lent; when it doesn't answer, the waiter gets another one. While the
/// server has too many connections (53300) the pool makes do with those it has, lets its waiters
/// wait for one of them, and tries again by itself.
class Pool {
public:
    /// Expects settings that resize would take. `random` spreads the connections' ends of life and
    /// the attempts to connect.
    Pool(
        boost::asio::any_io_executor owner,
        std::string name,
        Endpoint endpoint,
        PoolSettings settings,
        PoolObserver observer = {},
        base::RandomBytes random = base::system_random()
    );
    /// Closes what is idle; what is on loan is closed as it comes back.
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    /// `tenant` says for whom: one that has its share (`tenant_max`) already waits until it gives
    /// one back, and doesn't hold up the others meanwhile. `request_id` is for the report of a
    /// leak.
    base::Task<Lease> acquire(
        base::Deadline deadline,
        std::optional<base::TenantId> tenant = {},
        std::string request_id = {}
    );

    /// New limits, all or none, for waiters already queued too; a shrink closes idle connections
    /// now and used ones as they come back, none under its borrower. Of two at once the one with
    /// the greater version holds. Returns the version, by which `status().effective` tells when
    /// they hold. Errors: `pool.bad_settings`; then nothing has changed.
    base::Result<std::uint64_t> resize(PoolSettings settings);

    PoolStatus status() const;
    PoolTimes times() const;
    const std::string& name() const;

    /// Refuses new acquires and serves the queue. In the last second before the deadline (or the
    /// last half of the time, if that is less) it refuses the queue and asks the server to cancel
    /// what borrowers still run. At the deadline what is still lent is left to be closed as it
    /// comes back. Connections are closed politely.
    base::Task<void> close(base::Deadline deadline);

private:
    std::shared_ptr<PoolState> state_;
};

}  // namespace accubooks::pg
