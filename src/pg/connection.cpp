#include "pg/connection.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>
#include <libpq-fe.h>

#include "base/error.h"
#include "pg/internal/conninfo.h"
#include "pg/internal/prepared.h"
#include "pg/internal/round.h"
#include "pg/internal/script.h"
#include "pg/internal/session.h"
#include "pg/internal/session_state.h"

namespace accubooks::pg {

namespace asio = boost::asio;

namespace {

/// More than the program has statements; the bound is for the statements a later version adds.
constexpr std::size_t kPreparedMax = 256;

/// How long the server has to answer after a cancel request before the connection is given up.
constexpr std::chrono::seconds kRecovery{2};

constexpr std::string_view kQueryCanceled = "57014";

constexpr Statement kIsReadOnly{.name = "pg.is_read_only", .text = "show transaction_read_only"};
constexpr Statement kCommit{.name = "pg.commit", .text = "commit"};
constexpr Statement kRollback{.name = "pg.rollback", .text = "rollback"};

/// Whether the server's plan or its memory of a prepared statement is out of date, e.g. after a
/// migration.
bool is_stale_statement(const Failure& failure) {
    return failure.sqlstate() == "26000" || failure.sqlstate() == "42P05" ||
           (failure.sqlstate() == "0A000" &&
            std::string_view{failure.what()}.find("cached plan") != std::string_view::npos);
}

/// Whether other connections may meet the same.
bool is_about_server(const Failure& failure) {
    const std::string_view state = failure.sqlstate();
    return failure.kind() == Failure::Kind::lost || state.starts_with("08") ||
           state.starts_with("57P") || state == "25006";
}

bool says_on(PGconn* handle, const char* parameter) {
    const char* const value = PQparameterStatus(handle, parameter);
    return value != nullptr && std::string_view{value} == "on";
}

Failure stopped_failure(Session::Interruption reason, std::string_view what) {
    const bool late = reason == Session::Interruption::deadline;
    return Failure{
        fmt::format("{}: {}", what, late ? "the deadline passed" : "the caller gave up"),
        {.kind = late ? Failure::Kind::deadline : Failure::Kind::cancelled,
         .statement = std::string{what}}
    };
}

enum class OnStop : std::uint8_t { cancel_statement, close_connection };

}  // namespace

struct Connection::State {
    explicit State(const asio::any_io_executor& executor)
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
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    auto cancellation = co_await asio::this_coro::cancellation_state;
    std::exception_ptr thrown;
    std::conditional_t<std::is_void_v<T>, std::monostate, std::optional<T>> value;
    const bool masked = on_stop == OnStop::close_connection;
    session->begin_call(
        co_await asio::this_coro::executor,
        deadline,
        masked ? asio::cancellation_slot{} : cancellation.slot()
    );
    if (!masked && cancellation.cancelled() != asio::cancellation_type::none) {
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
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (thrown != nullptr) {
        std::rethrow_exception(thrown);
    }
    if constexpr (!std::is_void_v<T>) {
        co_return std::move(*value);
    }
}

base::Task<void> Connection::State::open(ConnectParameters parameters) {
    bool interrupted = false;
    try {
        co_await session->connect(parameters.keywords(), parameters.values());
    } catch (const Interrupted&) {
        interrupted = true;
    }
    if (interrupted) {
        session->close();
        const auto reason = session->begin_recovery(base::Deadline::max());
        if (reason == Session::Interruption::cancelled) {
            throw stopped_failure(reason, "connect");
        }
        throw Failure{"the database didn't answer in time", {.kind = Failure::Kind::connect}};
    }
    was_read_only = says_on(session->handle(), "in_hot_standby") ||
                    says_on(session->handle(), "default_transaction_read_only");
    base::ensure(PQenterPipelineMode(session->handle()) == 1, "a fresh connection is idle");
}

template <class Complete>
base::Task<Session::Interruption> Connection::State::recover(OnStop on_stop, Complete complete) {
    const auto reason = session->begin_recovery(base::deadline_in(kRecovery));
    bool in_sync = false;
    if (on_stop == OnStop::cancel_statement) {
        try {
            co_await session->cancel_statement();
            co_await complete();
            in_sync = true;
        } catch (const Interrupted&) {
            in_sync = false;
        }
    }
    if (!in_sync) {
        session->close();
    }
    co_return reason;
}

base::Task<std::vector<Rows>> Connection::State::round(
    const std::vector<Query>& queries, OnStop on_stop, const Round::OnRows* on_rows
) {
    const auto begun = std::chrono::steady_clock::now();
    try {
        co_return co_await round_unobserved(queries, on_stop, on_rows);
    } catch (const Failure& failure) {
        if (on_statement) {
            const std::string_view guilty = failure.statement();
            on_statement(
                guilty.empty() ? queries.front().statement->name : guilty,
                std::chrono::steady_clock::now() - begun,
                failure.type()
            );
        }
        throw;
    }
}

base::Task<std::vector<Rows>> Connection::State::round_unobserved(
    const std::vector<Query>& queries, OnStop on_stop, const Round::OnRows* on_rows
) {
    if (!session->is_open()) {
        throw Failure{"the connection is closed", {.kind = Failure::Kind::lost}};
    }
    Round round{*session, prepared, on_statement, on_rows};
    is_out_of_sync = true;
    last_statement = queries.back().statement->name.data();
    const bool resets = std::exchange(reset_first, false);
    round.send(queries, resets ? Round::Before::reset : Round::Before::nothing);
    left = resets ? round.leaves() : std::max(left, round.leaves());
    bool interrupted = false;
    auto stopped = Session::Interruption::none;
    try {
        co_await round.complete();
    } catch (const Interrupted&) {
        interrupted = true;
    } catch (const Failure&) {
        // The server's last words say more than the broken connection after them.
        if (!round.has_failed()) {
            throw;
        }
    }
    if (interrupted) {
        stopped = co_await recover(on_stop, [&round] { return round.complete(); });
        if (!session->is_open()) {
            throw stopped_failure(stopped, queries.front().statement->name);
        }
    }
    is_out_of_sync = false;
    co_return round.finish(stopped);
}

base::Task<void> Connection::State::discard_session() {
    reset_first = false;
    co_await script("discard all");
    co_await script("reset role");
    prepared.clear();
    stale = false;
    left = Leaves::nothing;
}

base::Task<void> Connection::State::forget_statements() {
    co_await script("deallocate all");
    prepared.clear();
    stale = false;
}

bool Connection::State::is_idle() const {
    return session->is_open() && PQtransactionStatus(session->handle()) == PQTRANS_IDLE;
}

bool Connection::State::is_untidy() const {
    return (reset_first && left == Leaves::session) || stale;
}

/// What has to happen before the next statement and in round trips of its own.
base::Task<void> Connection::State::tidy_up() {
    if (reset_first && left == Leaves::session) {
        co_await discard_session();
    }
    if (stale && is_idle()) {
        co_await forget_statements();
    }
}

base::Task<std::vector<Rows>> Connection::State::round_with_retry(std::vector<Query> queries) {
    if (is_untidy()) {
        co_await tidy_up();
    }
    try {
        co_return co_await round(queries, OnStop::cancel_statement);
    } catch (const Failure& failure) {
        const bool is_stale = is_stale_statement(failure);
        stale = stale || is_stale;
        // Idle after a failure means that nothing of the round was kept, so it may simply be done
        // again.
        if (!is_stale || !is_idle()) {
            throw;
        }
    }
    co_await forget_statements();
    co_return co_await round(queries, OnStop::cancel_statement);
}

base::Task<void> Connection::State::stream(std::vector<Query> queries, Round::OnRows on_rows) {
    co_await tidy_up();
    co_await round(queries, OnStop::cancel_statement, &on_rows);
}

base::Task<std::vector<std::int64_t>> Connection::State::script(std::string sql) {
    if (!session->is_open()) {
        throw Failure{"the connection is closed", {.kind = Failure::Kind::lost}};
    }
    if (reset_first) {
        // By itself, so that a rollback in the script doesn't bring the old settings back.
        co_await discard_session();
    }
    left = Leaves::session;
    last_statement = "script";
    PGconn* const handle = session->handle();
    base::ensure(PQexitPipelineMode(handle) == 1, "nothing is under way between calls");
    Script script{*session, std::move(sql)};
    auto stopped = Session::Interruption::none;
    bool interrupted = false;
    is_out_of_sync = true;
    script.send();
    try {
        co_await script.complete();
    } catch (const Interrupted&) {
        interrupted = true;
    }
    if (interrupted) {
        stopped =
            co_await recover(OnStop::cancel_statement, [&script] { return script.complete(); });
    }
    if (!session->is_open()) {
        throw stopped_failure(stopped, "script");
    }
    is_out_of_sync = false;
    stale = true;  // a script may well have dropped prepared statements
    base::ensure(PQenterPipelineMode(handle) == 1, "the script has ended");
    const auto& failure = script.failure();
    if (failure && stopped != Session::Interruption::none &&
        failure->sqlstate() == kQueryCanceled) {
        throw stopped_failure(stopped, "script");
    }
    if (failure) {
        throw *failure;
    }
    co_return script.counts();
}

base::Task<bool> Connection::State::notification() {
    if (!session->is_open()) {
        throw Failure{"the connection is closed", {.kind = Failure::Kind::lost}};
    }
    bool interrupted = false;
    try {
        co_await session->notification();
    } catch (const Interrupted&) {
        interrupted = true;
    }
    // Nothing was sent, so there is nothing to stop at the server.
    if (interrupted &&
        session->begin_recovery(base::Deadline::max()) == Session::Interruption::cancelled) {
        throw stopped_failure(Session::Interruption::cancelled, "notification");
    }
    co_return !interrupted;
}

Connection::Connection(std::shared_ptr<State> state) : state_{std::move(state)} {}

Connection::~Connection() = default;

base::Task<std::unique_ptr<Connection>> Connection::open(
    Endpoint endpoint, base::Deadline deadline
) {
    const auto state = std::make_shared<State>(co_await asio::this_coro::executor);
    co_await state->call(deadline, state->open(ConnectParameters{endpoint}));
    PQsetNoticeReceiver(
        state->session->handle(),
        [](void* session, const PGresult* result) {
            const auto& handler = static_cast<Session*>(session)->on_notice;
            const char* const text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
            if (handler && text != nullptr) {
                handler(text);
            }
        },
        state->session.get()
    );
    co_return std::unique_ptr<Connection>{new Connection{state}};
}

base::Task<Rows> Connection::execute(
    const Statement& statement, Params params, base::Deadline deadline
) {
    std::vector<Query> queries;
    queries.push_back({.statement = &statement, .params = std::move(params)});
    auto results = co_await state_->call(deadline, state_->round_with_retry(std::move(queries)));
    co_return std::move(results.front());
}

base::Task<std::vector<Rows>> Connection::execute_all(
    std::vector<Query> queries, base::Deadline deadline
) {
    if (queries.empty()) {
        co_return std::vector<Rows>{};
    }
    co_return co_await state_->call(deadline, state_->round_with_retry(std::move(queries)));
}

base::Task<void> Connection::commit(base::Deadline deadline) {
    // Of a failed transaction the server would say COMMIT and mean ROLLBACK.
    if (state_->session->is_open() &&
        PQtransactionStatus(state_->session->handle()) == PQTRANS_INERROR) {
        co_await execute(kRollback, {}, deadline);
        throw Failure{
            "the transaction has failed and was rolled back",
            {.kind = Failure::Kind::server,
             .sqlstate = "25P02",
             .statement = std::string{kCommit.name}}
        };
    }
    const std::vector<Query> queries(1, Query{.statement = &kCommit});
    std::string silence;
    try {
        auto round = state_->round(queries, OnStop::close_connection);
        co_await state_->call(deadline, std::move(round), OnStop::close_connection);
    } catch (const Failure& failure) {
        if (failure.kind() == Failure::Kind::server) {
            throw;
        }
        silence = failure.what();
    }
    if (!silence.empty()) {
        throw Failure{
            fmt::format("no answer to COMMIT ({})", silence),
            {.kind = Failure::Kind::unknown_outcome, .statement = std::string{kCommit.name}}
        };
    }
}

base::Task<std::vector<std::int64_t>> Connection::run_script(
    std::string_view sql, base::Deadline deadline
) {
    co_return co_await state_->call(deadline, state_->script(std::string{sql}));
}

base::Task<void> Connection::stream(
    const Statement& statement,
    Params params,
    std::function<void(const Rows&)> on_rows,
    base::Deadline deadline
) {
    std::vector<Query> queries;
    queries.push_back({.statement = &statement, .params = std::move(params)});
    co_await state_->call(deadline, state_->stream(std::move(queries), std::move(on_rows)));
}

base::Task<bool> Connection::wait_for_notification(base::Deadline deadline) {
    co_return co_await state_->call(deadline, state_->notification());
}

void Connection::on_notice(std::function<void(std::string_view)> handler) {
    state_->session->on_notice = std::move(handler);
}

void Connection::on_statement(StatementObserver observer) {
    state_->on_statement = std::move(observer);
}

void Connection::reset_before_next_call() {
    state_->reset_first = state_->left != Leaves::nothing;
}

bool Connection::is_dirty() const {
    return in_transaction() || state_->left == Leaves::session;
}

base::Task<bool> Connection::clean(base::Deadline deadline) {
    try {
        if (in_transaction()) {
            co_await execute(kRollback, {}, deadline);
        }
        if (state_->left == Leaves::session) {
            co_await state_->call(deadline, state_->discard_session());
        }
        co_return is_usable() && !is_dirty();
    } catch (const Failure&) {
        // Nobody waits for more than the answer.
        co_return false;
    }
}

base::Task<bool> Connection::answers(base::Deadline deadline) {
    const std::vector<Query> queries(1, Query{.statement = &kIsReadOnly});
    try {
        auto round = state_->round(queries, OnStop::close_connection);
        const auto results =
            co_await state_->call(deadline, std::move(round), OnStop::close_connection);
        co_return state_->was_read_only || results[0][0].get<std::string>(0) == "off";
    } catch (const Failure&) {
        // What became of it is all that anybody asks.
        co_return false;
    }
}

bool Connection::suspects_server() const {
    return state_->suspects_server;
}

std::string_view Connection::last_statement() const {
    return state_->last_statement.load();
}

void Connection::cut() {
    state_->session->cut();
}

void Connection::request_cancel(const asio::any_io_executor& executor) {
    state_->session->request_cancel(executor);
}

bool Connection::has_ended() const {
    return !state_->session->is_open() || !state_->session->is_quiet();
}

bool Connection::is_usable() const {
    return !state_->busy && state_->session->is_open();
}

bool Connection::in_transaction() const {
    return state_->session->is_open() &&
           PQtransactionStatus(state_->session->handle()) != PQTRANS_IDLE;
}

int Connection::backend_pid() const {
    return state_->session->is_open() ? PQbackendPID(state_->session->handle()) : 0;
}

}  // namespace accubooks::pg
