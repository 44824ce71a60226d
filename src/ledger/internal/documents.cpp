#include "ledger/internal/documents.h"

#include <fmt/format.h>

namespace accubooks::ledger {
namespace {

// The row is locked until commit, so that a second writer counts this document too. A clock that is
// behind another's at midnight doesn't begin the day before again; one that was days ahead is
// forgotten.
constexpr pg::Statement kLockDay{
    .name = "ledger.lock_documents_taken",
    .text = R"sql(
insert into books.documents_taken as t (tenant_id, day, documents, bytes)
values ($1, ($2::timestamptz at time zone 'UTC')::date, 0, 0)
on conflict (tenant_id) do update
   set day = case when t.day - excluded.day in (0, 1) then t.day else excluded.day end,
       documents = case when t.day - excluded.day in (0, 1) then t.documents else 0 end,
       bytes = case when t.day - excluded.day in (0, 1) then t.bytes else 0 end
returning documents, bytes)sql",
};

constexpr pg::Statement kTake{
    .name = "ledger.take_document",
    .text = R"sql(
update books.documents_taken
   set documents = documents + 1, bytes = bytes + $2
 where tenant_id = $1)sql",
};

constexpr std::int64_t kMiB = 1024LL * 1024;

bool fits(DocumentUse use, std::size_t bytes, std::int64_t documents_max, std::int64_t bytes_max) {
    return use.documents < documents_max &&
           use.bytes + static_cast<std::int64_t>(bytes) <= bytes_max;
}

/// Errors: `ledger.too_many_attachments`, `ledger.too_many_documents`.
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

}  // namespace

DocumentUse document_use(const pg::Row& row) {
    return {.documents = row.get<std::int64_t>(0), .bytes = row.get<std::int64_t>(1)};
}

base::Task<DocumentUse> lock_documents(pg::TenantTransaction& transaction, base::Instant now) {
    const pg::Rows rows =
        co_await transaction.execute(kLockDay, pg::Params::of(transaction.tenant(), now));
    co_return document_use(rows[0]);
}

base::Task<base::Result<void>> take_document(
    pg::TenantTransaction& transaction,
    DocumentUse of_entry,
    DocumentUse of_day,
    std::size_t bytes,
    DocumentBounds bounds
) {
    AB_CO_CHECK(check_bounds(of_entry, of_day, bytes, bounds));
    const auto taken = static_cast<std::int64_t>(bytes);
    co_await transaction.execute(kTake, pg::Params::of(transaction.tenant(), taken));
    co_return base::Result<void>{};
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
