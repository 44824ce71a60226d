#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <libpq-fe.h>

#include "base/clock.h"
#include "base/task.h"
#include "pg/failure.h"
#include "pg/internal/conninfo.h"

namespace accubooks::pg {

struct ResultDeleter {
    void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ResultDeleter>;

/// Thrown out of a wait that the deadline or the caller's cancellation ended; never leaves this
/// room.
struct Interrupted {};

/// A libpq connection, its socket and what may end a wait on it. One coroutine uses it at a time.
///
/// Waits can't be cancelled by Asio from outside, because a statement that was sent must be ended
/// with the server first: `begin_call` takes the caller's cancellation slot and turns it into an
/// interruption, like the deadline.
class Session : public std::enable_shared_from_this<Session> {
public:
    enum class Interruption : std::uint8_t { none, deadline, cancelled };

    explicit Session(boost::asio::any_io_executor executor);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Connects; throws Failure `connect`. Within a call.
    base::Task<void> connect(ConnectParameters parameters);

    /// `executor` is the caller's: everything that happens to this object during the call happens
    /// there.
    void begin_call(
        boost::asio::any_io_executor executor,
        base::Deadline deadline,
        boost::asio::cancellation_slot slot
    );
    void end_call();
    /// Ends the wait under way, or the next one, with Interrupted.
    void interrupt(Interruption reason);
    /// Why the call was interrupted; from now on only `deadline` interrupts.
    Interruption begin_recovery(base::Deadline deadline);

    /// Asks the server to cancel and returns when the request can no longer hit anything later.
    base::Task<void> cancel_statement();
    /// Sends what can be sent without waiting; whether that was everything, as it nearly always
    /// is. Throws Failure `lost`.
    bool flush_now();
    /// Sends everything, reading meanwhile, because a server that waits for its reader reads
    /// nothing.
    base::Task<void> flush();
    /// Whether the next result has arrived, so that `take_result` may be called: most of a round's
    /// come together, and none of those needs a coroutine.
    bool has_result() const { return PQisBusy(handle_) == 0; }
    /// The next result, once it has arrived; null at the end of a statement's. Throws Failure
    /// `lost` when there will be none.
    ResultPtr take_result();
    /// The same, and waits for it.
    base::Task<ResultPtr> next_result();

    /// Hands over the notifications that have arrived. Only at the end of a round: libpq parses
    /// ahead for it, and then the next statement can't be told to give its rows one by one.
    /// Whether there were any.
    bool deliver_notifications();
    /// Waits, with nothing under way, until a notification has arrived and was handed over.
    base::Task<void> notification();

    PGconn* handle() const { return handle_; }
    /// Whether the connection, while nothing is under way, is quiet as it should be: neither ended
    /// by the server nor with words of it (an error on its way out) that nobody has read.
    bool is_quiet() const;
    bool is_open() const { return handle_ != nullptr && PQstatus(handle_) == CONNECTION_OK; }
    /// Ends the connection at once; harmless when it has ended.
    void close();
    /// From any thread, whatever the connection does: what is waited for on it fails as if the
    /// network had gone.
    void cut();
    /// From any thread: asks the server to cancel what runs, without waiting; `executor`'s context
    /// does it.
    void request_cancel(const boost::asio::any_io_executor& executor);
    /// What libpq says went wrong last, as one line.
    std::string message() const;

    /// Called for each notification that has arrived.
    std::function<void(std::string_view)> on_notice;

private:
    using Descriptor = boost::asio::posix::stream_descriptor;

    /// Gives libpq the addresses of hosts, which it would look up on this thread, and for as long
    /// as a name server lets it wait.
    base::Task<void> look_up_hosts(ConnectParameters& parameters);
    base::Task<std::vector<std::string>> addresses_of(std::string host);
    base::Task<void> wait(Descriptor::wait_type direction);
    base::Task<void> wait_for_both();
    void read_input();
    void arm(base::Deadline deadline);
    void throw_if_interrupted() const;
    void let_go_of_socket();
    [[noreturn]] void throw_lost();

    boost::asio::any_io_executor executor_;
    PGconn* handle_ = nullptr;
    std::mutex handle_mutex_;  // held to end the connection, and by others while they use it
    Descriptor socket_;
    boost::asio::steady_timer timer_;
    boost::asio::steady_timer event_;  // never expires; cancelled to wake its waiter
    boost::asio::cancellation_slot slot_;
    boost::asio::any_io_executor caller_;
    std::atomic<std::uint64_t> call_ =
        0;  // an old timer's handler may read it on an earlier caller's thread
    Interruption interruption_ = Interruption::none;
};

}  // namespace accubooks::pg
