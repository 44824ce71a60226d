#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace accubooks::identity {

/// Makes a file that only its owner can read, with `text` in it, on disk before the return. A file
/// that is there already stays as it is. Errors: `identity.file_exists`, `identity.cannot_write`.
base::Result<void> make_secret_file(const std::filesystem::path& file, std::string_view text);

/// The whole of a file that nobody but its owner can read. Errors: `identity.no_file` when it isn't
/// there or can't be read, `identity.exposed_file` when others can read it, `identity.bad_file`
/// when it is longer than `bytes_max`.
base::Result<std::string> read_secret_file(
    const std::filesystem::path& file, std::size_t bytes_max
);

}  // namespace accubooks::identity
