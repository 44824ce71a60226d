#include "pg/internal/round.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace accubooks::pg {

namespace {

constexpr int kBinary = 1;

constexpr Statement kResetAll{.name = "pg.reset_all", .text = "reset all"};
constexpr Statement kResetRole{.name = "pg.reset_role", .text = "reset role"};
constexpr std::string_view kSync = "sync";

/// Parameters as libpq's arrays; refers into the Params.
struct LibpqParams {
    explicit LibpqParams(const Params& params) {
        const std::size_t count = params.size();
        values.reserve(count);
        lengths.reserve(count);
        formats.assign(count, kBinary);
        for (std::size_t index = 0; index < count; ++index) {
            const auto value = params.value(index);
            // An empty value must not look like null.
            values.push_back(!value ? nullptr : value->empty() ? "" : value->data());
            lengths.push_back(value ? static_cast<int>(value->size()) : 0);
        }
    }

    std::vector<const char*> values;
    std::vector<int> lengths;
    std::vector<int> formats;
};

std::string field(const PGresult* result, int code) {
    const char* const text = PQresultErrorField(result, code);
    return text == nullptr ? "" : text;
}

}  // namespace

Failure failure_of(const PGresult* result, std::string_view statement) {
    using Kind = Failure::Kind;
    Failure::Facts facts{
        .kind = Kind::server,
        .sqlstate = field(result, PG_DIAG_SQLSTATE),
        .constraint = field(result, PG_DIAG_CONSTRAINT_NAME),
        .detail = field(result, PG_DIAG_MESSAGE_DETAIL),
        .statement = std::string{statement},
    };
    std::string primary = field(result, PG_DIAG_MESSAGE_PRIMARY);
    if (facts.sqlstate.empty() || facts.sqlstate.starts_with("08") ||
        facts.sqlstate.starts_with("57P")) {
        facts.kind = Kind::lost;
    }
    if (primary.empty()) {
        primary = PQresultErrorMessage(result);
    }
    return Failure{
        fmt::format(
            "{}: {}{}",
            statement,
            primary,
            facts.sqlstate.empty() ? "" : fmt::format(" (SQLSTATE {})", facts.sqlstate)
        ),
        std::move(facts)
    };
}

Round::Round(
    Session& session,
    PreparedStatements& prepared,
    const StatementObserver& observer,
    const OnRows* on_rows
)
    : session_{session}, prepared_{prepared}, observer_{observer}, on_rows_{on_rows} {}

void Round::queue(Step::Kind kind, std::string_view name, int sent) {
    if (sent == 0) {
        const std::string reason = session_.message();
        session_.close();
        throw Failure{reason, {.kind = Failure::Kind::lost, .statement = std::string{name}}};
    }
    steps_.push_back({.kind = kind, .name = name});
}

void Round::queue_statement(Step::Kind kind, const Query& query, bool is_held) {
    PGconn* const handle = session_.handle();
    const int count = static_cast<int>(query.params.size());
    const wire::Oid* const types = query.params.types().data();
    const LibpqParams raw{query.params};
    if (query.statement->preparation == Preparation::once) {
        const int sent = PQsendQueryParams(
            handle,
            std::string{query.statement->text}.c_str(),
            count,
            types,
            raw.values.data(),
            raw.lengths.data(),
            raw.formats.data(),
            kBinary
        );
        queue(kind, query.statement->name, sent);
        return;
    }
    const std::string name{query.statement->name};
    if (!is_held) {
        const std::string text{query.statement->text};
        const int sent = PQsendPrepare(handle, name.c_str(), text.c_str(), count, types);
        queue(Step::Kind::prepare, query.statement->name, sent);
    }
    const int sent = PQsendQueryPrepared(
        handle,
        name.c_str(),
        count,
        raw.values.data(),
        raw.lengths.data(),
        raw.formats.data(),
        kBinary
    );
    queue(kind, query.statement->name, sent);
}

void Round::queue_reset() {
    // Behind a sync of its own: rolled back with the caller's transaction it would come undone.
    for (const Statement* const statement : {&kResetAll, &kResetRole}) {
        const Query query{.statement = statement};
        queue_statement(Step::Kind::reset, query, prepared_.use(*statement, {}));
    }
    queue(Step::Kind::sync, kSync, PQpipelineSync(session_.handle()));
}

