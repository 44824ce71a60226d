#include "ledger/posting.h"

#include <algorithm>
#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "ledger/posting_store.h"

namespace accubooks::ledger {
namespace asio = boost::asio;
namespace {

constexpr std::chrono::milliseconds kCloseStep{10};

using Signal = asio::experimental::concurrent_channel<void(boost::system::error_code)>;

/// The postings of one caller; it is told once, when the last of them is settled.
struct Ticket {
    std::vector<Posting> postings;
    std::vector<std::optional<base::Result<Posted>>> results;
    base::Deadline deadline;
    std::size_t open = 0;
    std::shared_ptr<Signal> settled;
};

/// One posting in a tenant's queue.
struct Waiting {
    std::shared_ptr<Ticket> ticket;
    std::size_t at = 0;

    const Posting& posting() const { return ticket->postings[at]; }
};

/// Whether nobody knows what came of the statement.
bool is_unanswered(const pg::Failure& failure) {
    using enum pg::Failure::Kind;
    return failure.kind() == lost || failure.kind() == unknown_outcome;
}

void settle(const Waiting& waiting, base::Result<Posted> result) {
    Ticket& ticket = *waiting.ticket;
    ticket.results[waiting.at] = std::move(result);
    if (--ticket.open == 0) {
        ticket.settled->try_send(boost::system::error_code{});
    }
}

/// What the posting function raises when a commodity's scale changed since the books were read.
constexpr std::string_view kStaleScale = "AB409";

/// What a failed call means to the entries in it.
base::Error meaning_of(const pg::Failure& failure) {
    if (is_unanswered(failure)) {
        return {
            .kind = base::ErrorKind::unknown_outcome,
            .code = "ledger.unknown_outcome",
            .detail = "The database's answer was lost; ask again with the same idempotency key.",
        };
    }
    if (failure.sqlstate() == kStaleScale) {
        return {
            .kind = base::ErrorKind::conflict,
            .code = kStaleScaleCode,
            .detail = "A commodity's scale has just changed; ask again.",
        };
    }
    return pg::error_of(failure);
}

/// Whether one of `postings` may be what the server refused the whole call for: its content
/// (SQLSTATE classes 22 and 23), or that it was measured with other scales than the rest.
bool may_be_one_entry(const pg::Failure& failure, const std::vector<const Posting*>& postings) {
    if (failure.kind() != pg::Failure::Kind::server || postings.size() == 1) {
        return false;
    }
    if (failure.sqlstate() == kStaleScale) {
        return std::ranges::any_of(postings, [&postings](const Posting* posting) {
            return posting->commodities != postings.front()->commodities;
        });
    }
    return failure.sqlstate().starts_with("22") || failure.sqlstate().starts_with("23");
}

base::Result<Posted> result_of(const PostingVerdict& verdict) {
    if (verdict.outcome == "posted" || verdict.outcome == "replayed") {
        return Posted{
            .number = verdict.number,
            .chain_hash = verdict.chain_hash,
            .replayed = verdict.outcome == "replayed",
        };
    }
    return std::unexpected(refusal_of(verdict.outcome));
}

}  // namespace

struct Poster::State : std::enable_shared_from_this<Poster::State> {
    asio::any_io_executor owner;
    pg::Pool& pool;
    const base::Clock& clock;
    PosterLimits limits;
    std::unordered_map<base::TenantId, std::deque<Waiting>>
        queues;  // an entry here: a coroutine serves it
    std::atomic<std::size_t> depth = 0;
    bool is_closed = false;

    State(asio::any_io_executor on, pg::Pool& from, const base::Clock& by, PosterLimits within)
        : owner{std::move(on)}, pool{from}, clock{by}, limits{within} {}

