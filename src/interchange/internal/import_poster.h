#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "interchange/import_result.h"
#include "interchange/import_source.h"
#include "ledger/posting.h"
#include "ledger/posting_store.h"
#include "pg/tenant_transaction.h"

namespace accubooks::interchange {

/// Posts what an import reads, whatever its format: in one transaction, so that all of it is kept
/// or nothing. What is refused is gathered, so that a person corrects it all at once.
class ImportPoster {
public:
    /// `files` are those that places are in; all that is given outlives this.
    ImportPoster(
        pg::TenantTransaction& transaction,
        base::Instant posted_at,
        const std::vector<std::string>& files,
        const BookImportOptions& options,
        BookImportResult& result
    )
        : transaction_{transaction},
          posted_at_{posted_at},
          files_{files},
          options_{options},
          result_{result} {}

    void refuse(SourcePosition at, const base::Error& why);
    /// An account that the books lack, as the file names it.
    void refuse_unknown_account(SourcePosition at, std::string_view account);

    /// Entries and where they begin. One that an earlier import has posted is counted and left, or
    /// refused where it says something else now, unless that import was reversed as a whole: then
    /// it is posted again.
    base::Task<void> post(
        std::vector<ledger::Posting> postings, std::vector<SourcePosition> places
    );

    /// Records the batch and keeps it, or looks at its effects and lets all go. `format` is that of
    /// the batch.
    base::Task<void> conclude(std::string_view format);

private:
    /// Tells verdicts of conflict the numbers of the entries that have their keys.
    base::Task<void> find_conflicting(
        std::vector<ledger::PostingVerdict>& verdicts, const std::vector<ledger::Posting>& postings
    );
    /// Those of `numbers` that were reversed with their batch, by place; 0: not reversed.
    base::Task<std::vector<std::int64_t>> reversed_batches(std::vector<std::int64_t> numbers);
    base::Task<void> look_at_effects();

    pg::TenantTransaction& transaction_;
    base::Instant posted_at_;
    const std::vector<std::string>& files_;
    const BookImportOptions& options_;
    BookImportResult& result_;
    base::EntryNumber last_{};
};

}  // namespace accubooks::interchange
