#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"
#include "base/ids.h"
#include "ledger/audit_event.h"
#include "ledger/entry.h"
#include "ledger/period.h"

namespace accubooks::ledger {

/// The one byte string of an entry, version 1: every stored column but the chain's own two hashes
/// and the number (which the chain binds), a late reason at the end and only where there is one.
/// Integers are 8 bytes big-endian, texts are prefixed by their length in 4 bytes, an absent value
/// is one zero byte and a present one is prefixed by 0x01, lists by their length. Golden vectors:
/// chain_test.cpp.
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

/// Books that were restored from a backup continue in a new epoch: a link of the chain between two
/// entries, so that whoever reads it sees at which number it began, and that entries which had
/// later numbers before may have been replaced. Epoch 1 is the books as they began and has no link.
struct Epoch {
    std::int32_t number = 2;
    base::EntryNumber after;      // the last entry that was restored; 0 when there was none
    base::Digest previous{};      // the chain's end before this link
    base::Instant restored_to{};  // the moment whose books were restored
    base::Instant restored_at{};
    /// The last number that the books had before they were restored; none where it wasn't known.
    std::optional<base::EntryNumber> replaced{};
    std::string reason;
};

/// An epoch as the chain has it: number ‖ after ‖ both times in microseconds ‖ replaced, or -1 ‖
/// SHA-256 of the reason, integers as 8 bytes big-endian. books.open_epoch computes the same.
std::string epoch_link(const Epoch& epoch);

/// An act on a period as the chain has it: number ‖ after ‖ first and last day in days since 1970 ‖
/// time in microseconds ‖ SHA-256 of act, of actor and of reason, integers as 8 bytes big-endian.
/// books.act_on_period computes the same.
std::string period_act_link(const PeriodAct& act);

/// What a link adds to the chain, and the next one's previous: SHA-256(previous ‖ link).
base::Digest link_hash(const base::Digest& previous, std::string_view link);
base::Digest epoch_hash(const base::Digest& previous, const Epoch& epoch);
base::Digest period_act_hash(const base::Digest& previous, const PeriodAct& act);

/// The hash of an event of a tenant's audit, which is a chain of its own: SHA-256(previous ‖ tenant
/// ‖ number ‖ time in microseconds ‖ SHA-256 of actor, peer, kind, act, object, before, after and
/// reason, of "" where there is none), integers as 8 bytes big-endian. books.record_audit computes
/// the same.
base::Digest audit_event_hash(
    const base::Digest& previous, base::TenantId tenant, const AuditEvent& event
);

/// Follows a tenant's audit from its first event, asking nobody but the events themselves.
class AuditChain {
public:
    explicit AuditChain(base::TenantId tenant) : tenant_{tenant} {}

    /// Whether the event is what was recorded, and the next. One that isn't leaves the chain where
    /// it says that it is, so that those behind it are judged by themselves.
    bool follows(const AuditEvent& event);

private:
    base::TenantId tenant_;
    std::int64_t number_ = 0;
    base::Digest head_{};  // genesis_hash()
};

/// Where every chain starts: 32 zero bytes.
base::Digest genesis_hash();

}  // namespace accubooks::ledger
