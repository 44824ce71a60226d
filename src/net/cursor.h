#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/http.h"

namespace accubooks::net {

/// The `cursor` parameter of a list sorted by a text, as `to_text_cursor` made it: where the last
/// page ended. Errors: `http.bad_parameter`.
base::Result<std::optional<std::string>> text_cursor(const Request& request);

/// A cursor that a URL carries unescaped, whatever the text.
std::string to_text_cursor(std::string_view last);

}  // namespace accubooks::net
