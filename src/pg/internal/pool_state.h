#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "pg/internal/pool_core.h"
#include "pg/pool.h"

namespace accubooks::pg {

/// Runs a PoolCore: tells it what happens to real connections, carries out what it decides, and
/// wakes it. Shared with its leases, so that one may outlive the Pool. Everything but `status`,
/// `times` and the counts happens on the owner's executor.
class PoolState : public std::enable_shared_from_this<PoolState> {
public:
    PoolState(
        boost::asio::any_io_executor owner,
        std::string name,
        Endpoint endpoint,
        PoolSettings settings,
        PoolObserver observer,
        base::RandomBytes random
    );

    base::Task<Lease> acquire(
        base::Deadline deadline, std::optional<base::TenantId> tenant, std::string request_id
    );
    void give_back(std::unique_ptr<Connection> connection, std::uint64_t loan);
    void resize(const PoolSettings& settings, std::uint64_t version);
    base::Task<void> close(base::Deadline deadline);
    /// Closes what is idle and refuses everything from now on.
    void shut();
    void tick();

    // For any thread.
    const boost::asio::any_io_executor& owner() const { return owner_; }
    const std::string& name() const { return name_; }
    PoolStatus status() const;
    PoolTimes times() const;
    std::uint64_t next_version() { return ++version_; }
    void count_misuse() { ++misuses_; }

private:
    using Clock = std::chrono::steady_clock;
    using Action = PoolCore::Action;
    using ConnectionId = PoolCore::ConnectionId;
    using WaiterId = PoolCore::WaiterId;

    /// One acquire between its arrival and its answer; lives in its coroutine.
    class Waiting {
    public:
        Waiting(PoolState& pool, WaiterId id, Clock::time_point until);
        ~Waiting();
        Waiting(const Waiting&) = delete;
        Waiting& operator=(const Waiting&) = delete;

        void rename(WaiterId id);
        void answer(Lease granted);
        void answer(AcquireRefusal refused);
        bool is_answered() const { return is_answered_; }

        const Clock::time_point until;
        std::optional<base::TenantId> tenant{};
        std::string request_id{};
        std::optional<boost::asio::steady_timer> wake{};  // only where it has to wait
        Lease lease{};
        std::optional<AcquireRefusal> refusal{};

    private:
        void settle();

        PoolState& pool_;
        WaiterId id_;
        bool is_answered_ = false;
    };
    /// What is behind a connection of the core.
    struct Place {
        std::unique_ptr<Connection> connection;  // none while it is made or lent
        Connection* lent = nullptr;
        Clock::time_point back_at{};  // from its last borrower; long ago before the first
        std::string request_id{};
        std::optional<base::TenantId> tenant{};
    };

    void carry_out();
    void carry_out(const Action& action);
    void lend(const Action& action);
    void tell_leak(const Action& action);
    base::Task<void> connect(ConnectionId id);
    base::Task<void> check_connection(ConnectionId id);
    base::Task<void> clean(ConnectionId id);
    void connect_failed(ConnectionId id, const Failure& failure);
    void cancel_borrowers();
    Failure failure_of(AcquireRefusal refusal) const;
    Place& place_of(ConnectionId id);
    void record(base::Sketch& sketch, std::chrono::nanoseconds took);
    double draw() const;
    void arm();
    void publish();
    template <class Work>
    void start(Work work);

    const boost::asio::any_io_executor owner_;
    const std::string name_;
    const Endpoint endpoint_;
    const PoolObserver observer_;
    const base::RandomBytes random_;
    PoolCore core_;
    std::vector<Action> actions_;
    std::vector<Place> places_;      // by the connection's slot
    std::vector<Waiting*> waiting_;  // by the waiter's slot
    bool is_carrying_out_ = false;
    std::uint32_t tasks_ = 0;
    std::uint64_t timeouts_ = 0;
    std::uint64_t refused_full_ = 0;
    std::uint64_t created_ = 0;
    std::uint64_t connect_failures_ = 0;
    std::uint64_t no_room_ = 0;
    std::uint64_t leaks_ = 0;
    std::optional<Failure> last_failure_;  // of connecting; none after a success
    Clock::time_point warn_from_{};

    boost::asio::steady_timer wake_;
    Clock::time_point armed_for_ = Clock::time_point::max();
    boost::asio::steady_timer drained_;

    std::atomic<std::uint64_t> version_ = 1;
    std::atomic<std::uint64_t> misuses_ = 0;
    mutable std::mutex published_mutex_;  // guards all below; never held across an await
    PoolStatus published_;
    Clock::time_point published_at_{};
    std::uint32_t published_lent_ = 0;
    PoolTimes times_;
};

}  // namespace accubooks::pg
