#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace accubooks::identity {

/// A name or label that people read: 1 to 200 characters of plain text. Errors:
/// `identity.bad_name`.
base::Result<void> check_name(std::string_view name);

/// The same refusal, at this field of the body.
base::Error at_field(base::Error error, std::string pointer);

/// The digits after the point of a tenant's base currency, `scale` where that is given. Errors:
/// `identity.unknown_currency`, `identity.bad_scale`.
base::Result<std::uint8_t> scale_of_base(
    const std::string& currency, std::optional<std::uint8_t> scale
);

}  // namespace accubooks::identity
