#include "base/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/error.h"

namespace accubooks::base {

std::array<std::uint8_t, 20> hmac_sha1(
    std::span<const std::uint8_t> key, std::string_view message
) {
    std::array<std::uint8_t, 20> code{};
    unsigned size = 0;
    const bool done = HMAC(
                          EVP_sha1(),
                          key.data(),
                          static_cast<int>(key.size()),
                          reinterpret_cast<const unsigned char*>(message.data()),
                          message.size(),
                          code.data(),
                          &size
                      ) != nullptr;
    ensure(done && size == code.size(), "OpenSSL always has SHA-1, of 20 bytes");
    return code;
}

}  // namespace accubooks::base
