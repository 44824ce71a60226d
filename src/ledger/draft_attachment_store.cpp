#include "ledger/draft_attachment_store.h"

#include <utility>

#include "ledger/internal/documents.h"

namespace accubooks::ledger {
namespace {

constexpr pg::Statement kUse{
    .name = "ledger.draft_documents_in_use",
    .text = R"sql(
select count(*), sum(octet_length(content))::bigint, count(*) filter (where sha256 = $3)
  from books.draft_document
 where tenant_id = $1
   and draft_id = $2
having count(*) > 0)sql",
};

constexpr pg::Statement kAttach{
    .name = "ledger.attach_to_draft",
    .text = R"sql(
insert into books.draft_document (tenant_id, draft_id, sha256, name, media_type, content, attached_by, attached_at)
values ($1, $2, $3, $4, $5, $6, $7, $8))sql",
};

constexpr pg::Statement kList{
    .name = "ledger.list_draft_attachments",
    .text = R"sql(
select a.sha256, a.name, a.media_type, octet_length(a.content), a.attached_by, a.attached_at
  from books.draft d
  left join books.draft_document a on a.tenant_id = $1 and a.draft_id = d.draft_id
 where d.tenant_id = $1
   and d.draft_id = $2
 order by a.attached_at, a.sha256)sql",
};

constexpr pg::Statement kFind{
    .name = "ledger.find_draft_attachment",
    .text = R"sql(
select sha256, name, media_type, octet_length(content), attached_by, attached_at, content
  from books.draft_document
 where tenant_id = $1
   and draft_id = $2
   and sha256 = $3)sql",
};

constexpr pg::Statement kDetach{
    .name = "ledger.detach_from_draft",
    .text = R"sql(
delete from books.draft_document
 where tenant_id = $1
   and draft_id = $2
   and sha256 = $3
returning sha256)sql",
};

constexpr pg::Statement kCarryDocuments{
    .name = "ledger.carry_documents",
    .text = R"sql(
insert into books.document (tenant_id, sha256, media_type, content, added_at)
select tenant_id, sha256, media_type, content, attached_at
  from books.draft_document
 where tenant_id = $1
   and draft_id = $2
on conflict (tenant_id, sha256) do nothing)sql",
};

constexpr pg::Statement kCarryAttachments{
    .name = "ledger.carry_attachments",
    .text = R"sql(
insert into books.attachment (tenant_id, number, sha256, name, attached_by, attached_at)
select tenant_id, $3, sha256, name, attached_by, attached_at
  from books.draft_document
 where tenant_id = $1
   and draft_id = $2)sql",
};

}  // namespace

base::Task<base::Result<Attachment>> attach(
    pg::TenantTransaction& transaction, DraftId draft, NewAttachment document, DocumentBounds bounds
) {
    const base::TenantId tenant = transaction.tenant();
    const base::Digest sha256 = base::sha256(document.content);
    if (!co_await lock_draft(transaction, draft)) {
        co_return std::unexpected(no_such_draft());
    }
    const DocumentUse of_day = co_await lock_documents(transaction, document.at);
    const pg::Rows in_use =
        co_await transaction.execute(kUse, pg::Params::of(tenant, draft, sha256));
    if (in_use.empty() || in_use[0].get<std::int64_t>(2) == 0) {
        const DocumentUse of_draft = in_use.empty() ? DocumentUse{} : document_use(in_use[0]);
        const std::size_t bytes = document.content.size();
        AB_CO_CHECK(co_await take_document(transaction, of_draft, of_day, bytes, bounds));
        const std::vector<std::uint8_t> content{document.content.begin(), document.content.end()};
        co_await transaction.execute(
            kAttach,
            pg::Params::of(
                tenant,
                draft,
                sha256,
                document.name,
                document.media_type,
                content,
                document.actor,
                document.at
            )
        );
        co_await touch_draft(transaction, draft, document.actor, document.at);
    }
    auto found = co_await find_attachment(transaction, draft, sha256);
    base::ensure(found.has_value(), "what was attached in this transaction is there");
    co_return std::move(found->attachment);
}

base::Task<base::Result<std::vector<Attachment>>> attachments_of(
    pg::TenantTransaction& transaction, DraftId draft
) {
    const pg::Rows rows =
        co_await transaction.execute(kList, pg::Params::of(transaction.tenant(), draft));
    if (rows.empty()) {
        co_return std::unexpected(no_such_draft());
    }
    co_return attachments_in(rows);
}

base::Task<std::optional<AttachedContent>> find_attachment(
    pg::TenantTransaction& transaction, DraftId draft, base::Digest sha256
) {
    const pg::Rows rows =
        co_await transaction.execute(kFind, pg::Params::of(transaction.tenant(), draft, sha256));
    if (rows.empty()) {
        co_return std::nullopt;
    }
    co_return attached_content_of(rows[0]);
}

base::Task<bool> detach(
    pg::TenantTransaction& transaction,
    DraftId draft,
    base::Digest sha256,
    std::string actor,
    base::Instant now
) {
    // While it is posted its documents are carried over, whole.
    if (!co_await lock_draft(transaction, draft)) {
        co_return false;
    }
    const pg::Rows rows =
        co_await transaction.execute(kDetach, pg::Params::of(transaction.tenant(), draft, sha256));
    if (rows.empty()) {
        co_return false;
    }
    co_await touch_draft(transaction, draft, std::move(actor), now);
    co_return true;
}

base::Task<void> carry_attachments(
    pg::TenantTransaction& transaction, DraftId draft, base::EntryNumber number
) {
    const base::TenantId tenant = transaction.tenant();
    co_await transaction.execute(kCarryDocuments, pg::Params::of(tenant, draft));
    co_await transaction.execute(kCarryAttachments, pg::Params::of(tenant, draft, number));
}

}  // namespace accubooks::ledger
