#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/ids.h"
#include "base/task.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {

/// All from which somebody else recomputes an entry's place in its tenant's chain (chain.h):
/// `previous`, then `link_hash` over each of `links`, then `chain_hash` with the SHA-256 of
/// `canonical` must give `hash`. As stored: what was changed afterwards doesn't.
struct EntryProof {
    base::EntryNumber number;
    base::Digest previous{};           // of the entry before; zeros before the first
    std::vector<std::string> links{};  // epochs and acts on periods between that entry and this one
    std::string canonical;             // the entry's bytes
    base::Digest hash{};
    std::optional<base::EntryNumber> next{};  // the entry after it, whose proof continues this one
};

/// None where there is no such entry.
base::Task<std::optional<EntryProof>> prove_entry(
    pg::TenantTransaction& transaction, base::EntryNumber number
);

}  // namespace accubooks::ledger
