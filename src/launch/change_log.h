#pragma once

#include <array>
#include <string>
#include <vector>

#include "audit/act.h"
#include "audit/bundle_verifier.h"
#include "base/task.h"
#include "launch/change.h"
#include "launch/change_store.h"
#include "pg/connection.h"

namespace accubooks::launch {

inline constexpr audit::Action kSubmitted{"launch.submitted"};
inline constexpr audit::Action kStarted{"launch.started"};
inline constexpr audit::Action kEnded{"launch.ended"};
inline constexpr audit::Action kReported{"launch.reported"};
/// What the acts of a revision are about, "CHG-0001/rev/2".
std::string revision_object(std::int64_t change, std::int64_t revision);

/// Acts of a change that are gates: after each the heads of all ledgers are anchored
/// (ledger/anchor.h).
inline constexpr std::array kGates{kSubmitted, audit::kDecision, kStarted, kEnded, kReported};

/// Records that `event` happened to `change`, in the caller's transaction (begin_for), and moves
/// the change on: the event's row, its act in the audit log, and who is to be told of it, all or
/// nothing. `envelope` are the signed bytes of a decision. Returns the act's name in the audit log.
/// The only way by which a change changes.
base::Task<base::Uuid> append(
    pg::Connection& connection,
    Change& change,
    Event event,
    std::string actor,
    std::string envelope,
    base::Deadline deadline
);

}  // namespace accubooks::launch
