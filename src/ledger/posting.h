#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "ledger/entry.h"
#include "pg/pool.h"

namespace accubooks::ledger {

/// The refusal of a posting that was measured with a scale its commodity no longer has: read the
/// books again.
inline constexpr std::string_view kStaleScaleCode = "ledger.stale_scale";

/// An entry on its way into the books. `commodities` are those its amounts were measured with, the
/// base commodity included: the database refuses the call when a scale is no longer the commodity's
/// own.
struct Posting {
    Entry entry;
    std::shared_ptr<const std::vector<base::Commodity>> commodities;
    std::string idempotency_key;  // unique per tenant for ever; see docs/decisions/0003
    base::Digest request_hash{
    };  // of the request's content: the same key with another is a conflict
    std::string posted_by;
};

struct Posted {
    base::EntryNumber number;
    base::Digest chain_hash{};
    bool replayed = false;  // an earlier request with this key and content posted it
};

struct PosterLimits {
    std::size_t batch_entries = 512;
    std::size_t batch_lines = 5000;
    std::size_t queue_entries_all = 100'000;  // of all tenants, waiting or under way
    std::size_t queue_entries = 2048;   // per tenant; past it the answer is `ledger.queue_full`
    std::size_t combined_tenants = 64;  // whose entries share a transaction; 1: none do
    std::size_t combined_batches = 1;   // such transactions under way, but for those that hang
    std::chrono::milliseconds combined_patience{1000};  // after which one hangs
    std::size_t close_looks = 100;  // of such transactions, once one that trusted was refused
    std::size_t locked_runs = 4;    // under way, of tenants whose books somebody else has locked
    std::chrono::milliseconds lock_patience{100};  // for one lock, before the tenant's next turn
    std::chrono::milliseconds lock_patience_max{1600};  // to which that doubles, turn by turn
    std::chrono::milliseconds batch_timeout{10000};
};

class PostingStore;

/// How long a tenant that goes alone waits for one lock after so many turns in succession that
/// found its books locked. A moment at first; were it always that, somebody else's short locks, one
/// after another, could keep the tenant out until its callers' deadlines.
std::chrono::milliseconds lock_patience(const PosterLimits& limits, std::size_t locked_turns);

/// Posts entries in natural batches: while one commits, what arrives queues up and becomes the
/// next. At most one batch per tenant is under way, so its ledger row is never fought over, and
/// small batches of many tenants share a transaction and its commit. No timer, no added delay when
/// idle.
///
/// An answer comes after commit with synchronous_commit on. One bad entry fails alone, and a tenant
/// whose entries can't be posted with the others' goes by itself. Where somebody else has a
/// tenant's books locked, they are tried again and again until the callers' deadlines, a few such
/// tenants at a time, so that they take up few of the pool's connections. When the connection is
/// lost the batch is sent again once: the idempotency keys make that harmless. All state lives on
/// `owner`.
class Poster {
public:
    Poster(
        boost::asio::any_io_executor owner,
        pg::Pool& pool,
        const base::Clock& clock,
        PosterLimits limits = {}
    );
    /// On another store than the database and another clock than the machine's: a simulation's.
    Poster(
        boost::asio::any_io_executor owner,
        std::unique_ptr<PostingStore> store,
        PosterLimits limits,
        std::function<base::Deadline()> now
    );
    ~Poster();
    Poster(const Poster&) = delete;
    Poster& operator=(const Poster&) = delete;

    /// One result per posting, in order. Errors: `ledger.unbalanced`,
    /// `ledger.exchanged_for_nothing`, `ledger.unknown_account`, `ledger.account_inactive`,
    /// `ledger.parent_account`, `ledger.wrong_commodity`, `ledger.unknown_commodity`,
    /// `ledger.zero_line`, `ledger.already_reversed`, `ledger.closes_year`,
    /// `ledger.entry_not_found`,
    /// `ledger.period_locked`, `ledger.period_closed`, `ledger.period_not_closed`,
    /// `ledger.idempotency_conflict`, `ledger.queue_full`, `ledger.unknown_outcome`,
    /// `ledger.stale_scale`, and those of pg::error_of. A posting whose own batch failed says so;
    /// the others of the same call keep their answers.
    base::Task<std::vector<base::Result<Posted>>> post(
        base::TenantId tenant, std::vector<Posting> postings, base::Deadline deadline
    );

    /// Waits until everybody is answered. What has to wait for its turn until too shortly before
    /// the deadline is refused: a batch may take twice the batch timeout and a little more.
    base::Task<void> close(base::Deadline deadline);

    /// Entries waiting or under way, all tenants.
    std::size_t depth() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace accubooks::ledger
