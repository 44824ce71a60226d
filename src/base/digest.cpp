#include "base/digest.h"

#include <openssl/evp.h>

namespace accubooks::base {

struct Sha256::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    bool finished = false;

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_{std::make_unique<State>()} {
    const bool ready = state_->context != nullptr &&
                       EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) == 1;
    ensure(ready, "OpenSSL always has SHA-256");
}

Sha256::~Sha256() = default;

Sha256& Sha256::update(std::string_view bytes) {
    ensure(!state_->finished, "a finished digest takes no more bytes");
    ensure(
        EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1,
        "hashing memory can't fail"
    );
    return *this;
}

Digest Sha256::finish() {
    ensure(!state_->finished, "a digest is finished once");
    state_->finished = true;
    Digest digest{};
    unsigned size = 0;
    const bool done = EVP_DigestFinal_ex(state_->context, digest.data(), &size) == 1;
    ensure(done && size == digest.size(), "a SHA-256 value has 32 bytes");
    return digest;
}

Digest sha256(std::string_view bytes) {
    Digest digest{};
    unsigned size = 0;
    const bool done =
        EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1;
    ensure(done && size == digest.size(), "OpenSSL always has SHA-256, of 32 bytes");
    return digest;
}

Digest sha256(std::span<const std::uint8_t> bytes) {
    return sha256(std::string_view{reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text.push_back(kDigits[byte >> 4U]);
        text.push_back(kDigits[byte & 15U]);
    }
    return text;
}

Result<Digest> digest_from_hex(std::string_view text) {
    const auto value_of = [](char c) -> int {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        if (c >= 'a' && c <= 'f') {
            return c - 'a' + 10;
        }
        if (c >= 'A' && c <= 'F') {
            return c - 'A' + 10;
        }
        return -1;
    };
    Digest digest{};
    bool good = text.size() == digest.size() * 2;
    for (std::size_t i = 0; good && i < digest.size(); ++i) {
        const int high = value_of(text[2 * i]);
        const int low = value_of(text[2 * i + 1]);
        good = high >= 0 && low >= 0;
        digest[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    if (!good) {
        return refuse(
            ErrorKind::invalid, "base.bad_digest", "A digest is written as 64 hexadecimal digits."
        );
    }
    return digest;
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
    if (left.size() != right.size()) {
        return false;
    }
    // volatile: the compiler may not see that the first difference already decides.
    volatile unsigned char difference = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        difference = static_cast<unsigned char>(
            difference |
            (static_cast<unsigned char>(left[i]) ^ static_cast<unsigned char>(right[i]))
        );
    }
    return difference == 0;
}

}  // namespace accubooks::base
