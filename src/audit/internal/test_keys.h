#pragma once

#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include "base/ed25519.h"

namespace accubooks::audit {

/// For tests: the bytes of hexadecimal digits.
inline std::string from_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t at = 0; at + 2 <= hex.size(); at += 2) {
        unsigned value = 0;
        std::from_chars(hex.data() + at, hex.data() + at + 2, value, 16);
        bytes.push_back(static_cast<char>(value));
    }
    return bytes;
}

inline base::SigningKey key_of_seed(std::string_view hex) {
    std::array<std::uint8_t, 32> seed{};
    std::ranges::copy(from_hex(hex), seed.begin());
    return base::SigningKey{seed};
}

/// For tests: the keys of TEST 1 and TEST 2 of RFC 8032, and any number of others.
inline base::SigningKey rfc_key_1() {
    return key_of_seed("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
}
inline base::SigningKey rfc_key_2() {
    return key_of_seed("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
}
inline base::SigningKey test_key(std::uint8_t number) {
    std::array<std::uint8_t, 32> seed{};
    seed.fill(number);
    return base::SigningKey{seed};
}

}  // namespace accubooks::audit
