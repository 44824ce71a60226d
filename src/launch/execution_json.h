#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "launch/execution_log.h"

namespace accubooks::launch {

/// An execution as lists show it, and as every write about it answers.
void write_execution(base::JsonWriter& json, const Attempt& attempt);
std::string execution_json(const Attempt& attempt);
/// In a list, one that can't be read, and why.
void write_unreadable(base::JsonWriter& json, const ExecutionRow& row, std::string_view why);

/// The same with its whole history, under "events".
std::string history_json(const Attempt& attempt);

}  // namespace accubooks::launch
