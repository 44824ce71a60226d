#include "ledger/draft_store.h"

#include <fmt/format.h>

namespace accubooks::ledger {
namespace {

// The counter's row is locked until commit, so that a second writer counts this draft too.
constexpr pg::Statement kTakeId{
    .name = "ledger.take_draft_id",
    .text = R"sql(
insert into books.counter as c (tenant_id, name, value)
values ($1, 'draft', 1)
on conflict (tenant_id, name) do update set value = c.value + 1
returning value)sql",
};

constexpr pg::Statement kCount{
    .name = "ledger.count_drafts",
    .text = "select count(*) from books.draft where tenant_id = $1",
};

constexpr pg::Statement kInsert{
    .name = "ledger.insert_draft",
    .text = R"sql(
insert into books.draft (tenant_id, draft_id, content, entry_date, description, line_count,
                         created_by, created_at, changed_by, changed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $7, $8)
returning draft_id, version, content, entry_date, description, line_count, created_by, created_at, changed_by, changed_at)sql",
};

constexpr pg::Statement kList{
    .name = "ledger.list_drafts",
    .text = R"sql(
select draft_id, version, '', entry_date, description, line_count, created_by, created_at, changed_by, changed_at
  from books.draft
 where tenant_id = $1
   and draft_id > $2
 order by draft_id
 limit $3)sql",
};

constexpr pg::Statement kFind{
    .name = "ledger.find_draft",
    .text = R"sql(
select draft_id, version, content, entry_date, description, line_count, created_by, created_at, changed_by, changed_at
  from books.draft
 where tenant_id = $1
   and draft_id = $2)sql",
};

constexpr pg::Statement kLock{
    .name = "ledger.lock_draft",
    .text = R"sql(
select draft_id, version, content, entry_date, description, line_count, created_by, created_at, changed_by, changed_at
  from books.draft
 where tenant_id = $1
   and draft_id = $2
   for update)sql",
};

constexpr pg::Statement kChange{
    .name = "ledger.change_draft",
    .text = R"sql(
update books.draft
   set version = version + 1, content = $3, entry_date = $4, description = $5, line_count = $6,
       changed_by = $7, changed_at = $8
 where tenant_id = $1
   and draft_id = $2
returning draft_id, version, content, entry_date, description, line_count, created_by, created_at, changed_by, changed_at)sql",
};

constexpr pg::Statement kTouch{
    .name = "ledger.touch_draft",
    .text = R"sql(
update books.draft
   set version = version + 1, changed_by = $3, changed_at = $4
 where tenant_id = $1
   and draft_id = $2)sql",
};

constexpr pg::Statement kRemoveDocuments{
    .name = "ledger.remove_draft_documents",
    .text = "delete from books.draft_document where tenant_id = $1 and draft_id = $2",
};

constexpr pg::Statement kRemove{
    .name = "ledger.remove_draft",
    .text = "delete from books.draft where tenant_id = $1 and draft_id = $2",
};

constexpr pg::Statement kPosted{
    .name = "ledger.posted_draft",
    .text = R"sql(
select number, chain_hash
  from books.journal_entry
 where tenant_id = $1
   and idempotency_key = $2)sql",
};

KeptDraft draft_at(const pg::Row& row) {
    return {
        .id = row.get<DraftId>(0),
        .version = row.get<std::int64_t>(1),
        .content = row.get<std::string>(2),
        .date = row.get<std::optional<base::Date>>(3),
        .description = row.get<std::string>(4),
        .line_count = row.get<std::int16_t>(5),
        .created_by = row.get<std::string>(6),
        .created_at = row.get<base::Instant>(7),
        .changed_by = row.get<std::string>(8),
        .changed_at = row.get<base::Instant>(9),
    };
}

std::optional<KeptDraft> draft_in(const pg::Rows& rows) {
    return rows.empty() ? std::nullopt : std::optional{draft_at(rows[0])};
}

pg::Params params_of(base::TenantId tenant, DraftId id, const DraftContent& content) {
    const Unfinished& read = content.read;
    return pg::Params::of(
        tenant,
        id,
        content.json,
        read.date,
        read.description,
        static_cast<std::int16_t>(read.lines.size()),
        content.actor,
        content.at
    );
}

}  // namespace

base::Task<base::Result<KeptDraft>> insert_draft(
    pg::TenantTransaction& transaction, DraftContent content
) {
    const base::TenantId tenant = transaction.tenant();
    const pg::Rows counter = co_await transaction.execute(kTakeId, pg::Params::of(tenant));
    const pg::Rows kept = co_await transaction.execute(kCount, pg::Params::of(tenant));
    if (kept[0].get<std::int64_t>(0) >= kDraftsMax) {
        co_return base::refuse(
            base::ErrorKind::conflict,
            "ledger.too_many_drafts",
            fmt::format("Books have at most {} drafts; post or delete some.", kDraftsMax)
        );
    }
    const pg::Rows rows = co_await transaction.execute(
        kInsert, params_of(tenant, counter[0].get<DraftId>(0), content)
    );
    co_return draft_at(rows[0]);
}

base::Task<std::vector<KeptDraft>> list_drafts(
    pg::TenantTransaction& transaction, DraftId after, std::int64_t limit
) {
    const pg::Rows rows =
        co_await transaction.execute(kList, pg::Params::of(transaction.tenant(), after, limit));
    co_return rows.map(draft_at);
}

base::Task<std::optional<KeptDraft>> find_draft(pg::TenantTransaction& transaction, DraftId id) {
    co_return draft_in(co_await transaction.execute(kFind, pg::Params::of(transaction.tenant(), id))
    );
}

base::Task<std::optional<KeptDraft>> lock_draft(pg::TenantTransaction& transaction, DraftId id) {
    co_return draft_in(co_await transaction.execute(kLock, pg::Params::of(transaction.tenant(), id))
    );
}

base::Task<KeptDraft> change_draft(
    pg::TenantTransaction& transaction, DraftId id, DraftContent content
) {
    const pg::Rows rows =
        co_await transaction.execute(kChange, params_of(transaction.tenant(), id, content));
    base::ensure(!rows.empty(), "a draft that is locked stays until its lock ends");
    co_return draft_at(rows[0]);
}

base::Task<void> touch_draft(
    pg::TenantTransaction& transaction, DraftId id, std::string actor, base::Instant now
) {
    co_await transaction.execute(kTouch, pg::Params::of(transaction.tenant(), id, actor, now));
}

base::Task<void> remove_draft(pg::TenantTransaction& transaction, DraftId id) {
    co_await transaction.execute(kRemoveDocuments, pg::Params::of(transaction.tenant(), id));
    co_await transaction.execute(kRemove, pg::Params::of(transaction.tenant(), id));
}

base::Error no_such_draft() {
    return {
        .kind = base::ErrorKind::not_found,
        .code = "ledger.draft_not_found",
        .detail = "There is no such draft in these books.",
    };
}

std::string key_of_draft(DraftId id) {
    return fmt::format(
        "\x1f"
        "draft {}",
        id.value
    );
}

base::Task<std::optional<Posted>> posted_draft(pg::TenantTransaction& transaction, DraftId id) {
    const pg::Rows rows = co_await transaction.execute(
        kPosted, pg::Params::of(transaction.tenant(), key_of_draft(id))
    );
    if (rows.empty()) {
        co_return std::nullopt;
    }
    co_return Posted{
        .number = rows[0].get<base::EntryNumber>(0),
        .chain_hash = rows[0].get<base::Digest>(1),
        .replayed = true,
    };
}

}  // namespace accubooks::ledger
