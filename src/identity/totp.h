#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace accubooks::identity {

/// One-time codes by time (RFC 6238) as authenticator apps make them: HMAC-SHA-1, 6 digits, 30
/// seconds.
inline constexpr std::chrono::seconds kTotpStep{30};
inline constexpr std::size_t kTotpDigits = 6;
inline constexpr std::size_t kTotpSecretBytes = 20;  // as long as the hash (RFC 4226 §4)

/// The number of the step that `at` falls into, from 1970 on.
std::int64_t totp_step_of(base::Instant at);

/// The value of RFC 4226 §5.3 before it is cut to digits: 31 bits.
std::uint32_t hotp_value(std::span<const std::uint8_t> secret, std::int64_t counter);

/// "081804".
std::string totp_code(std::span<const std::uint8_t> secret, std::int64_t step);

/// The step that `code` is of: the present one, the one before or the one behind, as long as it is
/// later than `last_step`, the newest that was accepted from this person; none for a wrong or used
/// code.
std::optional<std::int64_t> accepted_step(
    std::span<const std::uint8_t> secret,
    std::string_view code,
    base::Instant now,
    std::int64_t last_step
);

/// Base32 without padding (RFC 4648 §6), as apps take a secret that is typed.
std::string to_base32(std::span<const std::uint8_t> bytes);

/// What a QR code for an authenticator app says: "otpauth://totp/AccuBooks:ann%40example.com?…".
std::string otpauth_uri(std::string_view account, std::span<const std::uint8_t> secret);

}  // namespace accubooks::identity