void Round::send(const std::vector<Query>& queries, Before before) {
    sent_at_ = std::chrono::steady_clock::now();
    PGconn* const handle = session_.handle();
    if (before == Before::reset) {
        queue_reset();
    }
    std::vector<bool> held;
    held.reserve(queries.size());
    constexpr std::size_t kStepsOfOne = 2;  // to prepare it and to execute it, then the sync
    steps_.reserve(steps_.size() + kStepsOfOne * queries.size() + 1);
    rows_.reserve(queries.size());
    for (const Query& query : queries) {
        base::ensure(query.statement != nullptr, "a query names its statement");
        if (query.statement->preparation == Preparation::once) {
            held.push_back(false);
            leaves_ = std::max(leaves_, leaves_of(query.statement->text));
            continue;
        }
        held.push_back(prepared_.use(*query.statement, query.params.types()));
        leaves_ = std::max(leaves_, prepared_.left_by_last());
    }
    evicted_ = prepared_.evict(queries.size());
    for (const auto& entry : evicted_) {
        const std::string sql = fmt::format("deallocate \"{}\"", entry.name);
        const int sent =
            PQsendQueryParams(handle, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, kBinary);
        queue(Step::Kind::deallocate, entry.name, sent);
    }
    for (std::size_t at = 0; at < queries.size(); ++at) {
        queue_statement(Step::Kind::execute, queries[at], held[at]);
    }
    queue(Step::Kind::sync, kSync, PQpipelineSync(handle));
}

base::Task<void> Round::complete() {
    if (!session_.flush_now()) {
        co_await session_.flush();
    }
    for (;;) {
        if (on_rows_ != nullptr && steps_[step_].kind == Step::Kind::execute) {
            // Before the first result of a statement libpq can be told to give rows one by one;
            // later it refuses.
            PQsetSingleRowMode(session_.handle());
        }
        ResultPtr result;
        if (session_.has_result()) {
            result = session_.take_result();
        } else {
            result = co_await session_.next_result();
        }
        if (result == nullptr) {
            end_step();
            continue;
        }
        if (PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) {
            if (step_ + 1 >= steps_.size()) {
                session_.deliver_notifications();
                co_return;
            }
            ++step_;
            continue;
        }
        take(std::move(result));
    }
}

void Round::end_step() {
    const Step& step = steps_[step_];
    if (step.kind == Step::Kind::execute && observer_ && !failure_ && thrown_ == nullptr) {
        observer_(step.name, std::chrono::steady_clock::now() - sent_at_, {});
    }
    // Nulls may go on at the sync when the connection has ended; what ended it comes next.
    step_ += step.kind == Step::Kind::sync ? 0 : 1;
}

void Round::take(ResultPtr result) {
    base::ensure(step_ < steps_.size(), "the server answers what was sent, in order");
    switch (PQresultStatus(result.get())) {
        case PGRES_COMMAND_OK:
        case PGRES_TUPLES_OK:
        case PGRES_SINGLE_TUPLE:
        case PGRES_EMPTY_QUERY:
            succeed(steps_[step_], std::move(result));
            return;
        default:
            break;
    }
    // Only the first counts: aborted results follow it, and so does libpq's own word on a
    // connection that broke.
    if (!failure_) {
        failure_ = failure_of(result.get(), steps_[step_].name);
        reset_failed_ = steps_[step_].kind == Step::Kind::reset;
    }
}

void Round::succeed(const Step& step, ResultPtr result) {
    switch (step.kind) {
        case Step::Kind::deallocate:
            std::ranges::find(evicted_, step.name, &PreparedStatements::Entry::name)->confirmed =
                false;
            return;
        case Step::Kind::prepare:
            prepared_.confirm(step.name);
            return;
        case Step::Kind::reset:
        case Step::Kind::sync:
            return;
        case Step::Kind::execute:
            if (on_rows_ == nullptr) {
                rows_.emplace_back(result.release());
            } else {
                deliver(std::move(result));
            }
            return;
    }
}

void Round::deliver(ResultPtr result) {
    if (thrown_ != nullptr || PQntuples(result.get()) == 0) {
        return;
    }
    try {
        (*on_rows_)(Rows{result.release()});
    } catch (...) {
        thrown_ = std::current_exception();
        session_.interrupt(Session::Interruption::cancelled);
    }
}

std::vector<Rows> Round::finish(Session::Interruption stopped) {
    for (auto& entry : evicted_) {
        if (entry.confirmed) {
            prepared_.restore(std::move(entry));
        }
    }
    if (thrown_ != nullptr) {
        std::rethrow_exception(thrown_);
    }
    if (!failure_) {
        return std::move(rows_);
    }
    if (reset_failed_) {
        // The statements ran all the same, under settings that nobody knows.
        session_.close();
        throw Failure{failure_->what(), {.kind = Failure::Kind::lost}};
    }
    prepared_.drop_unconfirmed();
    constexpr std::string_view kQueryCanceled = "57014";
    if (stopped != Session::Interruption::none && failure_->sqlstate() == kQueryCanceled) {
        const bool late = stopped == Session::Interruption::deadline;
        throw Failure{
            fmt::format(
                "{}: {}", failure_->statement(), late ? "the deadline passed" : "the caller gave up"
            ),
            {.kind = late ? Failure::Kind::deadline : Failure::Kind::cancelled,
             .sqlstate = std::string{kQueryCanceled},
             .statement = std::string{failure_->statement()}}
        };
    }
    throw *failure_;
}

}  // namespace accubooks::pg
