#include "identity/totp.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/hmac.h"

namespace accubooks::identity {

namespace {

constexpr std::uint32_t kModulus = 1'000'000;  // ten to the power of kTotpDigits
constexpr std::int64_t kSkew = 1;              // steps that a person's clock may be off

/// Everything but letters, digits and "-._~" as %XX (RFC 3986 §2.1).
std::string percent_encoded(std::string_view text) {
    std::string encoded;
    for (const char c : text) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || std::string_view{"-._~"}.contains(c);
        encoded +=
            is_plain ? std::string(1, c)
                     : fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
    return encoded;
}

}  // namespace

std::int64_t totp_step_of(base::Instant at) {
    const std::chrono::microseconds since{at.unix_micros()};
    return std::chrono::floor<std::chrono::seconds>(since) / kTotpStep;
}

std::uint32_t hotp_value(std::span<const std::uint8_t> secret, std::int64_t counter) {
    std::array<char, 8> message{};
    for (std::size_t i = 0; i < message.size(); ++i) {
        message.at(i) = static_cast<char>(static_cast<std::uint64_t>(counter) >> (56 - 8 * i));
    }
    const auto hash = base::hmac_sha1(secret, {message.data(), message.size()});
    const std::size_t at = hash.back() & 0x0FU;
    return (std::uint32_t{hash.at(at)} & 0x7FU) << 24U | std::uint32_t{hash.at(at + 1)} << 16U |
           std::uint32_t{hash.at(at + 2)} << 8U | std::uint32_t{hash.at(at + 3)};
}

std::string totp_code(std::span<const std::uint8_t> secret, std::int64_t step) {
    return fmt::format("{:0{}}", hotp_value(secret, step) % kModulus, kTotpDigits);
}

std::optional<std::int64_t> accepted_step(
    std::span<const std::uint8_t> secret,
    std::string_view code,
    base::Instant now,
    std::int64_t last_step
) {
    const std::int64_t present = totp_step_of(now);
    std::optional<std::int64_t> found;
    for (std::int64_t step = present - kSkew; step <= present + kSkew; ++step) {
        // All three are computed whatever the first gave, so that time tells nothing.
        const bool is_same = base::equal_in_constant_time(totp_code(secret, step), code);
        if (is_same && step > last_step && !found) {
            found = step;
        }
    }
    return found;
}

std::string to_base32(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string text;
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (const std::uint8_t byte : bytes) {
        held = held << 8U | byte;
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            text += kAlphabet[held >> bits & 31U];
        }
        held &= (1U << bits) - 1;
    }
    if (bits > 0) {
        text += kAlphabet[held << (5 - bits) & 31U];
    }
    return text;
}

std::string otpauth_uri(std::string_view account, std::span<const std::uint8_t> secret) {
    return fmt::format(
        "otpauth://totp/AccuBooks:{}?secret={}&issuer=AccuBooks&algorithm=SHA1&digits={}&period={}",
        percent_encoded(account),
        to_base32(secret),
        kTotpDigits,
        kTotpStep.count()
    );
}

}  // namespace accubooks::identity
