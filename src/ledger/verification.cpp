#include "ledger/verification.h"

#include <algorithm>

#include <fmt/format.h>

#include "ledger/entry_store.h"
#include "ledger/epoch_store.h"
#include "ledger/period_store.h"
#include "ledger/replay.h"
#include "ledger/tenant_audit.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {
namespace {

// Each is planned for its tenant: a plan kept from small books would be wrong for large ones.

constexpr pg::Statement kHead{
    .name = "ledger.verify_head",
    .text = R"sql(
select last_number, head_hash, base_commodity, epoch,
       (select count(*) from books.journal_line where tenant_id = $1),
       period_acts, closed_through, locked_through
  from books.ledger
 where tenant_id = $1)sql",
    .preparation = pg::Preparation::once,
};

constexpr pg::Statement kStrayEntries{
    .name = "ledger.verify_stray_entries",
    .text = R"sql(
select count(*)
  from books.journal_entry
 where tenant_id = $1
   and (number < 1 or number > $2))sql",
    .preparation = pg::Preparation::once,
};

constexpr pg::Statement kDocuments{
    .name = "ledger.verify_documents",
    .text = R"sql(
select encode(sha256, 'hex'), sha256 = pg_catalog.sha256(content)
  from books.document
 where tenant_id = $1)sql",
    .preparation = pg::Preparation::once,
};

constexpr pg::Statement kBalances{
    .name = "ledger.verify_balances",
    .text = R"sql(
select account_id, commodity, month, debit, credit, base_debit, base_credit
  from books.account_balance
 where tenant_id = $1)sql",
    .preparation = pg::Preparation::once,
};

constexpr std::int64_t kEntriesPerStep = 4000;

void compare_balances(Replay& replay, const pg::Rows& rows) {
    for (int at = 0; at < rows.size(); ++at) {
        const pg::Row row = rows[at];
        replay.compare_balance(
            {row.get<std::int64_t>(0), row.get<base::Date>(2).unix_days(), row.get<std::string>(1)},
            {row.get<std::int64_t>(3),
             row.get<std::int64_t>(4),
             row.get<std::int64_t>(5),
             row.get<std::int64_t>(6)}
        );
    }
}

}  // namespace

base::Task<Verification> verify(
    pg::Pool& pool,
    base::TenantId tenant,
    std::function<void(std::uint64_t, std::uint64_t)> on_progress,
    base::Deadline deadline
) {
    auto transaction =
        co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_only, deadline);
    const pg::Rows head = co_await transaction.execute(kHead, pg::Params::of(tenant));
    if (head.empty()) {
        Replay nothing{tenant, ""};
        nothing.breach("head", "there are no books with this number");
        co_return nothing.take();
    }
    const auto last_number = head[0].get<std::int64_t>(0);
    std::vector<Epoch> epochs = co_await epochs_of(transaction);
    std::vector<PeriodAct> acts = co_await period_acts(transaction);
    Replay replay{tenant, head[0].get<std::string>(2), std::move(epochs), std::move(acts)};
    for (std::int64_t first = 1; first <= last_number; first += kEntriesPerStep) {
        const std::int64_t last = std::min(first + kEntriesPerStep - 1, last_number);
        for (const PostedEntry& posted : co_await entries_between(
                 transaction, base::EntryNumber{first}, base::EntryNumber{last}
             )) {
            replay.add(posted);
        }
        if (on_progress) {
            on_progress(static_cast<std::uint64_t>(last), static_cast<std::uint64_t>(last_number));
        }
    }
    const pg::Rows stray =
        co_await transaction.execute(kStrayEntries, pg::Params::of(tenant, last_number));
    if (stray[0].get<std::int64_t>(0) != 0) {
        replay.breach(
            "gapless",
            fmt::format(
                "{} entries have numbers outside 1 to {}",
                stray[0].get<std::int64_t>(0),
                last_number
            )
        );
    }
    replay.compare_head(last_number, head[0].get<base::Digest>(1));
    replay.compare_epoch(head[0].get<std::int32_t>(3));
    replay.compare_periods(
        head[0].get<std::int32_t>(5),
        {.closed_through = head[0].get<std::optional<base::Date>>(6),
         .locked_through = head[0].get<std::optional<base::Date>>(7)}
    );
    replay.compare_line_count(head[0].get<std::int64_t>(4));
    co_await transaction.stream(kBalances, pg::Params::of(tenant), [&replay](const pg::Rows& rows) {
        compare_balances(replay, rows);
    });
    replay.compare_rest();
    co_await transaction
        .stream(kDocuments, pg::Params::of(tenant), [&replay](const pg::Rows& rows) {
            for (int at = 0; at < rows.size(); ++at) {
                if (!rows[at].get<bool>(1)) {
                    replay.breach(
                        "documents",
                        fmt::format(
                            "the content of document {} is another", rows[at].get<std::string>(0)
                        )
                    );
                }
            }
        });
    for (const std::int64_t number : co_await audit_breaches(transaction)) {
        replay.breach("audit", broken_event(number));
    }
    co_await transaction.commit();
    co_return replay.take();
}

}  // namespace accubooks::ledger
