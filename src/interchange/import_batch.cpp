#include "interchange/import_batch.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "interchange/book_import_store.h"
#include "interchange/import_result.h"
#include "ledger/account_store.h"
#include "ledger/books.h"
#include "ledger/entry_store.h"
#include "pg/author.h"
#include "pg/tenant_transaction.h"

namespace accubooks::interchange {
namespace {

constexpr pg::Statement kListBatches{
    .name = "interchange.list_batches",
    .text = R"sql(
select first_number, last_number, format, file_name, imported_by, imported_at, reversed_by, reversed_at, reason
  from books.import_batch
 where tenant_id = $1
   and first_number > $2
 order by first_number
 limit $3)sql",
};

// As books.lock_ledger waits, for the rest of the transaction.
constexpr pg::Statement kLockPatience{
    .name = "interchange.lock_patience",
    .text = "select set_config('lock_timeout', '1s', true)",
};

/// Whoever reverses it too waits.
constexpr pg::Statement kLockBatch{
    .name = "interchange.lock_batch",
    .text = R"sql(
select first_number, last_number, format, file_name, imported_by, imported_at, reversed_by, reversed_at, reason
  from books.import_batch
 where tenant_id = $1
   and first_number = $2
   for update)sql",
};

constexpr pg::Statement kMarkReversed{
    .name = "interchange.mark_reversed",
    .text = R"sql(
update books.import_batch
   set reversed_by = $3, reversed_at = $4, reason = $5
 where tenant_id = $1
   and first_number = $2)sql",
};

constexpr pg::Statement kReversedEntries{
    .name = "interchange.reversed_entries",
    .text = R"sql(
select e.number,
       exists (select from books.journal_entry r where r.tenant_id = $1 and r.reverses = e.number)
  from books.journal_entry e
 where e.tenant_id = $1
   and e.number between $2 and $3)sql",
};

ImportBatch batch_of(const pg::Row& row) {
    return {
        .first = row.get<base::EntryNumber>(0),
        .last = row.get<base::EntryNumber>(1),
        .format = row.get<std::string>(2),
        .file_name = row.get<std::string>(3),
        .imported_by = row.get<std::string>(4),
        .imported_at = row.get<base::Instant>(5),
        .reversed_by = row.get<std::optional<std::string>>(6),
        .reversed_at = row.get<std::optional<base::Instant>>(7),
        .reason = row.get<std::optional<std::string>>(8),
    };
}

/// One reversal of a batch under way.
class Reverser {
public:
    Reverser(pg::TenantTransaction& transaction, base::Instant at, BatchReversal asked)
        : transaction_{transaction}, at_{at}, asked_{std::move(asked)} {}

    base::Task<base::Result<BatchReversed>> run();

private:
    base::Task<base::Result<void>> reverse(base::EntryNumber first, base::EntryNumber last);
    base::Task<std::set<std::int64_t>> reversed_among(
        base::EntryNumber first, base::EntryNumber last
    );
    void refuse(const ledger::PostedEntry& posted, const base::Error& why);
    base::Error refusal() const;

    pg::TenantTransaction& transaction_;
    base::Instant at_;
    BatchReversal asked_;
    std::shared_ptr<const std::vector<base::Commodity>> scales_;
    std::vector<base::FieldError> refused_;  // the first
    std::uint64_t refused_count_ = 0;
    BatchReversed result_;
};

void Reverser::refuse(const ledger::PostedEntry& posted, const base::Error& why) {
    ++refused_count_;
    if (refused_.size() < kNamedMax) {
        refused_.push_back({
            .pointer = fmt::format("/entries/{}", posted.number.value),
            .detail = fmt::format("{}: {}", base::to_string(posted.entry.date), why.detail),
        });
    }
}

base::Error Reverser::refusal() const {
    return {
        .kind = base::ErrorKind::conflict,
        .code = "import.batch_stays",
        .detail = fmt::format(
            "{} of the batch's entries can't be reversed, so none was.", refused_count_
        ),
        .fields = refused_,
    };
}

base::Task<std::set<std::int64_t>> Reverser::reversed_among(
    base::EntryNumber first, base::EntryNumber last
) {
    const pg::Rows rows = co_await transaction_.execute(
        kReversedEntries, pg::Params::of(transaction_.tenant(), first, last)
    );
    std::set<std::int64_t> numbers;
    for (int at = 0; at < rows.size(); ++at) {
        if (rows[at].get<bool>(1)) {
            numbers.insert(rows[at].get<std::int64_t>(0));
        }
    }
    co_return numbers;
}

