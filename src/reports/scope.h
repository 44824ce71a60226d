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
/// revenue and expenses over to retained earnings. The reversal of one has the tag too. Source:
/// docs/accounting.md, "Reports".
enum class Closing : std::uint8_t { exclude, include };

/// Which entries of the books a report is made from.
struct Scope {
    ledger::Tags tags{};  // those that have all of them; none: every entry
    Closing closing = Closing::exclude;
    /// The books as they stood with this entry as their last; none: as they stand.
    std::optional<base::EntryNumber> known_at{};
};

/// Reads "project=atlas"; what stands behind the first '=' is the value. None when the text isn't
/// a name, a '=' and a value, which may be empty.
std::optional<ledger::Tags::value_type> parse_tag(std::string_view text);

/// What a heading says of it: "without closing entries, with project=atlas". Not fit for a
/// terminal, if the tags aren't.
std::string to_string(const Scope& scope);
/// Members `closing` and `tags`.
void write_scope(base::JsonWriter& json, const Scope& scope);

/// The tags as a JSON object that an entry's contain; none when there are none.
std::optional<std::string> tags_json(const Scope& scope);

}  // namespace accubooks::reports
