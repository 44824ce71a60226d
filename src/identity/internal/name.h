#pragma once

#include <string_view>

#include "base/error.h"

namespace accubooks::identity {

/// A name or label that people read: 1 to 200 characters of plain text. Errors:
/// `identity.bad_name`.
base::Result<void> check_name(std::string_view name);

}  // namespace accubooks::identity