base::Task<base::Result<void>> Reverser::reverse(base::EntryNumber first, base::EntryNumber last) {
    const std::set<std::int64_t> before = co_await reversed_among(first, last);
    result_.reversed_before += before.size();
    std::vector<ledger::PostedEntry> entries =
        co_await ledger::entries_between(transaction_, first, last);
    std::erase_if(entries, [&before](const ledger::PostedEntry& posted) {
        return before.contains(posted.number.value);
    });
    std::vector<ledger::Posting> postings;
    postings.reserve(entries.size());
    for (const ledger::PostedEntry& posted : entries) {
        AB_CO_TRY(
            reversal,
            ledger::reversal_of(
                posted, asked_.date.value_or(posted.entry.date), asked_.reason, asked_.late_reason
            )
        );
        postings.push_back({
            .entry = std::move(reversal),
            .commodities = scales_,
            .idempotency_key = fmt::format(
                "\x1f"
                "reversal of {}",
                posted.number.value
            ),
            .request_hash = posted.request_hash,
            .posted_by = asked_.actor,
        });
    }
    if (postings.empty()) {
        co_return base::Result<void>{};
    }
    const auto verdicts = co_await post_all(transaction_, postings, at_);
    for (std::size_t at = 0; at < verdicts.size(); ++at) {
        if (verdicts[at].outcome == "posted") {
            ++result_.reversed;
        } else {
            refuse(entries[at], ledger::refusal_of(verdicts[at].outcome));
        }
    }
    co_return base::Result<void>{};
}

base::Task<base::Result<BatchReversed>> Reverser::run() {
    co_await transaction_.execute(kLockPatience, {});
    const pg::Rows rows = co_await transaction_.execute(
        kLockBatch, pg::Params::of(transaction_.tenant(), asked_.batch)
    );
    if (rows.empty()) {
        co_return base::refuse(
            base::ErrorKind::not_found,
            "import.no_batch",
            "There is no import of this number in these books."
        );
    }
    const ImportBatch batch = batch_of(rows[0]);
    const auto size = static_cast<std::uint64_t>(batch.last.value - batch.first.value + 1);
    if (batch.reversed_at) {
        co_return BatchReversed{.reversed_before = size};
    }
    scales_ = std::make_shared<const std::vector<base::Commodity>>(
        co_await ledger::all_commodities(transaction_)
    );
    // By a limit of lines too: an import's own calls had both.
    constexpr std::int64_t kAtOnce = 500;
    for (std::int64_t from = batch.first.value; from <= batch.last.value; from += kAtOnce) {
        const std::int64_t to = std::min(from + kAtOnce - 1, batch.last.value);
        AB_CO_CHECK(co_await reverse(base::EntryNumber{from}, base::EntryNumber{to}));
    }
    if (refused_count_ != 0) {
        co_return std::unexpected(refusal());
    }
    co_await transaction_.execute(
        kMarkReversed,
        pg::Params::of(transaction_.tenant(), batch.first, asked_.actor, at_, asked_.reason)
    );
    co_await transaction_.commit();
    co_return result_;
}

}  // namespace

base::Task<std::vector<ImportBatch>> list_batches(
    pg::Pool& pool,
    base::TenantId tenant,
    base::EntryNumber after,
    std::int64_t limit,
    base::Deadline deadline
) {
    auto transaction =
        co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_only, deadline);
    const pg::Rows rows =
        co_await transaction.execute(kListBatches, pg::Params::of(tenant, after, limit));
    co_await transaction.commit();
    co_return rows.map(batch_of);
}

base::Task<base::Result<BatchReversed>> reverse_batch(
    pg::Pool& pool,
    const base::Clock& clock,
    base::TenantId tenant,
    BatchReversal asked,
    base::Deadline deadline
) {
    auto transaction =
        co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_write, deadline);
    co_await pg::act_as(transaction, {.actor = asked.actor, .peer = asked.peer});
    Reverser reverser{transaction, clock.now(), std::move(asked)};
    try {
        co_return co_await reverser.run();
    } catch (const pg::Failure& failure) {
        if (auto refusal = ledger::refusal_of_locked(failure)) {
            co_return std::unexpected(*std::move(refusal));
        }
        throw;
    }
}

}  // namespace accubooks::interchange