    void enqueue(base::TenantId tenant, const std::shared_ptr<Ticket>& ticket);
    base::Task<void> serve(base::TenantId tenant);
    std::vector<Waiting> take_batch(std::deque<Waiting>& queue);
    base::Task<void> post_batch(base::TenantId tenant, std::vector<Waiting> batch);
    base::Task<std::vector<PostingVerdict>> send(
        base::TenantId tenant, const std::vector<const Posting*>& postings
    );
};

void Poster::State::enqueue(base::TenantId tenant, const std::shared_ptr<Ticket>& ticket) {
    const auto found = queues.find(tenant);
    const bool is_served = found != queues.end();
    const std::size_t queued = is_served ? found->second.size() : 0;
    if (queued + ticket->postings.size() > limits.queue_entries) {
        for (std::size_t at = 0; at < ticket->postings.size(); ++at) {
            settle(
                {ticket, at},
                base::refuse(
                    base::ErrorKind::overloaded,
                    "ledger.queue_full",
                    "Too many entries of these books are waiting to be posted; try again in a "
                    "moment."
                )
            );
        }
        return;
    }
    std::deque<Waiting>& queue = queues[tenant];
    for (std::size_t at = 0; at < ticket->postings.size(); ++at) {
        queue.push_back({ticket, at});
    }
    depth += ticket->postings.size();
    if (!is_served) {
        // It ends when the queue is empty; the shared state outlives it, and ~Poster demands that
        // none is left.
        asio::co_spawn(
            owner,
            [self = shared_from_this(), tenant]() { return self->serve(tenant); },
            [](const std::exception_ptr& broken) {
                base::ensure(!broken, "a batch's failure ends at its waiters");
            }
        );
    }
}

base::Task<void> Poster::State::serve(base::TenantId tenant) {
    const auto self = shared_from_this();
    while (!queues.at(tenant).empty()) {
        std::vector<Waiting> batch = take_batch(queues.at(tenant));
        const std::size_t size = batch.size();
        co_await post_batch(tenant, std::move(batch));
        depth -= size;
    }
    queues.erase(tenant);
}

std::vector<Waiting> Poster::State::take_batch(std::deque<Waiting>& queue) {
    std::vector<Waiting> batch;
    std::size_t lines = 0;
    while (!queue.empty() && batch.size() < limits.batch_entries) {
        lines += queue.front().posting().entry.lines.size();
        if (!batch.empty() && lines > limits.batch_lines) {
            break;
        }
        batch.push_back(std::move(queue.front()));
        queue.pop_front();
    }
    return batch;
}

base::Task<void> Poster::State::post_batch(base::TenantId tenant, std::vector<Waiting> batch) {
    std::vector<Waiting> live;
    std::vector<const Posting*> postings;
    for (Waiting& waiting : batch) {
        if (std::chrono::steady_clock::now() >= waiting.ticket->deadline) {
            settle(
                waiting,
                base::refuse(
                    base::ErrorKind::overloaded,
                    "ledger.queue_full",
                    "The entry waited past its deadline and was not posted; try again in a moment."
                )
            );
        } else {
            postings.push_back(&waiting.posting());
            live.push_back(std::move(waiting));
        }
    }
    if (live.empty()) {
        co_return;
    }
    try {
        const std::vector<PostingVerdict> verdicts = co_await send(tenant, postings);
        for (std::size_t at = 0; at < live.size(); ++at) {
            settle(live[at], result_of(verdicts[at]));
        }
        co_return;
    } catch (const pg::Failure& failure) {
        if (!may_be_one_entry(failure, postings)) {
            const base::Error error = meaning_of(failure);
            for (const Waiting& waiting : live) {
                settle(waiting, std::unexpected(error));
            }
            co_return;
        }
    }
    // The server refused the call as a whole, which the function's verdicts should make impossible:
    // whatever the cause, the entries that aren't it must not suffer.
    for (Waiting& waiting : live) {
        std::vector<Waiting> alone;
        alone.push_back(std::move(waiting));
        co_await post_batch(tenant, std::move(alone));
    }
}

base::Task<std::vector<PostingVerdict>> Poster::State::send(
    base::TenantId tenant, const std::vector<const Posting*>& postings
) {
    const base::Deadline deadline = base::deadline_in(limits.batch_timeout);
    std::exception_ptr unanswered;  // how the first attempt ended, if nobody knows what it did
    for (;;) {
        pg::Lease lease;
        try {
            lease = co_await pool.acquire(deadline, tenant);
            pg::Query query = post_entries_query(tenant, postings, clock.now());
            const pg::Rows rows =
                co_await lease->execute(*query.statement, std::move(query.params), deadline);
            std::vector<PostingVerdict> verdicts = verdicts_of(rows);
            base::ensure(
                verdicts.size() == postings.size(), "post_entries gives one verdict per entry"
            );
            if (unanswered) {
                // What an unanswered first attempt posted comes back as replayed, but this caller
                // never had an answer.
                for (PostingVerdict& verdict : verdicts) {
                    if (verdict.outcome == "replayed") {
                        verdict.outcome = "posted";
                    }
                }
            }
            co_return verdicts;
        } catch (const pg::Failure& failure) {
            if (unanswered) {
                // Whatever stopped the second attempt says nothing of the first.
                std::rethrow_exception(unanswered);
            }
            if (!is_unanswered(failure)) {
                // A statement that was stopped took no effect if the server said so, and only then
                // is its connection good for another.
                if (lease && !lease->is_usable()) {
                    throw pg::Failure{
                        failure.what(),
                        {.kind = pg::Failure::Kind::unknown_outcome,
                         .statement = std::string{failure.statement()}}
                    };
                }
                throw;
            }
            unanswered = std::current_exception();
        }
    }
}

Poster::Poster(
    asio::any_io_executor owner, pg::Pool& pool, const base::Clock& clock, PosterLimits limits
)
    : state_{std::make_shared<State>(std::move(owner), pool, clock, limits)} {}

Poster::~Poster() {
    base::ensure(state_->depth == 0, "a poster ends only after its last batch");
}

base::Task<std::vector<base::Result<Posted>>> Poster::post(
    base::TenantId tenant, std::vector<Posting> postings, base::Deadline deadline
) {
    if (postings.empty()) {
        co_return std::vector<base::Result<Posted>>{};
    }
    auto ticket = std::make_shared<Ticket>();
    ticket->open = postings.size();
    ticket->results.resize(postings.size());
    ticket->postings = std::move(postings);
    ticket->deadline = deadline;
    ticket->settled = std::make_shared<Signal>(state_->owner, 1);

    asio::post(state_->owner, [state = state_, tenant, ticket] { state->enqueue(tenant, ticket); });
    co_await ticket->settled->async_receive(asio::use_awaitable);

    std::vector<base::Result<Posted>> results;
    results.reserve(ticket->results.size());
    for (auto& result : ticket->results) {
        results.push_back(std::move(*result));
    }
    co_return results;
}

base::Task<void> Poster::close(base::Deadline deadline) {
    const auto state = state_;
    asio::post(state->owner, [state] { state->is_closed = true; });
    asio::steady_timer timer{co_await asio::this_coro::executor};
    while (state->depth != 0 && std::chrono::steady_clock::now() < deadline) {
        timer.expires_after(kCloseStep);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

std::size_t Poster::depth() const {
    return state_->depth;
}

}  // namespace accubooks::ledger
