#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ledger/attachment_store.h"
#include "pg/value.h"

namespace accubooks::ledger {

/// Documents of an entry, a draft or a day, and their bytes together.
struct DocumentUse {
    std::int64_t documents = 0;
    std::int64_t bytes = 0;
};

/// The first two columns of `row`.
DocumentUse document_use(const pg::Row& row);

/// What the tenant's books have taken on the day of `now`, whatever was taken away again. Until
/// this transaction ends nobody else adds to it, so that what is counted after this is exact.
base::Task<DocumentUse> lock_documents(pg::TenantTransaction& transaction, base::Instant now);

/// Counts a document of so many bytes as taken on the day that lock_documents has locked, if it may
/// join those of its entry and of that day. Errors: `ledger.too_many_attachments`,
/// `ledger.too_many_documents`.
base::Task<base::Result<void>> take_document(
    pg::TenantTransaction& transaction,
    DocumentUse of_entry,
    DocumentUse of_day,
    std::size_t bytes,
    DocumentBounds bounds
);

/// From the columns sha256, name, media_type, bytes, attached_by, attached_at.
Attachment attachment_of(const pg::Row& row);
/// The same of all rows; of an entry without attachments there is one row of nulls.
std::vector<Attachment> attachments_in(const pg::Rows& rows);
/// With the content as the column behind.
AttachedContent attached_content_of(const pg::Row& row);

}  // namespace accubooks::ledger
