#pragma once

#include <optional>
#include <string_view>

#include "net/http.h"

namespace accubooks::net {

/// Longest idempotency key, in visible ASCII characters. Keys that the program makes for itself
/// contain a control character, so that no caller's key can meet them.
inline constexpr std::size_t kIdempotencyKeyMax = 200;

/// The header's value. Sent twice it reads as "", which is no key: which one is meant can't be
/// told.
std::optional<std::string_view> idempotency_key_of(const Request& request);

/// Whether `text` can be a caller's key.
bool is_idempotency_key(std::string_view text);

/// Says that the answer is the first one again.
Response replayed(Response response);

}  // namespace accubooks::net
