#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "ops/revision.h"

namespace accubooks::ops {

/// Who an instance is. The name stays over restarts; each start has a boot id of its own.
struct Identity {
    std::string instance;
    base::Uuid boot_id;
    std::string version{};
    std::string api_address{};
    std::string ops_address{};
    std::int64_t other_connections = 0;  // besides the tenants' pool
};

/// One start of the program as the database knows it.
struct Boot {
    Identity who;
    base::Instant started_at;
    base::Instant last_seen_at;
    bool is_live = false;  // seen within ten heartbeats, and didn't say goodbye
    bool has_ended = false;
    bool is_draining = false;
    bool is_replaced = false;  // a later boot has its name
};

/// What an instance said to a revision last.
enum class Outcome : std::uint8_t { accepted, refused, went_back };
std::string_view to_string(Outcome outcome);

struct Acknowledgement {
    std::int64_t revision = 0;
    base::Uuid boot_id;
    Outcome outcome = Outcome::accepted;
    std::string effective;  // JSON of the values it runs on
    std::string error{};    // why not, unless accepted
    base::Instant at{};
};

/// How a boot stands to a revision.
enum class Standing : std::uint8_t {
    accepted,
    refused,   // or went back from it
    waiting,   // live, and silent so far
    vanished,  // was expected, and isn't seen any more
    left,      // said goodbye instead
    missing,   // wasn't seen when the revision was made, never said goodbye, has no successor
};
std::string_view to_string(Standing standing);

struct Answer {
    Boot boot;
    Standing standing = Standing::waiting;
    std::optional<Acknowledgement> said{};
};

/// How far a revision is.
struct Progress {
    std::vector<Answer> answers;  // by instance

    /// Every instance that was live when it was made, and every one that came since, has accepted
    /// it or left.
    bool is_complete() const;
    /// It can't become complete: an instance refused it, or one vanished and all others are done.
    bool has_failed() const;
    bool has(Standing standing) const;
    std::size_t count(Standing standing) const;
};

/// Judges a revision by the boots that the database knows and what was said to it, newest last.
Progress progress_of(
    const Revision& revision,
    const std::vector<Boot>& boots,
    const std::vector<Acknowledgement>& said
);

/// The instances of one standing: "a (boot 0195…: why)".
std::string name(const Progress& progress, Standing standing);

}  // namespace accubooks::ops
