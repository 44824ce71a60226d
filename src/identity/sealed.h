#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/ids.h"

namespace accubooks::identity {

/// Bytes that are overwritten with zeros when they go. Moves, never copies.
class SecretBytes {
public:
    explicit SecretBytes(std::size_t size) : bytes_(size) {}
    explicit SecretBytes(std::vector<std::uint8_t> bytes) : bytes_{std::move(bytes)} {}
    SecretBytes(SecretBytes&& other) noexcept = default;
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes();

    std::span<std::uint8_t> span() { return bytes_; }
    std::span<const std::uint8_t> span() const { return bytes_; }
    std::size_t size() const { return bytes_.size(); }

private:
    std::vector<std::uint8_t> bytes_;
};

inline constexpr std::size_t kSealKeyBytes = 32;

/// Encrypts and authenticates (XChaCha20-Poly1305): the random nonce of 24 bytes, then the
/// ciphertext with its tag. `context` says whose secret this is and what for; it isn't part of the
/// result, and `unseal` refuses under any other, so that a sealed secret can't be moved to
/// somebody else's row.
std::vector<std::uint8_t> seal(
    std::span<const std::uint8_t, kSealKeyBytes> key,
    std::span<const std::uint8_t> secret,
    std::string_view context,
    const base::RandomBytes& random
);

/// None when `sealed` isn't what `seal` made with this key and context, to the bit.
std::optional<SecretBytes> unseal(
    std::span<const std::uint8_t, kSealKeyBytes> key,
    std::span<const std::uint8_t> sealed,
    std::string_view context
);

}  // namespace accubooks::identity
