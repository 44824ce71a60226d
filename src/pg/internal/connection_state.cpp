#include "pg/internal/connection_state.h"

#include <algorithm>

#include <fmt/format.h>
#include <libpq-fe.h>

#include "pg/internal/script.h"

namespace accubooks::pg {

namespace {

/// How long the server has to answer after a cancel request before the connection is given up.
constexpr std::chrono::seconds kRecovery{2};

/// How long one cancel request is trusted: the server ignores what comes before it has read the
/// statement, between two messages of a pipeline too, and then the statement runs on.
constexpr std::chrono::milliseconds kCancelAgain{100};

constexpr std::string_view kQueryCanceled = "57014";

/// Whether the server's plan or its memory of a prepared statement is out of date, e.g. after a
/// migration.
bool is_stale_statement(const Failure& failure) {
    return failure.sqlstate() == "26000" || failure.sqlstate() == "42P05" ||
           (failure.sqlstate() == "0A000" &&
            std::string_view{failure.what()}.find("cached plan") != std::string_view::npos);
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

}  // namespace

bool Connection::State::is_about_server(const Failure& failure) {
    const std::string_view state = failure.sqlstate();
    return failure.kind() == Failure::Kind::lost || state.starts_with("08") ||
           state.starts_with("57P") || state == "25006";
}

base::Task<void> Connection::State::open(ConnectParameters parameters) {
    bool interrupted = false;
    try {
        co_await session->connect(std::move(parameters));
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
base::Task<bool> Connection::State::cancel(base::Deadline deadline, const Complete& complete) {
    try {
        session->begin_recovery(deadline);
        co_await session->cancel_statement();
        session->begin_recovery(std::min(deadline, base::deadline_in(kCancelAgain)));
        co_await complete();
    } catch (const Interrupted&) {
        co_return false;
    }
    co_return true;
}

template <class Complete>
base::Task<Session::Interruption> Connection::State::recover(OnStop on_stop, Complete complete) {
    const base::Deadline deadline = base::deadline_in(kRecovery);
    const auto reason = session->begin_recovery(deadline);
    bool in_sync = false;
    while (on_stop == OnStop::cancel_statement && !in_sync &&
           std::chrono::steady_clock::now() < deadline) {
        in_sync = co_await cancel(deadline, complete);
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

}  // namespace accubooks::pg
