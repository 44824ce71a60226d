#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace accubooks::base {

/// A SHA-256 value (FIPS 180-4).
using Digest = std::array<std::uint8_t, 32>;

/// SHA-256 of a byte string.
Digest sha256(std::string_view bytes);
Digest sha256(std::span<const std::uint8_t> bytes);

/// SHA-256 over several pieces, for what isn't one buffer. Not copyable; `finish` may be called
/// once.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    Sha256& update(std::string_view bytes);
    Digest finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Lower-case hexadecimal.
std::string to_hex(std::span<const std::uint8_t> bytes);

/// Reads exactly 64 hexadecimal digits. Errors: `base.bad_digest`.
Result<Digest> digest_from_hex(std::string_view text);

/// Whether both are the same, in time that depends on the lengths alone.
bool equal_in_constant_time(std::string_view left, std::string_view right);

}  // namespace accubooks::base
