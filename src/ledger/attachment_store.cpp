#include "ledger/attachment_store.h"

#include <array>

#include <fmt/format.h>

#include "ledger/entry_store.h"

namespace accubooks::ledger {
namespace {

constexpr std::array<std::string_view, 8> kTypes{
    "application/pdf",
    "application/xml",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "message/rfc822",
    "text/csv",
    "text/plain",
};

constexpr pg::Statement kCount{
    .name = "ledger.count_attachments",
    .text = R"sql(
select (select count(*) from books.attachment a where a.tenant_id = $1 and a.number = e.number),
       (select count(*) from books.attachment a where a.tenant_id = $1 and a.number = e.number and a.sha256 = $3)
  from books.journal_entry e
 where e.tenant_id = $1
   and e.number = $2)sql",
};

// The counter's row is locked until commit, so that a second writer counts this attachment too.
constexpr pg::Statement kLock{
    .name = "ledger.lock_attachments",
    .text = R"sql(
insert into books.counter as c (tenant_id, name, value)
values ($1, 'attachment', 1)
on conflict (tenant_id, name) do update set value = c.value + 1
returning value)sql",
};

constexpr pg::Statement kKeep{
    .name = "ledger.keep_document",
    .text = R"sql(
insert into books.document (tenant_id, sha256, media_type, content, added_at)
values ($1, $2, $3, $4, $5)
on conflict (tenant_id, sha256) do nothing)sql",
};

constexpr pg::Statement kAttach{
    .name = "ledger.attach",
    .text = R"sql(
insert into books.attachment (tenant_id, number, sha256, name, attached_by, attached_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (tenant_id, number, sha256) do nothing)sql",
};

constexpr pg::Statement kList{
    .name = "ledger.list_attachments",
    .text = R"sql(
select a.sha256, a.name, d.media_type, octet_length(d.content), a.attached_by, a.attached_at
  from books.journal_entry e
  left join (books.attachment a join books.document d on d.tenant_id = $1 and d.sha256 = a.sha256)
    on a.tenant_id = $1 and a.number = e.number
 where e.tenant_id = $1
   and e.number = $2
 order by a.attached_at, a.sha256)sql",
};

constexpr pg::Statement kFind{
    .name = "ledger.find_attachment",
    .text = R"sql(
select a.sha256, a.name, d.media_type, octet_length(d.content), a.attached_by, a.attached_at, d.content
  from books.attachment a
  join books.document d on d.tenant_id = $1 and d.sha256 = a.sha256
 where a.tenant_id = $1
   and a.number = $2
   and a.sha256 = $3)sql",
};

Attachment attachment_of(const pg::Row& row) {
    return {
        .sha256 = row.get<base::Digest>(0),
        .name = row.get<std::string>(1),
        .media_type = row.get<std::string>(2),
        .bytes = row.get<std::int32_t>(3),
        .attached_by = row.get<std::string>(4),
        .attached_at = row.get<base::Instant>(5),
    };
}

}  // namespace

std::span<const std::string_view> document_types() {
    return kTypes;
}

base::Task<base::Result<Attachment>> attach(
    pg::TenantTransaction& transaction, base::EntryNumber number, NewAttachment document
) {
    const base::TenantId tenant = transaction.tenant();
    const base::Digest sha256 = base::sha256(document.content);
    co_await transaction.execute(kLock, pg::Params::of(tenant));
    const pg::Rows counts =
        co_await transaction.execute(kCount, pg::Params::of(tenant, number, sha256));
    if (counts.empty()) {
        co_return std::unexpected(no_such_entry());
    }
    const bool is_there = counts[0].get<std::int64_t>(1) > 0;
    if (!is_there && counts[0].get<std::int64_t>(0) >= kAttachmentsMax) {
        co_return base::refuse(
            base::ErrorKind::conflict,
            "ledger.too_many_attachments",
            fmt::format("An entry has at most {} attachments.", kAttachmentsMax)
        );
    }
    if (!is_there) {
        const std::vector<std::uint8_t> content{document.content.begin(), document.content.end()};
        co_await transaction.execute(
            kKeep, pg::Params::of(tenant, sha256, document.media_type, content, document.at)
        );
        co_await transaction.execute(
            kAttach,
            pg::Params::of(tenant, number, sha256, document.name, document.actor, document.at)
        );
    }
    auto found = co_await find_attachment(transaction, number, sha256);
    base::ensure(found.has_value(), "what was attached in this transaction is there");
    co_return std::move(found->attachment);
}

base::Task<base::Result<std::vector<Attachment>>> attachments_of(
    pg::TenantTransaction& transaction, base::EntryNumber number
) {
    const pg::Rows rows =
        co_await transaction.execute(kList, pg::Params::of(transaction.tenant(), number));
    if (rows.empty()) {
        co_return std::unexpected(no_such_entry());
    }
    std::vector<Attachment> attachments;
    attachments.reserve(static_cast<std::size_t>(rows.size()));
    for (int at = 0; at < rows.size() && !rows[at].is_null(0); ++at) {
        attachments.push_back(attachment_of(rows[at]));
    }
    co_return attachments;
}

base::Task<std::optional<AttachedContent>> find_attachment(
    pg::TenantTransaction& transaction, base::EntryNumber number, base::Digest sha256
) {
    const pg::Rows rows =
        co_await transaction.execute(kFind, pg::Params::of(transaction.tenant(), number, sha256));
    if (rows.empty()) {
        co_return std::nullopt;
    }
    const auto content = rows[0].get<std::vector<std::uint8_t>>(6);
    co_return AttachedContent{
        .attachment = attachment_of(rows[0]), .content = {content.begin(), content.end()}
    };
}

}  // namespace accubooks::ledger
