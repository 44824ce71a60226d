#include "identity/sealed.h"

#include <sodium.h>

#include "base/ed25519.h"
#include "base/error.h"

namespace accubooks::identity {

namespace {

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kSealKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
        base::wipe(bytes_);
        bytes_ = std::move(other.bytes_);
    }
    return *this;
}

SecretBytes::~SecretBytes() {
    base::wipe(bytes_);
}

std::vector<std::uint8_t> seal(
    std::span<const std::uint8_t, kSealKeyBytes> key,
    std::span<const std::uint8_t> secret,
    std::string_view context,
    const base::RandomBytes& random
) {
    std::vector<std::uint8_t> sealed(kNonceBytes + secret.size() + kTagBytes);
    random(std::span{sealed}.first(kNonceBytes));
    unsigned long long size = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        sealed.data() + kNonceBytes,
        &size,
        secret.data(),
        secret.size(),
        bytes_of(context),
        context.size(),
        nullptr,
        sealed.data(),
        key.data()
    );
    base::ensure(size == secret.size() + kTagBytes, "a tag is all that sealing adds");
    return sealed;
}

std::optional<SecretBytes> unseal(
    std::span<const std::uint8_t, kSealKeyBytes> key,
    std::span<const std::uint8_t> sealed,
    std::string_view context
) {
    if (sealed.size() < kNonceBytes + kTagBytes) {
        return std::nullopt;
    }
    SecretBytes secret{sealed.size() - kNonceBytes - kTagBytes};
    unsigned long long size = 0;
    const bool is_good = crypto_aead_xchacha20poly1305_ietf_decrypt(
                             secret.span().data(),
                             &size,
                             nullptr,
                             sealed.data() + kNonceBytes,
                             sealed.size() - kNonceBytes,
                             bytes_of(context),
                             context.size(),
                             sealed.data(),
                             key.data()
                         ) == 0;
    return is_good ? std::optional{std::move(secret)} : std::nullopt;
}

}  // namespace accubooks::identity
