#pragma once

#include <atomic>
#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/this_coro.hpp>

#include "base/error.h"
#include "pg/connection.h"
#include "pg/internal/conninfo.h"
#include "pg/internal/prepared.h"
#include "pg/internal/round.h"
#include "pg/internal/session.h"
#include "pg/internal/session_state.h"

namespace accubooks::pg {

enum class OnStop : std::uint8_t { cancel_statement, close_connection };

/// What a connection is behind its calls: the session, what is prepared on it and what was left in
/// it, and how a call is made, stopped and recovered from.
struct Connection::State {
    /// More than the program has statements; the bound is for those that a later version adds.
    static constexpr std::size_t kPreparedMax = 256;

    explicit State(const boost::asio::any_io_executor& executor)
        : session{std::make_shared<Session>(executor)} {}

    /// Runs `work` as one call: alone, under the deadline and, unless masked, the caller's
    /// cancellation.
    template <class T>
    base::Task<T> call(
        base::Deadline deadline, base::Task<T> work, OnStop on_stop = OnStop::cancel_statement
    );
    base::Task<void> open(ConnectParameters parameters);
    base::Task<std::vector<Rows>> round(
        const std::vector<Query>& queries, OnStop on_stop, const Round::OnRows* on_rows = nullptr
    );
    base::Task<std::vector<Rows>> round_unobserved(
        const std::vector<Query>& queries, OnStop on_stop, const Round::OnRows* on_rows
    );
    base::Task<std::vector<Rows>> round_with_retry(std::vector<Query> queries);
    /// Whether other connections may meet the same.
    static bool is_about_server(const Failure& failure);
    bool is_idle() const;
    bool is_untidy() const;
    base::Task<void> tidy_up();
    base::Task<void> forget_statements();
    base::Task<void> discard_session();
    base::Task<void> stream(std::vector<Query> queries, Round::OnRows on_rows);
    base::Task<std::vector<std::int64_t>> script(std::string sql);
    base::Task<bool> notification();

    /// Stops what runs at the server and goes on with `complete` until it is in sync again, or
    /// closes the connection.
    template <class Complete>
    base::Task<Session::Interruption> recover(OnStop on_stop, Complete complete);
    /// Sends one cancel request and goes on with `complete` for a while; whether it is in sync.
    template <class Complete>
    base::Task<bool> cancel(base::Deadline deadline, const Complete& complete);

    std::shared_ptr<Session> session;
    StatementObserver on_statement;
    PreparedStatements prepared{kPreparedMax};
    bool busy = false;
    Leaves left = Leaves::nothing;  // by the statements since the last reset
    bool reset_first = false;
    bool suspects_server = false;
    bool was_read_only = false;  // when it was made
    std::atomic<const char*> last_statement = "";
    bool is_out_of_sync = false;  // something was sent whose answer hasn't been read to its end
    bool stale = false;  // the server's prepared statements are to be forgotten as soon as no
                         // transaction is open
};

template <class T>
base::Task<T> Connection::State::call(base::Deadline deadline, base::Task<T> work, OnStop on_stop) {
    base::ensure(!std::exchange(busy, true), "one coroutine uses a connection at a time");
    // Cancellation must not end an await in here: the session's slot handler ends the statement
    // first.
    const bool throws = co_await boost::asio::this_coro::throw_if_cancelled();
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    auto cancellation = co_await boost::asio::this_coro::cancellation_state;
    std::exception_ptr thrown;
    std::conditional_t<std::is_void_v<T>, std::monostate, std::optional<T>> value;
    const bool masked = on_stop == OnStop::close_connection;
    session->begin_call(
        co_await boost::asio::this_coro::executor,
        deadline,
        masked ? boost::asio::cancellation_slot{} : cancellation.slot()
    );
    if (!masked && cancellation.cancelled() != boost::asio::cancellation_type::none) {
        session->interrupt(Session::Interruption::cancelled);
    }
    try {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(work);
        } else {
            value = co_await std::move(work);
        }
    } catch (const Failure& failure) {
        // One that had to be closed, because the server didn't even answer a cancel, counts too.
        suspects_server = suspects_server || is_about_server(failure) || !session->is_open();
        thrown = std::current_exception();
    } catch (...) {
        thrown = std::current_exception();
    }
    session->end_call();
    busy = false;
    if (std::exchange(is_out_of_sync, false)) {
        session->close();
    }
    co_await boost::asio::this_coro::throw_if_cancelled(throws);
    if (thrown != nullptr) {
        std::rethrow_exception(thrown);
    }
    if constexpr (!std::is_void_v<T>) {
        co_return std::move(*value);
    }
}

}  // namespace accubooks::pg
