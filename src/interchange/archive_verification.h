#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <string>

#include "base/error.h"
#include "interchange/archive.h"
#include "ledger/verification.h"

namespace accubooks::interchange {

struct ArchiveVerification {
    ArchiveHead head{};
    ledger::Verification books{};
};

/// Proves an archive by itself, as `ledger::verify` proves the books in the database: hashes
/// recomputed from what is written, the chain with its epochs up to the head, numbers without gaps,
/// entries that balance, balances by account, commodity and month, accounts that are there; and by
/// kind, that the records are those that were written. Whoever changes an archive on purpose can
/// compute all of it anew: what binds it is the head, which the audit log has signed. Memory is
/// bounded by accounts and balances. Errors: `interchange.bad_archive` for what can't be read.
base::Result<ArchiveVerification> verify_archive(
    std::istream& in,
    const std::string& name,
    const std::function<void(std::uint64_t done, std::uint64_t of)>& on_progress
);

}  // namespace accubooks::interchange
