#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/http.h"

namespace accubooks::ledger {

/// `http.bad_parameter`: the query parameter is something else than `what`.
std::unexpected<base::Error> bad_parameter(std::string_view name, std::string_view what);

/// A text that a list is searched for: 1 to 200 characters of plain text. Errors:
/// `http.bad_parameter`.
base::Result<std::optional<std::string>> query_words(
    const net::Request& request, std::string_view name
);

}  // namespace accubooks::ledger
