#include "ledger/epoch_store.h"

namespace accubooks::ledger {
namespace {

constexpr pg::Statement kEpochs{
    .name = "ledger.epochs",
    .text = R"sql(
select epoch, after_number, previous_hash, restored_to, restored_at, replaced_number, reason
  from books.ledger_epoch
 where tenant_id = $1
 order by epoch)sql",
};

constexpr pg::Statement kEnd{
    .name = "ledger.end",
    .text = "select last_number from books.ledger where tenant_id = $1",
};

constexpr pg::Statement kOpenEpochs{
    .name = "ledger.open_epochs",
    .text = R"sql(
select tenant_id, epoch, after_number, replaced_number from platform.open_epochs($1, $2, $3, $4, $5))sql",
};

std::optional<base::EntryNumber> number_in(const pg::Row& row, int column) {
    const auto number = row.get<std::optional<std::int64_t>>(column);
    return number ? std::optional{base::EntryNumber{*number}} : std::nullopt;
}

}  // namespace

base::Task<std::vector<Epoch>> epochs_of(pg::TenantTransaction& transaction) {
    const pg::Rows rows =
        co_await transaction.execute(kEpochs, pg::Params::of(transaction.tenant()));
    std::vector<Epoch> epochs;
    epochs.reserve(static_cast<std::size_t>(rows.size()));
    for (int at = 0; at < rows.size(); ++at) {
        const pg::Row row = rows[at];
        epochs.push_back({
            .number = row.get<std::int32_t>(0),
            .after = base::EntryNumber{row.get<std::int64_t>(1)},
            .previous = row.get<base::Digest>(2),
            .restored_to = row.get<base::Instant>(3),
            .restored_at = row.get<base::Instant>(4),
            .replaced = number_in(row, 5),
            .reason = row.get<std::string>(6),
        });
    }
    co_return epochs;
}

base::Task<std::vector<LedgerEnd>> ledger_ends(
    pg::Pool& pool, std::vector<base::TenantId> tenants, base::Deadline deadline
) {
    std::vector<LedgerEnd> ends;
    ends.reserve(tenants.size());
    for (const base::TenantId tenant : tenants) {
        auto transaction =
            co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_only, deadline);
        const pg::Rows rows = co_await transaction.execute(kEnd, pg::Params::of(tenant));
        co_await transaction.commit();
        if (!rows.empty()) {
            ends.push_back({tenant, base::EntryNumber{rows[0].get<std::int64_t>(0)}});
        }
    }
    co_return ends;
}

base::Task<std::vector<OpenedEpoch>> open_epochs(
    pg::Connection& owner, Restored restored, base::Deadline deadline
) {
    std::vector<std::int64_t> tenants;
    std::vector<std::int64_t> replaced;
    for (const LedgerEnd& end : restored.before) {
        tenants.push_back(end.tenant.value);
        replaced.push_back(end.last.value);
    }
    const pg::Rows rows = co_await owner.execute(
        kOpenEpochs,
        pg::Params::of(restored.to, restored.at, restored.reason, tenants, replaced),
        deadline
    );
    std::vector<OpenedEpoch> opened;
    opened.reserve(static_cast<std::size_t>(rows.size()));
    for (int at = 0; at < rows.size(); ++at) {
        const pg::Row row = rows[at];
        opened.push_back({
            .tenant = base::TenantId{row.get<std::int64_t>(0)},
            .epoch = row.get<std::int32_t>(1),
            .after = base::EntryNumber{row.get<std::int64_t>(2)},
            .replaced = number_in(row, 3),
        });
    }
    co_return opened;
}

}  // namespace accubooks::ledger
