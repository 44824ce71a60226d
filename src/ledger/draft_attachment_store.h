#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "ledger/attachment_store.h"
#include "ledger/draft_store.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {

/// Attaches a document to a draft, whose alone it is: it goes away with the draft, or becomes the
/// entry's when the draft is posted. One that is attached already stays as it was; with any other
/// the draft's version grows, so that whoever looked at it before notices. Errors:
/// `ledger.draft_not_found`, `ledger.too_many_attachments` (409), `ledger.too_many_documents`
/// (409).
base::Task<base::Result<Attachment>> attach(
    pg::TenantTransaction& transaction,
    DraftId draft,
    NewAttachment document,
    DocumentBounds bounds = {}
);

/// A draft's attachments, the first attached first. Errors: `ledger.draft_not_found`.
base::Task<base::Result<std::vector<Attachment>>> attachments_of(
    pg::TenantTransaction& transaction, DraftId draft
);

/// One of them with its content. None when there isn't such a one.
base::Task<std::optional<AttachedContent>> find_attachment(
    pg::TenantTransaction& transaction, DraftId draft, base::Digest sha256
);

/// Takes one of them away; the draft's version grows. Whether there was such a one.
base::Task<bool> detach(
    pg::TenantTransaction& transaction,
    DraftId draft,
    base::Digest sha256,
    std::string actor,
    base::Instant now
);

/// Makes the attachments of a draft that is locked those of the entry that it became, attached by
/// whoever attached them, when they did.
base::Task<void> carry_attachments(
    pg::TenantTransaction& transaction, DraftId draft, base::EntryNumber number
);

}  // namespace accubooks::ledger
