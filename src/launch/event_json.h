#pragma once

#include <string>
#include <string_view>

#include "launch/change.h"

namespace accubooks::launch {

/// What an event says besides its change and time, for the table: one JSON object.
std::string to_json(const Happening& what);

/// Reads what to_json wrote for an event of that kind (name_of). A row that isn't so breaks the
/// table's promise and stops the process.
Happening happening_of(std::string_view kind, std::int64_t revision, std::string_view detail);

}  // namespace accubooks::launch
