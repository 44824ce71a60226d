#include "base/base64.h"

#include <sodium.h>

namespace accubooks::base {

std::string to_base64(std::span<const std::uint8_t> bytes) {
    std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(
        text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_ORIGINAL
    );
    text.pop_back();  // libsodium ends it with a zero
    return text;
}

std::string to_base64(std::string_view bytes) {
    return to_base64(std::span{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

Result<std::string> from_base64(std::string_view text) {
    std::string bytes(text.size() / 4 * 3, '\0');
    std::size_t size = 0;
    const bool good = text.size() % 4 == 0 && sodium_base642bin(
                                                  reinterpret_cast<unsigned char*>(bytes.data()),
                                                  bytes.size(),
                                                  text.data(),
                                                  text.size(),
                                                  nullptr,
                                                  &size,
                                                  nullptr,
                                                  sodium_base64_VARIANT_ORIGINAL
                                              ) == 0;
    bytes.resize(size);
    // libsodium takes some bytes above 0x7F for letters, so what it read is written again.
    if (!good || to_base64(bytes) != text) {
        return refuse(
            ErrorKind::invalid,
            "base.bad_base64",
            "Expected base64 with its padding and without line breaks."
        );
    }
    return bytes;
}

}  // namespace accubooks::base
