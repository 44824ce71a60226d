#include "ledger/posting.h"

#include <algorithm>
#include <exception>
#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "ledger/internal/batcher.h"
#include "ledger/posting_store.h"

namespace accubooks::ledger {
namespace asio = boost::asio;
namespace {

constexpr std::chrono::milliseconds kCloseStep{10};
/// A call may outlast its deadline by the time that its statement needs to be stopped.
constexpr std::chrono::seconds kStopping{2};

using Signal = asio::experimental::concurrent_channel<void(boost::system::error_code)>;

/// The postings of one caller; it is told once, when the last of them is settled.
struct Ticket {
    std::vector<Posting> postings;
    std::vector<std::optional<base::Result<Posted>>> results;
    base::Deadline deadline;
    std::size_t open = 0;
    std::shared_ptr<Signal> settled;
};

/// One posting on its way.
struct Waiting {
    std::shared_ptr<Ticket> ticket;
    std::size_t at = 0;
    bool unanswered = false;  // an attempt ended of which nobody knows what it did

    const Posting& posting() const { return ticket->postings[at]; }
    std::size_t lines() const { return posting().entry.lines.size(); }
    /// What is common and small. The rest isn't worth a second way through the database, nor should
    /// others wait for it.
    bool may_combine() const {
        constexpr std::size_t kFew = 16;
        const Entry& entry = posting().entry;
        return ticket->postings.size() <= kFew && entry.lines.size() <= kFew && !entry.reverses &&
               entry.late_reason.empty() && std::ranges::none_of(entry.lines, [](const Line& line) {
                   return line.cost.has_value();
               });
    }
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

base::Error unknown_outcome() {
    return {
        .kind = base::ErrorKind::unknown_outcome,
        .code = "ledger.unknown_outcome",
        .detail = "The database's answer was lost; ask again with the same idempotency key.",
    };
}

base::Error waited_too_long() {
    return {
        .kind = base::ErrorKind::overloaded,
        .code = "ledger.queue_full",
        .detail = "The entry waited past its deadline and was not posted; try again in a moment.",
    };
}

/// Whether somebody else has locked what was to be written; the call took no effect.
bool is_locked(const pg::Failure& failure) {
    return failure.sqlstate() == "55P03";
}

/// What a failed call means to the entries in it that no earlier one had.
base::Error meaning_of(const pg::Failure& failure) {
    if (is_unanswered(failure)) {
        return unknown_outcome();
    }
    return is_stale_scale(failure) ? stale_scale() : pg::error_of(failure);
}

/// Whether the server refused the call for what was in it: SQLSTATE classes 22 and 23.
bool is_of_content(const pg::Failure& failure) {
    return failure.kind() == pg::Failure::Kind::server &&
           (failure.sqlstate().starts_with("22") || failure.sqlstate().starts_with("23"));
}

/// Whether one of `entries` may be what the server refused the whole call for: its content, or that
/// it was measured with other scales than the rest.
bool may_be_one_entry(const pg::Failure& failure, const std::vector<Waiting>& entries) {
    if (failure.kind() != pg::Failure::Kind::server || entries.size() == 1) {
        return false;
    }
    if (is_stale_scale(failure)) {
        return std::ranges::any_of(entries, [&entries](const Waiting& waiting) {
            return waiting.posting().commodities != entries.front().posting().commodities;
        });
    }
    return is_of_content(failure);
}

void settle_all(const std::vector<Waiting>& entries, const std::vector<PostingVerdict>& verdicts) {
    base::ensure(verdicts.size() == entries.size(), "the store gives one verdict per posting");
    for (std::size_t at = 0; at < entries.size(); ++at) {
        settle(entries[at], result_of(verdicts[at]));
    }
}

/// What an unanswered attempt posted comes back as replayed, though its caller never had an answer.
/// Whoever else asked with the same key meanwhile gets a replay.
void tell_as_first_answers(
    const std::vector<Waiting>& entries, std::vector<PostingVerdict>& verdicts
) {
    std::set<std::string_view> keys;
    for (std::size_t at = 0; at < entries.size(); ++at) {
        const bool is_first = keys.insert(entries[at].posting().idempotency_key).second;
        if (is_first && entries[at].unanswered && verdicts[at].outcome == "replayed") {
            verdicts[at].outcome = "posted";
        }
    }
}

std::vector<const Posting*> postings_of(const std::vector<Waiting>& entries) {
    std::vector<const Posting*> postings;
    postings.reserve(entries.size());
    for (const Waiting& waiting : entries) {
        postings.push_back(&waiting.posting());
    }
    return postings;
}

/// Takes those out for which it holds, and tells each the error.
template <class Holds>
void refuse_if(std::vector<Waiting>& entries, Holds holds, base::Error error()) {
    std::erase_if(entries, [holds, error](const Waiting& waiting) {
        const bool does = holds(waiting);
        if (does) {
            settle(waiting, std::unexpected(error()));
        }
        return does;
    });
}

}  // namespace

std::chrono::milliseconds lock_patience(const PosterLimits& limits, std::size_t locked_turns) {
    std::chrono::milliseconds patience = limits.lock_patience;
    while (locked_turns > 0 && patience < limits.lock_patience_max) {
        patience *= 2;
        --locked_turns;
    }
    return patience;
}

struct Poster::State : std::enable_shared_from_this<Poster::State> {
    using Batch = Batcher<Waiting>;

