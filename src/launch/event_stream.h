#pragma once

#include <set>
#include <string>
#include <string_view>

#include "audit/log_reader.h"
#include "launch/role_name.h"

namespace accubooks::launch {

// Server-sent events of the launch: the leaves of the audit log as they come, numbered as they are
// there, so that a client that lost its connection goes on behind the last one that it has.

/// Whether somebody with these roles hears of such an act: everybody in the launch of changes,
/// executions and incidents; of people's roles and keys, and of the log itself, those who answer
/// for the launch.
bool may_hear(const std::set<RoleName>& roles, std::string_view action);

/// "id: 41\nevent: launch.decision\ndata: {…}\n\n". Expects a leaf that can be read.
std::string to_frame(const audit::LoggedAct& act);

}  // namespace accubooks::launch
