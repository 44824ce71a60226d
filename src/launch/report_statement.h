#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/ids.h"

namespace accubooks::launch {

/// What the lead signs to a post-change report: that it is the report of this execution. The key
/// that signs says who.
struct ReportStatement {
    std::string change;  // "CHG-0001"
    std::int64_t revision = 0;
    std::int64_t attempt = 0;
    base::Digest report{};  // of report.json
    std::string outcome;    // as the report has it
    base::Uuid signer{};
    std::string signer_name;
    base::Instant signed_at;
};

/// The in-toto Statement v1 of it, canonical: the very bytes that are signed.
std::string statement_of(const ReportStatement& statement);

/// Reads a statement that statement_of could have written, and nothing else. Errors:
/// `audit.bad_statement`, `launch.bad_statement`.
base::Result<ReportStatement> report_statement_of(std::string_view payload);

}  // namespace accubooks::launch
