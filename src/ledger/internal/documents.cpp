#include "ledger/internal/documents.h"

#include <fmt/format.h>

namespace accubooks::ledger {
namespace {

// The counter's row is locked until commit, so that a second writer counts this document too.
constexpr pg::Statement kLock{
    .name = "ledger.lock_attachments",
    .text = R"sql(
insert into books.counter as c (tenant_id, name, value)
values ($1, 'attachment', 1)
on conflict (tenant_id, name) do update set value = c.value + 1
returning value)sql",
};

constexpr pg::Statement kUseOfDay{
    .name = "ledger.documents_of_day",
    .text = R"sql(
select count(*), coalesce(sum(bytes), 0)::bigint
  from (select octet_length(content) as bytes
          from books.document
         where tenant_id = $1
           and added_at >= date_trunc('day', $2::timestamptz at time zone 'UTC') at time zone 'UTC'
        union all
        select octet_length(content)
          from books.draft_document
         where tenant_id = $1
           and attached_at >= date_trunc('day', $2::timestamptz at time zone 'UTC') at time zone 'UTC') taken
having count(*) > 0)sql",
};

constexpr std::int64_t kMiB = 1024LL * 1024;

bool fits(DocumentUse use, std::size_t bytes, std::int64_t documents_max, std::int64_t bytes_max) {
    return use.documents < documents_max &&
           use.bytes + static_cast<std::int64_t>(bytes) <= bytes_max;
}

}  // namespace

DocumentUse document_use(const pg::Row& row) {
    return {.documents = row.get<std::int64_t>(0), .bytes = row.get<std::int64_t>(1)};
}

base::Task<DocumentUse> lock_documents(pg::TenantTransaction& transaction, base::Instant now) {
    co_await transaction.execute(kLock, pg::Params::of(transaction.tenant()));
    const pg::Rows rows =
        co_await transaction.execute(kUseOfDay, pg::Params::of(transaction.tenant(), now));
    co_return rows.empty() ? DocumentUse{} : document_use(rows[0]);
}

base::Result<void> check_bounds(
    DocumentUse of_entry, DocumentUse of_day, std::size_t bytes, const DocumentBounds& bounds
) {
    if (!fits(of_entry, bytes, bounds.of_entry, bounds.entry_bytes)) {
        return base::refuse(
            base::ErrorKind::conflict,
            "ledger.too_many_attachments",
            fmt::format(
                "An entry has at most {} attachments, of {} MiB together.",
                bounds.of_entry,
                bounds.entry_bytes / kMiB
            )
        );
    }
    if (!fits(of_day, bytes, bounds.of_day, bounds.day_bytes)) {
        return base::refuse(
            base::ErrorKind::conflict,
            "ledger.too_many_documents",
            fmt::format(
                "Books take at most {} documents a day, of {} MiB together; attach it after "
                "midnight UTC.",
                bounds.of_day,
                bounds.day_bytes / kMiB
            )
        );
    }
    return {};
}

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

std::vector<Attachment> attachments_in(const pg::Rows& rows) {
    std::vector<Attachment> attachments;
    attachments.reserve(static_cast<std::size_t>(rows.size()));
    for (int at = 0; at < rows.size() && !rows[at].is_null(0); ++at) {
        attachments.push_back(attachment_of(rows[at]));
    }
    return attachments;
}

AttachedContent attached_content_of(const pg::Row& row) {
    const auto content = row.get<std::vector<std::uint8_t>>(6);
    return {.attachment = attachment_of(row), .content = {content.begin(), content.end()}};
}

}  // namespace accubooks::ledger
