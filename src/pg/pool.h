#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/ids.h"
#include "pg/connection.h"

namespace accubooks::pg {

/// Limits of a pool; names and defaults are those of the settings `database.pool.*`.
struct PoolSettings {
    std::uint32_t min = 10;                              // connections kept warm
    std::uint32_t max = 50;                              // connections at most
    std::chrono::milliseconds idle_timeout{30000};       // then closed, down to min
    std::chrono::milliseconds connection_timeout{2000};  // for one attempt to connect
    std::chrono::milliseconds acquire_timeout{10000};    // in the queue, connecting included
    std::uint32_t queue_max = 1000;                      // waiters; one more is refused at once
    std::uint32_t connecting_max = 8;                    // attempts to connect under way
};

/// What a pool is doing now.
struct PoolStatus {
    PoolSettings settings;
    std::uint32_t idle = 0;
    std::uint32_t used = 0;  // being cleaned up after a borrower included
    std::uint32_t connecting = 0;
    std::uint32_t waiting = 0;
    std::uint64_t timeouts = 0;             // acquires that gave up
    std::uint64_t created = 0;              // connections made since start
    std::chrono::microseconds used_time{};  // sum over connections of the time in use, exact
};

class PoolState;

/// A connection on loan. Giving it back never waits: a clean connection goes to the next waiter,
/// one with an open transaction is rolled back first, a broken one is closed. Settings that a
/// borrower changed are reset before the next one's first statement.
class Lease {
public:
    Lease() = default;
    /// For the pool: lent since `since`.
    Lease(
        std::shared_ptr<PoolState> pool,
        std::unique_ptr<Connection> connection,
        std::chrono::steady_clock::time_point since
    );
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease();

    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }
    explicit operator bool() const { return connection_ != nullptr; }
    void release() noexcept;

private:
    std::shared_ptr<PoolState> pool_;
    std::unique_ptr<Connection> connection_;
    std::chrono::steady_clock::time_point since_;
};

/// A first-in, first-out pool of connections to one endpoint. Its state lives on one executor (the
/// lane that owns it, single-threaded or a strand); all calls may come from any. It begins to
/// connect, up to `min`, when it is made.
///
/// A waiter is handed its connection, it never looks again. Errors of acquire: Failure `overloaded`
/// when the queue is full or the wait is over, `connect` with the server's last real answer when no
/// connection can be made, `cancelled` when the caller gave up; a connection being made for it then
/// goes to the next waiter.
class Pool {
public:
    /// Expects settings that resize would take.
    Pool(
        boost::asio::any_io_executor owner,
        std::string name,
        Endpoint endpoint,
        PoolSettings settings,
        PoolObserver observer = {}
    );
    /// Closes what is idle; what is on loan is closed as it comes back.
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    /// `tenant` says for whom: waits are first in, first out whatever it is, but callers name it
    /// already, so that a share per tenant needs no change in them.
    base::Task<Lease> acquire(base::Deadline deadline, std::optional<base::TenantId> tenant = {});

    /// New limits, effective at once for waiters already queued; a shrink closes idle connections
    /// now and used ones as they come back. Errors: `pool.bad_settings`; then nothing has changed.
    base::Result<void> resize(PoolSettings settings);

    PoolStatus status() const;
    const std::string& name() const;

    /// Refuses new acquires, serves the queue until the deadline, then closes every connection
    /// politely.
    base::Task<void> close(base::Deadline deadline);

private:
    std::shared_ptr<PoolState> state_;
};

}  // namespace accubooks::pg
