#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/date.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "ledger/entry.h"
#include "ledger/posting.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {

/// Limits of drafts: of one, as canonical JSON, and of all that a tenant has at a time.
inline constexpr std::size_t kDraftBytesMax = 256UL * 1024;
inline constexpr std::int64_t kDraftsMax = 1000;

/// A draft is named within its tenant; no two ever have the same id.
using DraftId = base::Id<struct DraftTag>;

/// An entry that isn't in the books yet.
struct KeptDraft {
    DraftId id;
    std::int64_t version = 1;  // grows with each edit, and as its documents come and go
    std::string content;       // canonical JSON, as draft_of reads it; empty where only listed
    std::optional<base::Date> date{};
    std::string description{};
    std::int16_t line_count = 0;
    std::string created_by{};
    base::Instant created_at{};
    std::string changed_by{};
    base::Instant changed_at{};
};

/// What is kept of a draft, by whom and when.
struct DraftContent {
    std::string json;  // canonical
    Unfinished read;   // the same
    std::string actor;
    base::Instant at{};
};

/// Errors: `ledger.too_many_drafts` (409).
base::Task<base::Result<KeptDraft>> insert_draft(
    pg::TenantTransaction& transaction, DraftContent content
);
/// Drafts by id without their content, up to `limit`, those after `after` (exclusive).
base::Task<std::vector<KeptDraft>> list_drafts(
    pg::TenantTransaction& transaction, DraftId after, std::int64_t limit
);
base::Task<std::optional<KeptDraft>> find_draft(pg::TenantTransaction& transaction, DraftId id);
/// The draft, which nobody else changes, removes or posts until this transaction ends.
base::Task<std::optional<KeptDraft>> lock_draft(pg::TenantTransaction& transaction, DraftId id);
/// Replaces the content of a draft that is locked; its version grows.
base::Task<KeptDraft> change_draft(
    pg::TenantTransaction& transaction, DraftId id, DraftContent content
);
/// Somebody changed what belongs to a draft that is locked: its version grows.
base::Task<void> touch_draft(
    pg::TenantTransaction& transaction, DraftId id, std::string actor, base::Instant now
);
/// With its documents.
base::Task<void> remove_draft(pg::TenantTransaction& transaction, DraftId id);

/// `ledger.draft_not_found`.
base::Error no_such_draft();

/// The idempotency key of the entry that a draft becomes: a draft is posted once, whoever asks. No
/// header can carry it.
std::string key_of_draft(DraftId id);
/// What the draft became, once it was posted.
base::Task<std::optional<Posted>> posted_draft(pg::TenantTransaction& transaction, DraftId id);

}  // namespace accubooks::ledger
