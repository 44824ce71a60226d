#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace accubooks::net {

/// A message that nobody sends, as a file of its owner alone that is whole or not there. Its path.
/// The folder is made. Errors: `delivery.failed`.
base::Result<std::string> put_in_outbox(
    const std::filesystem::path& folder, std::string_view name, std::string_view text
);

}  // namespace accubooks::net
