#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/ids.h"

namespace accubooks::base {

/// Ed25519 (RFC 8032 §5.1, without context or prehash) over libsodium. Keys and signatures are the
/// raw bytes of the standard, so that what WebCrypto exports ("raw") and signs verifies here.

/// A public key. Any 32 bytes can be held; `verify` refuses those that aren't a good key.
struct PublicKey {
    std::array<std::uint8_t, 32> bytes{};

    friend auto operator<=>(const PublicKey&, const PublicKey&) = default;
};

struct Signature {
    std::array<std::uint8_t, 64> bytes{};

    friend auto operator<=>(const Signature&, const Signature&) = default;
};

/// A private key: its 32-byte seed and what RFC 8032 derives from it. Moves, never copies, and is
/// overwritten with zeros when it goes; wipe what the seed came from yourself (`wipe`).
class SigningKey {
public:
    /// The key of a seed that was stored.
    explicit SigningKey(std::span<const std::uint8_t, 32> seed);
    /// A new key.
    static SigningKey generate(const RandomBytes& random);

    SigningKey(SigningKey&& other) noexcept;
    SigningKey& operator=(SigningKey&& other) noexcept;
    SigningKey(const SigningKey&) = delete;
    SigningKey& operator=(const SigningKey&) = delete;
    ~SigningKey();

    /// Deterministic: the same message gives the same signature.
    Signature sign(std::string_view message) const;

    PublicKey public_key() const;
    /// What to store, encrypted or in a file that only its owner reads. Valid as long as the key.
    std::span<const std::uint8_t, 32> seed() const;

private:
    std::array<std::uint8_t, 64> seed_and_public_key_{};  // libsodium's order
};

/// Whether `signature` is `key`'s over exactly these bytes. As strict as libsodium: it also refuses
/// a non-canonical scalar or key and every point of small order, in the key as in the signature, so
/// that no second signature can be made from a good one and no key signs everything.
bool verify(const PublicKey& key, std::string_view message, const Signature& signature);

/// Overwrites secret bytes with zeros; the compiler may not leave it out.
void wipe(std::span<std::uint8_t> secret);

}  // namespace accubooks::base
