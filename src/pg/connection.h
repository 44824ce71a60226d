#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "pg/failure.h"
#include "pg/observer.h"
#include "pg/value.h"

namespace accubooks::pg {

/// Where and as whom to connect. `conninfo` is a libpq connection string or URL (its password never
/// reaches a log); `role` becomes the session's role from its first statement on ("" keeps the
/// login's own).
struct Endpoint {
    std::string conninfo;
    std::string role{};
    std::string application_name = "accubooks";
    /// Server settings of every session, over the defaults (UTC, lock_timeout 10 s, idle in
    /// transaction 60 s).
    std::vector<std::pair<std::string, std::string>> settings{};
};

/// A statement with its parameters, ready to be sent.
struct Query {
    const Statement* statement = nullptr;  // must outlive the call; statements are constants
    Params params{};
};

/// One connection over libpq's pipeline mode. One coroutine uses it at a time, on the executor it
/// was made on.
///
/// Statements are prepared on first use and kept in a bounded LRU. Every call takes an absolute
/// deadline; when it passes, or the caller is cancelled, the statement is cancelled on a second
/// socket, and the connection is usable again only after the request is over and the server has
/// said so. A statement that finished all the same answers as usual.
///
/// All calls throw Failure: `server` when the statement was refused, `deadline` or `cancelled` when
/// it was stopped, `lost` when the connection broke. After `lost`, and after a stop that left the
/// connection unusable, it isn't known whether a statement that was its own transaction took
/// effect.
class Connection {
public:
    static base::Task<std::unique_ptr<Connection>> open(Endpoint endpoint, base::Deadline deadline);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// One statement, its own transaction unless one is open.
    base::Task<Rows> execute(const Statement& statement, Params params, base::Deadline deadline);

    /// Several statements in one round trip with one sync: the first that fails aborts the rest,
    /// and its Failure is thrown. Outside an open transaction they commit or fail together.
    base::Task<std::vector<Rows>> execute_all(std::vector<Query> queries, base::Deadline deadline);

    /// Ends the open transaction by COMMIT. Nothing cancels it: the caller's cancellation is
    /// ignored, and past the deadline the connection is closed. Throws Failure `unknown_outcome`
    /// when no answer came, `server` when the server refused or had to roll back a failed
    /// transaction (25P02).
    base::Task<void> commit(base::Deadline deadline);

    /// SQL text with several statements through the simple protocol, for migrations and set-up
    /// only; without its own BEGIN it is one transaction. Returns the rows that each statement
    /// touched; a Failure names the line.
    base::Task<std::vector<std::int64_t>> run_script(std::string_view sql, base::Deadline deadline);

    /// Rows of a large result in constant memory; `on_rows` is called with one or some at a time.
    /// What it throws stops the statement and comes out of here.
    base::Task<void> stream(
        const Statement& statement,
        Params params,
        std::function<void(const Rows&)> on_rows,
        base::Deadline deadline
    );

    /// Waits, with no transaction open, until a NOTIFY has arrived and was handed to `on_notice`;
    /// false when the deadline came first. Throws as all calls do, but not for the deadline.
    base::Task<bool> wait_for_notification(base::Deadline deadline);

    /// Called for every NOTIFY and NOTICE that arrives while a call runs; may be empty.
    void on_notice(std::function<void(std::string_view)> handler);

    /// Called for every statement from now on, scripts aside; may be empty.
    void on_statement(StatementObserver observer);

    /// For a pool, between two borrowers: whether a transaction is open, or something may be left
    /// in the session that others could feel already now: locks, temporary tables, cursors,
    /// listening. Only a script or an unusual statement leaves such.
    bool is_dirty() const;
    /// For a pool: undoes that. False when it can't be undone by the deadline.
    base::Task<bool> clean(base::Deadline deadline);
    /// For a pool: settings that the last borrower may have left are undone before the next one's
    /// first call, in the same round trip. Most borrowers leave none, which costs nothing.
    void reset_before_next_call();
    /// For a pool: whether the server answers, and still takes writes if it did at first. False at
    /// the deadline; the connection is closed then.
    base::Task<bool> answers(base::Deadline deadline);
    /// For a pool: whether this connection met an error that others to the same server may meet:
    /// it broke (class 08, 57P, no answer), or the server takes no writes any more (25006).
    bool suspects_server() const;
    /// For a pool, from any thread: the last statement sent; empty before the first.
    std::string_view last_statement() const;
    /// For a pool, from any thread: ends the connection under whoever uses it.
    void cut();
    /// For a pool, from any thread: asks the server to cancel what runs now, by a thread beside
    /// `executor`'s context.
    void request_cancel(const boost::asio::any_io_executor& executor);
    /// For a pool: whether the server has ended the connection while it was idle. One system call,
    /// no waiting.
    bool has_ended() const;

    bool is_usable() const;       // open and in sync with the server
    bool in_transaction() const;  // a transaction is open, failed or not
    int backend_pid() const;

private:
    struct State;
    explicit Connection(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace accubooks::pg
