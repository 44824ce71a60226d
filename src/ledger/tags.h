#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "ledger/entry.h"
#include "net/http.h"

namespace accubooks::ledger {

/// Reads "project=atlas"; what stands behind the first '=' is the value. None when the text isn't
/// a name, a '=' and a value, which may be empty.
std::optional<Tags::value_type> parse_tag(std::string_view text);

/// The query's parameters `tag`, which may come again and again. Errors: `http.bad_parameter`.
base::Result<Tags> tags_of(const net::Request& request);

/// The tags as a JSON object, as an entry has them and as one that has them all contains; none when
/// there are none.
std::optional<std::string> tags_json(const Tags& tags);

}  // namespace accubooks::ledger
