#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "interchange/archive.h"
#include "pg/pool.h"
#include "pg/tenant_transaction.h"

namespace accubooks::interchange {

enum class ExportFormat : std::uint8_t {
    hledger,  // a journal that hledger 1.25 reads, and `accubooks import`
    jsonl,    // an archive, see archive.h
};

/// Takes the next piece of an export; false when nobody wants more of it.
using ExportSink = std::function<base::Task<bool>(std::string)>;

/// A tenant's books on their way out: all of them, from one snapshot, in memory bounded by accounts
/// and a page of entries.
class BooksExport {
public:
    /// Takes the snapshot. Errors: `ledger.no_books`. Throws pg::Failure, as `write` does.
    static base::Task<base::Result<BooksExport>> begin(
        pg::Pool& pool, const base::Clock& clock, base::TenantId tenant, base::Deadline deadline
    );

    const ArchiveHead& head() const { return head_; }

    /// Writes everything; once. False when the sink wanted no more.
    base::Task<bool> write(ExportFormat format, const ExportSink& sink);

private:
    explicit BooksExport(pg::TenantTransaction transaction)
        : transaction_{std::move(transaction)} {}

    template <class Writer>
    base::Task<bool> write_records(Writer writer, const ExportSink& sink);
    template <class Writer>
    base::Task<bool> write_prices(Writer& writer, const ExportSink& sink);
    template <class Writer>
    base::Task<bool> write_entries(Writer& writer, const ExportSink& sink);
    template <class Writer>
    base::Task<bool> write_balances(Writer& writer, const ExportSink& sink);
    template <class Writer>
    base::Task<bool> write_audit(Writer& writer, const ExportSink& sink);

    pg::TenantTransaction transaction_;
    ArchiveHead head_;
    std::vector<base::Commodity> commodities_;
    std::vector<ledger::Account> accounts_;  // parents before children
};

}  // namespace accubooks::interchange
