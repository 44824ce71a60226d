#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"

namespace accubooks::audit {

/// Random bytes that stand before a payload when its digest is taken, so that a payload that was
/// removed from the log can't be guessed from what is left.
using Salt = std::array<std::uint8_t, 32>;

/// SHA-256(salt ‖ payload).
base::Digest payload_digest(const Salt& salt, std::string_view payload);

/// One entry of a log: who did what to which thing. Its payload lies beside the log and may be
/// taken away one day; the entry stays.
struct Leaf {
    std::int64_t seq = 0;  // its number in the log, from 0
    base::Instant time;    // when the act was recorded
    std::string actor;     // "user:UUID", "token:UUID", "system"
    std::string action;    // "launch.decision"
    std::string object;    // "phase1/rev/3"
    std::optional<base::Digest> object_digest{};
    base::Digest prev_leaf{};  // the leaf hash before, zeros at first; for readers, proves nothing
    base::Digest payload_sha256{};

    /// Errors: `audit.bad_leaf`, also for bytes that aren't canonical JSON: an entry has one form.
    static base::Result<Leaf> parse(std::string_view entry);

    friend bool operator==(const Leaf&, const Leaf&) = default;
};

/// The entry whose leaf hash the tree holds: canonical JSON.
std::string to_entry(const Leaf& leaf);

}  // namespace accubooks::audit
