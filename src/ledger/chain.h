#pragma once

#include <string>

#include "base/digest.h"
#include "base/ids.h"
#include "ledger/entry.h"

namespace accubooks::ledger {

/// The one byte string of an entry, version 1: every stored column but the chain's own two hashes
/// and the number (which the chain binds). Integers are 8 bytes big-endian, texts are prefixed by
/// their length in 4 bytes, an absent value is one zero byte and a present one is prefixed by 0x01,
/// lists by their length. Golden vectors: chain_test.cpp.
struct EntryRecord {
    base::TenantId tenant;
    const Entry* entry = nullptr;
    std::string_view posted_by;
    base::Instant posted_at;
    std::string_view idempotency_key;
    base::Digest request_hash{};
};

std::string canonical_bytes(const EntryRecord& record);

/// SHA-256 of the canonical bytes.
base::Digest entry_hash(const EntryRecord& record);

/// What an entry adds to its tenant's chain: SHA-256(previous ‖ number as 8 bytes big-endian ‖
/// entry hash). The first entry's previous is `genesis_hash`.
base::Digest chain_hash(
    const base::Digest& previous, base::EntryNumber number, const base::Digest& entry
);

/// Where every chain starts: 32 zero bytes.
base::Digest genesis_hash();

}  // namespace accubooks::ledger
