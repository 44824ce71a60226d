#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/task.h"
#include "interchange/csv_table.h"
#include "interchange/import_result.h"
#include "interchange/import_source.h"
#include "interchange/journal_import.h"
#include "pg/pool.h"

namespace accubooks::interchange {

enum class FileFormat : std::uint8_t { csv, gnucash, journal };

std::string_view to_string(FileFormat format);

/// A file that somebody sent, and how it is to be read.
struct SentFile {
    FileFormat format = FileFormat::journal;
    std::string name;
    std::string content;
    std::optional<CsvMapping> mapping{};  // of CSV
    /// Of a journal: whose reading is followed, types of accounts, codes of symbols; the last of a
    /// GnuCash book too.
    JournalOptions journal{};
    AccountsTold accounts{};  // of what brings its accounts along
};

/// What came of a file, or would come: what its format tells, what the books did, and what was left
/// open. Without problems it was imported, unless that was a rehearsal.
struct FileReport {
    FileFormat format = FileFormat::journal;
    std::optional<CsvFormat> csv{};
    std::uint64_t left_out = 0;     // rows of CSV that are no entries
    std::vector<Remark> remarks{};  // of a journal or a GnuCash book, at most kNamedMax
    std::vector<ImportQuestion> questions{};
    BookImportResult result{};
};

/// Reads the file and posts it, by the same code as the command line: all of it or nothing. What
/// includes another file is refused, there is none beside it. Errors: `ledger.no_books`. Throws
/// pg::Failure, and std::system_error where the file can't be spooled.
base::Task<base::Result<FileReport>> import_file(
    pg::Pool& pool,
    const base::Clock& clock,
    base::TenantId tenant,
    SentFile file,
    BookImportOptions options,
    base::Deadline deadline
);

}  // namespace accubooks::interchange
