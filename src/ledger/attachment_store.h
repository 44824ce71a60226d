#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {

/// The limit of one document.
inline constexpr std::size_t kDocumentBytesMax = 4UL * 1024 * 1024;

/// How many documents, and of how many bytes together, an entry or draft has at most, and how many
/// a tenant's books take in a day (of UTC).
struct DocumentBounds {
    std::int64_t of_entry = 50;
    std::int64_t entry_bytes = 64LL * 1024 * 1024;
    std::int64_t of_day = 2000;
    std::int64_t day_bytes = 1024LL * 1024 * 1024;
};

/// The media types that a document may be of: what receipts and their evidence come as. Nothing
/// that a browser would run.
std::span<const std::string_view> document_types();

/// A document that belongs to an entry.
struct Attachment {
    base::Digest sha256{};
    std::string name;
    std::string media_type;
    std::int32_t bytes = 0;
    std::string attached_by;
    base::Instant attached_at{};
};

struct NewAttachment {
    std::string name;
    std::string media_type;
    std::string content;  // bytes
    std::string actor;
    base::Instant at{};
};

/// Whether it can be one: with a name that is safe in a header and on any file system, of one of
/// the types, and of 1 to kDocumentBytesMax bytes. Errors: `ledger.bad_attachment`, with the
/// fields.
base::Result<void> check_document(const NewAttachment& document);

/// Attaches a document, which is kept once however many entries it belongs to; one that is attached
/// already stays as it was. Errors: `ledger.entry_not_found`, `ledger.too_many_attachments` (409),
/// `ledger.too_many_documents` (409).
base::Task<base::Result<Attachment>> attach(
    pg::TenantTransaction& transaction,
    base::EntryNumber number,
    NewAttachment document,
    DocumentBounds bounds = {}
);

/// An entry's attachments, the first attached first. Errors: `ledger.entry_not_found`.
base::Task<base::Result<std::vector<Attachment>>> attachments_of(
    pg::TenantTransaction& transaction, base::EntryNumber number
);

/// `ledger.attachment_not_found`.
std::unexpected<base::Error> no_such_attachment();

struct AttachedContent {
    Attachment attachment;
    std::string content;
};

/// One of them with its content, which is what its digest says. None when there isn't such a one.
base::Task<std::optional<AttachedContent>> find_attachment(
    pg::TenantTransaction& transaction, base::EntryNumber number, base::Digest sha256
);

}  // namespace accubooks::ledger
