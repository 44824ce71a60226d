#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/ids.h"
#include "ops/setting.h"

namespace accubooks::ops {

/// Why a revision was made.
enum class Origin : std::uint8_t {
    seed,      // the first one: environment, file and defaults
    set,       // somebody changed values
    file,      // somebody had the file read again
    rollback,  // somebody brought an earlier revision's values back
    revert,    // an instance refused the one before
    expiry,    // nobody confirmed the one before in time
};
std::string_view to_string(Origin origin);

/// The values of all live settings from a moment on. Revisions are numbered without gaps, and each
/// digest covers the one before: none can be changed, added or lost unnoticed.
struct Revision {
    std::int64_t number = 0;
    std::string settings;  // canonical JSON, as it was hashed
    Origin origin = Origin::set;
    std::optional<std::int64_t> restores{};  // the revision whose values these are again
    std::string author;
    std::string reason;
    std::optional<std::chrono::milliseconds> confirm_within{};  // else it holds from the start
    std::vector<base::Uuid> expected{};  // boots that were live when it was made
    base::Instant created_at;
    base::Digest digest{};
};

/// The digest that a revision must have behind one with digest `before` (zeros before the first).
/// The database computes the same (db/functions/platform.append_revision.sql).
base::Digest digest_of(const Revision& revision, const base::Digest& before);

/// A revision's values; a setting that came with a later program has its default. Errors:
/// `settings.unknown_key` for one of a newer program, `settings.bad_value`,
/// `settings.contradiction`.
base::Result<Values> values_of(const Revision& revision);

/// How a revision that awaits confirmation stands.
struct Lease {
    std::chrono::milliseconds left{};  // at the time of the look; not positive: it is over
    std::int32_t renewals = 0;
};

/// What one look at the database shows.
struct Sight {
    Revision newest;
    std::optional<Lease> lease{};  // of `newest`, while it awaits confirmation
    Revision confirmed;            // the newest that doesn't; `newest` itself without a lease
};

/// What somebody wants.
struct Proposal {
    Values values;  // those that change, or all
    Origin origin = Origin::set;
    std::optional<std::int64_t> restores{};  // for a rollback
    std::string author;
    std::string reason;
    std::optional<std::chrono::milliseconds> confirm_within{};
    /// The revision that the proposal was made on; none: whatever is newest.
    std::optional<std::int64_t> parent{};
    /// The approved execution that makes it, by whose name governed settings change
    /// (ops/governance.h); none: they don't.
    std::optional<std::string> execution{};
};

/// The values that a proposal leads to, if it may become the next revision; equal to the present
/// ones when there is nothing to do. Capacity is another question (ops/capacity.h). Errors:
/// `settings.needs_restart` for a setting that can't change live, `settings.unknown_key`,
/// `settings.bad_value`, `settings.contradiction`, `settings.another_came_first`,
/// `settings.awaits_confirmation` when the newest does, except for a rollback and for the next step
/// of the execution that made it,
/// `settings.bad_reason`, `settings.bad_lease`.
base::Result<Values> decide(const Sight& now, const Proposal& proposal);

}  // namespace accubooks::ops
