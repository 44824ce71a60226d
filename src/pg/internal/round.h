#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pg/connection.h"
#include "pg/internal/prepared.h"
#include "pg/internal/session.h"

namespace accubooks::pg {

/// One round trip: what is sent up to a sync, and what came back for it.
class Round {
public:
    using OnRows = std::function<void(const Rows&)>;

    /// `observer`, where not empty, hears of every statement that succeeds; `on_rows`, where given,
    /// gets the rows of every statement one by one.
    Round(
        Session& session,
        PreparedStatements& prepared,
        const StatementObserver& observer,
        const OnRows* on_rows = nullptr
    );

    /// What is sent in front, as a transaction of its own: `reset` gives all settings their values
    /// of the start.
    enum class Before : std::uint8_t { nothing, reset };

    /// Queues all statements, preparing what the server doesn't hold yet, and the sync. The
    /// statements outlive this.
    void send(const std::vector<Query>& queries, Before before);
    /// Flushes and reads up to the sync. May be called again after Interrupted, to go on.
    base::Task<void> complete();
    /// What the statements sent may leave in the session.
    Leaves leaves() const { return leaves_; }
    bool has_failed() const { return failure_.has_value(); }
    /// The rows of each statement, or throws the first failure; `stopped` is why the statements
    /// were stopped.
    std::vector<Rows> finish(Session::Interruption stopped);

private:
    struct Step {
        enum class Kind : std::uint8_t { deallocate, prepare, execute, reset, sync };
        Kind kind;
        std::string_view name;  // the statement's
    };

    void queue_reset();
    void queue_statement(Step::Kind kind, const Query& query, bool is_held);
    void queue(Step::Kind kind, std::string_view name, int sent);
    void take(ResultPtr result);
    void succeed(const Step& step, ResultPtr result);
    void deliver(ResultPtr result);
    void end_step();

    Session& session_;
    PreparedStatements& prepared_;
    const StatementObserver& observer_;
    const OnRows* on_rows_;
    std::chrono::steady_clock::time_point sent_at_;
    std::vector<Step> steps_;
    std::vector<PreparedStatements::Entry> evicted_;  // unconfirmed once the server let go
    std::size_t step_ = 0;
    Leaves leaves_ = Leaves::nothing;
    bool reset_failed_ = false;
    std::vector<Rows> rows_;
    std::optional<Failure> failure_;
    std::exception_ptr thrown_;  // by on_rows
};

/// The Failure that a refused result stands for.
Failure failure_of(const PGresult* result, std::string_view statement);

}  // namespace accubooks::pg
