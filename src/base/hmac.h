#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace accubooks::base {

/// HMAC (RFC 2104) with SHA-1, which one-time codes are made with (RFC 6238) and nothing else.
std::array<std::uint8_t, 20> hmac_sha1(std::span<const std::uint8_t> key, std::string_view message);

}  // namespace accubooks::base
