#pragma once

#include <cstddef>

#include "base/error.h"

namespace accubooks::net {

/// The refusal of a body of more than `most` bytes.
std::unexpected<base::Error> body_too_large(std::size_t most);

}  // namespace accubooks::net
