#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/digest.h"
#include "base/ids.h"
#include "base/task.h"
#include "pg/connection.h"

namespace accubooks::launch {

// What the database keeps about post-change reports. Every call works as accubooks_ops and throws
// pg::Failure.

/// The report of an execution as it was made when that ended; it never changes.
struct StoredReport {
    std::int64_t execution = 0;
    std::string json;  // the exact bytes whose digest is signed
    std::string page;  // Markdown
    base::Instant made_at{};
    base::Instant due_at{};

    struct Signature {
        std::string envelope;
        std::string signer_name;
        base::Instant at{};
    };
    std::optional<Signature> signature{};

    base::Digest digest() const { return base::sha256(json); }
    /// Whether it was signed too late, or isn't signed and should be by `now`.
    bool is_late(base::Instant now) const { return (signature ? signature->at : now) > due_at; }
};

/// Keeps the report unless one is kept already, which is then the report.
base::Task<StoredReport> keep_report(
    pg::Connection& connection, StoredReport report, base::Deadline deadline
);

/// Of the execution of that number; none before it ended.
base::Task<std::optional<StoredReport>> find_report(
    pg::Connection& connection, std::int64_t execution, base::Deadline deadline
);

struct NewReportSignature {
    std::int64_t execution = 0;
    std::string envelope;
    base::Uuid signer{};
    base::Instant at{};
};
/// In the caller's transaction.
base::Task<void> sign_report(
    pg::Connection& connection, NewReportSignature signature, base::Deadline deadline
);

}  // namespace accubooks::launch
