#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"
#include "base/ids.h"
#include "base/task.h"
#include "pg/connection.h"

namespace accubooks::audit {

/// What kind of act: two words of lower-case letters and '_' with a point between them.
using Action = std::string_view;

/// Something that was done and stays known for ever.
struct Act {
    std::string actor;   // "user:UUID", "token:UUID", "cli:NAME", "system"
    std::string action;  // an Action, "launch.decision"
    std::string object;  // what it was done to, at most 500 bytes
    std::optional<base::Digest> object_digest{};
    std::string payload = "{}";  // canonical JSON, at most 1 MiB
};

/// Records an act in the caller's open transaction, on its connection as accubooks_ops: it becomes
/// a leaf of the log when that commits, and never was when it doesn't. Returns the name under which
/// Log::await_inclusion knows it. Throws pg::Failure, also for texts that a log can't hold.
base::Task<base::Uuid> record(
    pg::Connection& connection,
    Act act,
    base::Instant now,
    base::Deadline deadline,
    base::RandomBytes random = base::system_random()
);

}  // namespace accubooks::audit
