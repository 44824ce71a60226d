#pragma once

#include <expected>

#include "base/error.h"

namespace accubooks::identity {

/// `identity.bad_code`.
std::unexpected<base::Error> bad_code();
/// `identity.no_second_factor`.
std::unexpected<base::Error> no_second_factor();
/// `identity.secret_key_unavailable`, with what SecretKey said.
std::unexpected<base::Error> secret_key_unavailable(const base::Error& error);

}  // namespace accubooks::identity
