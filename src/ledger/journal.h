#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/task.h"
#include "ledger/books.h"
#include "ledger/draft_store.h"
#include "ledger/entry.h"
#include "ledger/posting.h"
#include "pg/pool.h"

namespace accubooks::ledger {

/// Errors: `ledger.idempotency_key_required`, `ledger.bad_idempotency_key`.
base::Result<std::string> parse_idempotency_key(std::optional<std::string_view> header);

/// The use cases that write the journal: measure, judge, post.
class Journal {
public:
    /// `clock` says when what isn't posted by `poster` was.
    Journal(pg::Pool& pool, BooksCache& books, Poster& poster, const base::Clock& clock)
        : pool_{pool}, books_{books}, poster_{poster}, clock_{clock} {}

    struct Request {
        base::TenantId tenant;
        std::string idempotency_key;
        std::string actor;
        base::Deadline deadline;
    };

    /// Errors: those of `prepare` and of Poster::post; what is refused for an account names its
    /// lines.
    base::Task<base::Result<Posted>> post(Request request, Draft draft);

    /// Takes the key for a batch; `content` is the hash of the whole of it. What an earlier request
    /// with this key was answered, where `keep_batch_answer` kept it. Errors:
    /// `ledger.idempotency_conflict` when the key was used for another batch.
    base::Task<base::Result<std::optional<std::string>>> claim_batch(
        const Request& request, base::Digest content
    );

    /// Each draft of a claimed batch by itself: one result per draft, in order. What an earlier
    /// request with this key posted is replayed.
    base::Task<std::vector<base::Result<Posted>>> post_batch(
        Request request, std::vector<base::Result<Draft>> drafts, base::Digest content
    );

    /// Keeps what a claimed batch is answered, and returns the first that was kept. For batches
    /// with refusals: posted entries are found again by their keys, refused ones would be judged
    /// again, perhaps by other books.
    base::Task<std::string> keep_batch_answer(const Request& request, std::string answer);

    /// Posts what a draft of this version reads as, and removes the draft in the same transaction:
    /// once, whoever asks and however often; the request's key isn't used. Errors: those of `post`,
    /// with nothing changed; `ledger.draft_not_found`; `ledger.draft_changed` when it has another
    /// version by now.
    base::Task<base::Result<Posted>> post_draft(
        Request request, DraftId id, std::int64_t version, Draft draft
    );

    /// Of the entry that reverses another.
    struct Reversal {
        base::EntryNumber number;          // of the entry that is reversed
        std::optional<base::Date> date{};  // none: its own; where that is closed, today
        std::string reason;
        std::string late_reason{};  // as Entry's
    };

    /// Posts the opposite of an entry, once; of one that closed a year YearClose alone does.
    /// Errors: `ledger.entry_not_found`, `ledger.already_reversed`, `ledger.reason_required`, those
    /// of Poster::post.
    base::Task<base::Result<Posted>> reverse(Request request, Reversal asked);

    /// Posts an entry that is made already, in a transaction that holds the ledger's lock
    /// (lock_ledger). Errors: those of Poster::post.
    base::Task<base::Result<Posted>> post_entry(
        pg::TenantTransaction& transaction,
        std::string idempotency_key,
        std::string actor,
        Entry entry
    );

private:
    base::Task<std::vector<base::Result<Posting>>> measure(
        const Request& request, const std::vector<base::Result<Draft>>& drafts
    );
    /// Gives a measured posting its key and content.
    using Keyed = std::function<void(base::Result<Posting>&, std::size_t at)>;

    base::Task<std::vector<base::Result<Posted>>> post_each(
        const Request& request, const std::vector<base::Result<Draft>>& drafts, const Keyed& keyed
    );
    /// Names the lines of what was refused for an account.
    base::Task<void> name_lines(
        const Request& request,
        const std::vector<base::Result<Draft>>& drafts,
        std::vector<base::Result<Posted>>& results
    );
    base::Task<bool> were_rescaled(
        const Request& request, const std::vector<base::Result<Posted>>& results
    );
    base::Task<std::vector<base::Result<Posted>>> post_measured(
        const Request& request, std::vector<base::Result<Posting>> postings
    );
    base::Task<base::Result<Posted>> try_to_post_draft(
        const Request& request,
        DraftId id,
        std::int64_t version,
        const std::vector<base::Result<Draft>>& drafts
    );
    /// In a transaction that is open. Errors: those of Poster::post, `kStaleScaleCode`.
    base::Task<base::Result<Posted>> post_in(pg::TenantTransaction& transaction, Posting posting);
    /// By the poster; `content` is what the request asked for.
    base::Task<base::Result<Posted>> post_entry(
        const Request& request, Entry entry, base::Digest content
    );

    pg::Pool& pool_;
    BooksCache& books_;
    Poster& poster_;
    const base::Clock& clock_;
};

}  // namespace accubooks::ledger
