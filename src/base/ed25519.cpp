#include "base/ed25519.h"

#include <algorithm>

#include <sodium.h>

#include "base/error.h"

namespace accubooks::base {
namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

void wipe(std::span<std::uint8_t> secret) {
    sodium_memzero(secret.data(), secret.size());
}

SigningKey::SigningKey(std::span<const std::uint8_t, 32> seed) {
    static_assert(sizeof(seed_and_public_key_) == crypto_sign_SECRETKEYBYTES);
    PublicKey again;  // libsodium gives it by itself as well
    const int made =
        crypto_sign_seed_keypair(again.bytes.data(), seed_and_public_key_.data(), seed.data());
    ensure(made == 0, "every seed is a key");
}

SigningKey SigningKey::generate(const RandomBytes& random) {
    std::array<std::uint8_t, 32> seed{};
    random(seed);
    SigningKey key{seed};
    wipe(seed);
    return key;
}

SigningKey::SigningKey(SigningKey&& other) noexcept
    : seed_and_public_key_{other.seed_and_public_key_} {
    wipe(other.seed_and_public_key_);
}

SigningKey& SigningKey::operator=(SigningKey&& other) noexcept {
    if (this != &other) {
        seed_and_public_key_ = other.seed_and_public_key_;
        wipe(other.seed_and_public_key_);
    }
    return *this;
}

SigningKey::~SigningKey() {
    wipe(seed_and_public_key_);
}

Signature SigningKey::sign(std::string_view message) const {
    ensure(
        std::ranges::any_of(seed_and_public_key_, [](std::uint8_t byte) { return byte != 0; }),
        "a key that was moved away signs nothing"
    );
    Signature signature;
    const int made = crypto_sign_detached(
        signature.bytes.data(),
        nullptr,
        bytes_of(message),
        message.size(),
        seed_and_public_key_.data()
    );
    ensure(made == 0, "signing memory can't fail");
    return signature;
}

PublicKey SigningKey::public_key() const {
    PublicKey key;
    std::ranges::copy(std::span{seed_and_public_key_}.last<32>(), key.bytes.begin());
    return key;
}

std::span<const std::uint8_t, 32> SigningKey::seed() const {
    return std::span{seed_and_public_key_}.first<32>();
}

bool verify(const PublicKey& key, std::string_view message, const Signature& signature) {
    return crypto_sign_verify_detached(
               signature.bytes.data(), bytes_of(message), message.size(), key.bytes.data()
           ) == 0;
}

}  // namespace accubooks::base
