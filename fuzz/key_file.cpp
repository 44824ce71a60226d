// A key file from somebody's machine: whatever the text, it is refused or read, and what is read is
// written as a file that is read as the same.
#include "identity/key_file.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using accubooks::identity::KeyFile;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the fuzzer's bytes are a text
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    // Opening it is left out: each guess costs half a second by design.
    if (const auto file = KeyFile::parse(text)) {
        const auto again = KeyFile::parse(file->to_json());
        if (!again || again->to_json() != file->to_json() ||
            again->public_key() != file->public_key()) {
            std::abort();
        }
    }
    return 0;
}
