#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace accubooks::app {

/// A secret's one line: from `file`, or from standard input ("-", or none when it isn't a
/// terminal), or typed at a prompt without echo. Secrets never come as arguments, where every
/// process could read them. Errors: `app.unreadable_secret`.
base::Result<std::string> read_secret(
    std::string_view what, const std::optional<std::string>& file
);

}  // namespace accubooks::app
