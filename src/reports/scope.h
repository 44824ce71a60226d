#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/json_writer.h"
#include "ledger/entry.h"

namespace accubooks::reports {

/// What a report does with closing entries, those with the tag `closing`, which carry a year's
/// revenue and expenses over to retained earnings. The reversal of one has the tag too. What was
/// closed before a report's first day is closed for it either way. Source: docs/accounting.md,
/// "Reports".
enum class Closing : std::uint8_t { exclude, include };

/// Which entries of the books a report is made from.
struct Scope {
    ledger::Tags tags{};  // those that have all of them; none: every entry
    Closing closing = Closing::exclude;
    /// The books as they stood with this entry as their last; none: as they stand.
    std::optional<base::EntryNumber> known_at{};
};

/// What a heading says of it: "without closing entries, with project=atlas". Not fit for a
/// terminal, if the tags aren't.
std::string to_string(const Scope& scope);
/// Members `closing` and `tags`.
void write_scope(base::JsonWriter& json, const Scope& scope);

}  // namespace accubooks::reports
