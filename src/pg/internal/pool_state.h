#pragma once

#include <chrono>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "pg/pool.h"

namespace accubooks::pg {

/// Errors: `pool.bad_settings`.
base::Result<void> check(const PoolSettings& settings);

/// The pool itself; shared with its leases, so that one may outlive the Pool. Everything but
/// `status` happens on the owner's executor.
///
/// `pump` is the only place that gives away and makes connections: every event changes the state
/// and calls it.
class PoolState : public std::enable_shared_from_this<PoolState> {
public:
    PoolState(
        boost::asio::any_io_executor owner,
        std::string name,
        Endpoint endpoint,
        PoolSettings settings,
        PoolObserver observer
    );

    base::Task<Lease> acquire(base::Deadline deadline);
    void give_back(
        std::unique_ptr<Connection> connection, std::chrono::steady_clock::time_point lent_at
    );
    void resize(PoolSettings settings);
    base::Task<void> close(base::Deadline deadline);
    /// Closes what is idle and refuses everything from now on.
    void shut();
    void pump();

    const boost::asio::any_io_executor& owner() const { return owner_; }
    const std::string& name() const { return name_; }
    PoolStatus status() const;

private:
    using Clock = std::chrono::steady_clock;

    /// One acquire in the queue. Whoever answers it takes it out in the same step.
    class Waiter {
    public:
        Waiter(PoolState& pool, Clock::time_point until);
        ~Waiter();
        Waiter(const Waiter&) = delete;
        Waiter& operator=(const Waiter&) = delete;

        void answer(Lease lease);
        void answer(const Failure& failure);
        bool is_answered() const { return !is_queued_; }

        boost::asio::steady_timer wake;
        Lease lease;
        std::optional<Failure> failure;

    private:
        void leave();

        std::list<Waiter*>& queue_;
        std::list<Waiter*>::iterator place_;
        bool is_queued_ = true;
    };
    struct Idle {
        std::unique_ptr<Connection> connection;
        Clock::time_point since;
    };
    std::uint32_t total() const;
    bool is_down() const;
    bool is_drained() const;
    void keep_or_close(std::unique_ptr<Connection> connection);
    void serve_waiters();
    void start_connecting();
    base::Task<void> connect();
    void connect_failed(const Failure& failure);
    base::Task<void> clean(std::unique_ptr<Connection> connection);
    void close_excess();
    void expire_idle();
    void fail_waiters(const Failure& failure);
    void publish();
    template <class Work>
    void start(Work work);

    const boost::asio::any_io_executor owner_;
    const std::string name_;
    const Endpoint endpoint_;
    const PoolObserver observer_;
    PoolSettings settings_;
    std::deque<Idle>
        idle_;  // longest idle first; the last is lent first, so that the rest can expire
    std::list<Waiter*> waiters_;  // in order of arrival
    std::uint32_t used_ = 0;
    std::uint32_t connecting_ = 0;
    std::uint32_t tasks_ = 0;
    std::uint64_t timeouts_ = 0;
    std::uint64_t created_ = 0;
    bool is_closing_ = false;
    bool is_shut_ = false;

    std::optional<Failure> last_failure_;  // of connecting; none after a success
    std::uint32_t failures_ = 0;           // in a row
    Clock::time_point retry_at_{};
    boost::asio::steady_timer retry_;
    boost::asio::steady_timer expiry_;
    bool expiry_is_set_ = false;
    boost::asio::steady_timer drained_;

    std::chrono::nanoseconds used_time_{};   // of leases that have ended
    std::chrono::nanoseconds lent_since_{};  // sum of the start times of leases under way

    mutable std::mutex published_mutex_;  // never held across an await
    PoolStatus published_;
    std::chrono::nanoseconds published_lent_since_{};
    std::uint32_t published_lent_ = 0;
    std::uint32_t lent_ = 0;
};

}  // namespace accubooks::pg
