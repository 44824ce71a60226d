#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "pg/internal/process.h"

namespace accubooks::pg {

/// Why a file or folder couldn't be used, as one sentence: `cluster.disk_full` or
/// `cluster.not_writable`.
base::Error file_error(std::string_view act, const std::filesystem::path& path, int error);

/// Makes the folder (not those above it) with mode 0700 for `account`, or checks that it is so
/// already: a folder that another account owns or may enter is refused, `cluster.not_writable`.
base::Result<void> make_private_folder(const std::filesystem::path& path, const Account& account);

/// Replaces the file's content in one step, mode 0600, owned by `account`.
base::Result<void> write_file(
    const std::filesystem::path& path, std::string_view text, const Account& account
);

}  // namespace accubooks::pg
