#include "pg/connection.h"

#include <utility>

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>
#include <libpq-fe.h>

#include "pg/internal/connection_state.h"

namespace accubooks::pg {

namespace asio = boost::asio;

namespace {

constexpr Statement kIsReadOnly{.name = "pg.is_read_only", .text = "show transaction_read_only"};
constexpr Statement kCommit{.name = "pg.commit", .text = "commit"};
constexpr Statement kRollback{.name = "pg.rollback", .text = "rollback"};

}  // namespace

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