    asio::any_io_executor owner;
    std::unique_ptr<PostingStore> store;
    PosterLimits limits;
    const std::function<base::Deadline()> now;
    Batch batcher;
    base::Deadline last_start = base::Deadline::max();  // earlier once it closes
    std::size_t close_looks = 0;  // combined transactions to come that look closely
    std::atomic<std::size_t> depth = 0;

    State(
        asio::any_io_executor on,
        std::unique_ptr<PostingStore> into,
        PosterLimits within,
        std::function<base::Deadline()> by
    )
        : owner{std::move(on)},
          store{std::move(into)},
          limits{within},
          now{std::move(by)},
          batcher{within} {}

    /// Whether it has waited past its caller's deadline, or to when nothing begins any more.
    bool is_late(const Waiting& waiting) const {
        return now() >= std::min(waiting.ticket->deadline, last_start);
    }

    /// One of which nobody knows whether it was posted is not refused: it must be found out.
    void refuse_late(std::vector<Waiting>& entries) const {
        refuse_if(
            entries,
            [this](const Waiting& each) { return !each.unanswered && is_late(each); },
            waited_too_long
        );
    }

    void enqueue(base::TenantId tenant, const std::shared_ptr<Ticket>& ticket);
    void start_runs();
    base::Task<void> conduct(Batch::Run run);
    base::Task<void> post_combined(std::vector<Batch::Part>& parts);
    base::Task<std::vector<std::vector<PostingVerdict>>> send_combined(
        const std::vector<TenantBatch>& batches
    );
    base::Task<void> post_alone(Batch::Part& part);
    base::Task<std::vector<PostingVerdict>> send(
        base::TenantId tenant,
        std::vector<Waiting>& entries,
        std::chrono::milliseconds lock_patience
    );
};

void Poster::State::enqueue(base::TenantId tenant, const std::shared_ptr<Ticket>& ticket) {
    std::vector<Waiting> entries;
    entries.reserve(ticket->postings.size());
    for (std::size_t at = 0; at < ticket->postings.size(); ++at) {
        entries.push_back({.ticket = ticket, .at = at});
    }
    if (const auto refusal = batcher.add(tenant, std::move(entries))) {
        const base::Error error{
            .kind = base::ErrorKind::overloaded,
            .code = "ledger.queue_full",
            .detail = *refusal == Batch::Refusal::full
                          ? "Too many entries are waiting to be posted; try again in a moment."
                          : "Too many entries of these books are waiting to be posted; try again "
                            "in a moment.",
        };
        for (std::size_t at = 0; at < ticket->postings.size(); ++at) {
            settle({.ticket = ticket, .at = at}, std::unexpected(error));
        }
        return;
    }
    start_runs();
}

void Poster::State::start_runs() {
    depth = batcher.depth();
    while (auto run = batcher.next()) {
        // The shared state outlives the run, and ~Poster demands that none is left.
        asio::co_spawn(
            owner,
            [self = shared_from_this(), run = std::move(*run)]() mutable {
                return self->conduct(std::move(run));
            },
            [](const std::exception_ptr& broken) {
                base::ensure(!broken, "a run's failure ends at its waiters");
            }
        );
    }
}

base::Task<void> Poster::State::conduct(Batch::Run run) {
    const auto self = shared_from_this();
    for (Batch::Part& part : run.parts) {
        refuse_late(part.entries);
    }
    if (run.is_combined()) {
        asio::steady_timer patience{owner, limits.combined_patience};
        patience.async_wait([self, number = run.number](boost::system::error_code cancelled) {
            if (!cancelled) {
                self->batcher.pass(number);
                self->start_runs();
            }
        });
        co_await post_combined(run.parts);
    } else {
        co_await post_alone(run.parts.front());
    }
    batcher.end(std::move(run));
    start_runs();
}

/// Settles what it can and takes it out of `parts`; what stays is to be posted by itself.
base::Task<void> Poster::State::post_combined(std::vector<Batch::Part>& parts) {
    std::vector<TenantBatch> batches;
    std::vector<Batch::Part*> sent;
    for (Batch::Part& part : parts) {
        if (!part.entries.empty()) {
            batches.push_back({.tenant = part.tenant, .postings = postings_of(part.entries)});
            sent.push_back(&part);
        }
    }
    if (batches.empty()) {
        co_return;
    }
    std::vector<std::vector<PostingVerdict>> verdicts;
    try {
        verdicts = co_await send_combined(batches);
    } catch (const pg::Failure& failure) {
        // Refused as a whole, it may be for any of the entries. Whatever the cause, it must not be
        // the others'.
        const bool is_unknown = is_unanswered(failure);
        const bool again = is_unknown || failure.kind() == pg::Failure::Kind::server;
        for (Batch::Part* const part : sent) {
            for (Waiting& waiting : part->entries) {
                waiting.unanswered = is_unknown;
                if (!again) {
                    settle(waiting, std::unexpected(meaning_of(failure)));
                }
            }
            if (!again) {
                part->entries.clear();
            }
        }
        co_return;
    }
    for (std::size_t at = 0; at < sent.size(); ++at) {
        if (!verdicts[at].empty()) {
            settle_all(sent[at]->entries, verdicts[at]);
            sent[at]->entries.clear();
        }
    }
}

/// Trusts the entries until some are refused; those then get a closer look, and for a while so do
/// others: what was refused may come again, and each time the whole call would be in vain.
base::Task<std::vector<std::vector<PostingVerdict>>> Poster::State::send_combined(
    const std::vector<TenantBatch>& batches
) {
    const base::Deadline deadline = now() + limits.batch_timeout;
    if (close_looks > 0) {
        --close_looks;
        co_return co_await store->post_combined(batches, Scrutiny::close, deadline);
    }
    try {
        co_return co_await store->post_combined(batches, Scrutiny::trusting, deadline);
    } catch (const pg::Failure& failure) {
        if (!is_of_content(failure)) {
            throw;
        }
        close_looks = limits.close_looks;
    }
    try {
        co_return co_await store->post_combined(batches, Scrutiny::close, deadline);
    } catch (const pg::Failure& failure) {
        if (is_unanswered(failure)) {
            throw;
        }
        // The time that somebody's refused entries took is nobody else's: each goes alone.
        co_return std::vector<std::vector<PostingVerdict>>(batches.size());
    }
}

/// Settles everything, unless the books are locked: what stays in `part` is to be tried again.
base::Task<void> Poster::State::post_alone(Batch::Part& part) {
    if (part.entries.empty()) {
        co_return;
    }
    const std::size_t locked_turns = std::exchange(part.locked_turns, 0);
    try {
        settle_all(
            part.entries,
            co_await send(part.tenant, part.entries, lock_patience(limits, locked_turns))
        );
        part.entries.clear();
        co_return;
    } catch (const pg::Failure& failure) {
        part.locked_turns = is_locked(failure) ? locked_turns + 1 : 0;
        const bool splits = may_be_one_entry(failure, part.entries);
        // Whatever stopped this attempt says nothing of an earlier one.
        refuse_if(
            part.entries,
            [this, &part](const Waiting& waiting) {
                return waiting.unanswered && (!part.is_locked() || is_late(waiting));
            },
            unknown_outcome
        );
        if (part.is_locked()) {
            co_return;
        }
        if (!splits) {
            const base::Error error = meaning_of(failure);
            for (const Waiting& waiting : part.entries) {
                settle(waiting, std::unexpected(error));
            }
            part.entries.clear();
            co_return;
        }
    }
    // The server refused the call as a whole, which the function's verdicts should make impossible:
    // whatever the cause, the entries that aren't it must not suffer.
    for (Waiting& waiting : std::exchange(part.entries, {})) {
        Batch::Part single{.tenant = part.tenant, .entries = {}};
        single.entries.push_back(std::move(waiting));
        if (!part.is_locked()) {
            refuse_late(single.entries);
            co_await post_alone(single);
            part.locked_turns = single.locked_turns;
        }
        std::ranges::move(single.entries, std::back_inserter(part.entries));
    }
}

/// Marks as unanswered what it had to send twice.
base::Task<std::vector<PostingVerdict>> Poster::State::send(
    base::TenantId tenant, std::vector<Waiting>& entries, std::chrono::milliseconds lock_patience
) {
    const base::Deadline deadline = now() + limits.batch_timeout;
    const TenantBatch batch{.tenant = tenant, .postings = postings_of(entries)};
    // Of entries left undone together one may have been tried where another was not.
    bool is_last = std::ranges::any_of(entries, &Waiting::unanswered);
    for (;;) {
        try {
            std::vector<PostingVerdict> verdicts =
                co_await store->post(batch, lock_patience, deadline);
            tell_as_first_answers(entries, verdicts);
            co_return verdicts;
        } catch (const pg::Failure& failure) {
            if (is_last || !is_unanswered(failure)) {
                throw;
            }
            is_last = true;
            for (Waiting& waiting : entries) {
                waiting.unanswered = true;
            }
        }
    }
}

Poster::Poster(
    asio::any_io_executor owner, pg::Pool& pool, const base::Clock& clock, PosterLimits limits
)
    : Poster{
          std::move(owner),
          posting_store(pool, clock, limits.lock_patience),
          limits,
          std::chrono::steady_clock::now
      } {}

Poster::Poster(
    asio::any_io_executor owner,
    std::unique_ptr<PostingStore> store,
    PosterLimits limits,
    std::function<base::Deadline()> now
)
    : state_{std::make_shared<State>(std::move(owner), std::move(store), limits, std::move(now))} {}

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
    asio::post(state->owner, [state, deadline] {
        state->last_start = deadline - 2 * (state->limits.batch_timeout + kStopping);
    });
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
