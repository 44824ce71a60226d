#pragma once

#include <algorithm>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "ledger/posting.h"
#include "ledger/posting_store.h"
#include "pg/failure.h"

/// A database that a simulation pretends: it does what it is told when it is told, and its answers
/// come when the history wants them to.
namespace accubooks::ledger {

using Verdicts = std::vector<std::vector<PostingVerdict>>;

/// Entries that the pretended database doesn't take: one by its verdict, one by failing the call.
inline constexpr std::string_view kBad = "bad";
inline constexpr std::string_view kPoison = "poison";

/// What the database holds: a journal for each tenant, and rules like those of books.post_entries.
class Journals {
public:
    struct Stored {
        std::int64_t number = 0;
        base::Digest content{};
    };

    const Stored* find(base::TenantId tenant, const std::string& key) const {
        const auto journal = journals_.find(tenant.value);
        if (journal == journals_.end()) {
            return nullptr;
        }
        const auto found = journal->second.find(key);
        return found == journal->second.end() ? nullptr : &found->second;
    }

    /// All of a batch in one transaction. Throws what the server would raise; then nothing is done.
    std::vector<PostingVerdict> post(const TenantBatch& batch) {
        for (const Posting* const posting : batch.postings) {
            if (posting->entry.description == kPoison) {
                throw pg::Failure{
                    "poison", {.kind = pg::Failure::Kind::server, .sqlstate = "23514"}
                };
            }
        }
        std::vector<PostingVerdict> verdicts;
        for (const Posting* const posting : batch.postings) {
            verdicts.push_back(post(batch.tenant, *posting));
        }
        return verdicts;
    }

    /// Whether a batch would be posted as it stands, without a verdict that needs a closer look.
    bool takes_all(const TenantBatch& batch) const {
        std::set<std::string> keys;
        return std::ranges::all_of(batch.postings, [&](const Posting* posting) {
            return posting->entry.description != kPoison && posting->entry.description != kBad &&
                   find(batch.tenant, posting->idempotency_key) == nullptr &&
                   keys.insert(posting->idempotency_key).second;
        });
    }

private:
    PostingVerdict post(base::TenantId tenant, const Posting& posting) {
        const auto verdict = [](std::string_view outcome, std::int64_t number) {
            return PostingVerdict{
                .outcome = std::string{outcome}, .number = base::EntryNumber{number}
            };
        };
        auto& journal = journals_[tenant.value];
        const auto found = journal.find(posting.idempotency_key);
        if (found != journal.end()) {
            return found->second.content == posting.request_hash
                       ? verdict("replayed", found->second.number)
                       : verdict("conflict", 0);
        }
        if (posting.entry.description == kBad) {
            return verdict("unbalanced", 0);
        }
        const auto number = static_cast<std::int64_t>(journal.size()) + 1;
        journal[posting.idempotency_key] = {.number = number, .content = posting.request_hash};
        return verdict("posted", number);
    }

    std::map<std::int64_t, std::map<std::string, Stored>> journals_;
};

/// Copies of what a call sent, for a transaction that outlives it.
struct Sent {
    Sent(const std::vector<TenantBatch>& batches, Scrutiny by) : scrutiny{by} {
        for (const TenantBatch& batch : batches) {
            for (const Posting* const posting : batch.postings) {
                postings.push_back(*posting);
            }
        }
        auto next = postings.begin();
        for (const TenantBatch& batch : batches) {
            TenantBatch copy{.tenant = batch.tenant, .postings = {}};
            for (std::size_t at = 0; at < batch.postings.size(); ++at) {
                copy.postings.push_back(&*next++);
            }
            copies.push_back(std::move(copy));
        }
    }
    Sent(const Sent&) = delete;
    Sent& operator=(const Sent&) = delete;

    Scrutiny scrutiny{};
    std::list<Posting> postings{};
    std::vector<TenantBatch> copies{};
};

/// A call that waits for its answer.
struct Call {
    Call(boost::asio::any_io_executor on, const std::vector<TenantBatch>& of, base::Deadline until)
        : batches{of}, deadline{until}, wake{on, base::Deadline::max()} {}

    const std::vector<TenantBatch>& batches;
    base::Deadline deadline;
    bool is_combined = false;
    Scrutiny scrutiny{};                        // of one that is combined
    std::chrono::milliseconds lock_patience{};  // of one that isn't combined
    boost::asio::steady_timer wake;             // cancelled when it is answered
    Verdicts verdicts{};
    std::optional<pg::Failure> failure{};

    void answer() { wake.cancel(); }
    void fail(pg::Failure::Kind kind, std::string sqlstate = {}) {
        failure = pg::Failure{"pretended", {.kind = kind, .sqlstate = std::move(sqlstate)}};
        answer();
    }
    bool is_answered() const { return failure || !verdicts.empty(); }
};

using Calls = std::vector<Call*>;

/// The store that the poster sees: each call stays in `calls` until the history answers it.
class PretendedStore final : public PostingStore {
public:
    PretendedStore(boost::asio::any_io_executor on, Calls& calls)
        : on_{std::move(on)}, calls_{calls} {}

    base::Task<std::vector<PostingVerdict>> post(
        TenantBatch batch, std::chrono::milliseconds lock_patience, base::Deadline deadline
    ) override {
        std::vector<TenantBatch> batches;
        batches.push_back(std::move(batch));
        Call call{on_, batches, deadline};
        call.lock_patience = lock_patience;
        co_await wait_for(call);
        co_return std::move(call.verdicts.front());
    }

    base::Task<Verdicts> post_combined(
        std::vector<TenantBatch> batches, Scrutiny scrutiny, base::Deadline deadline
    ) override {
        Call call{on_, batches, deadline};
        call.is_combined = true;
        call.scrutiny = scrutiny;
        co_await wait_for(call);
        co_return std::move(call.verdicts);
    }

private:
    base::Task<void> wait_for(Call& call) {
        calls_.push_back(&call);
        co_await call.wake.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        std::erase(calls_, &call);
        if (call.failure) {
            throw pg::Failure{*call.failure};
        }
    }

    boost::asio::any_io_executor on_;
    Calls& calls_;
};

}  // namespace accubooks::ledger
