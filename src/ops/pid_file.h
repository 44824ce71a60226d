#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <sys/types.h>

#include "base/error.h"

namespace accubooks::ops {

/// The file by which commands find a program that serves: its pid, and what came of the last
/// attempt to restart it. Replaced as a whole, so that a reader sees one state.
struct PidFile {
    pid_t pid = 0;
    /// Why the last restart failed; empty when none did since this process serves.
    std::string failure{};

    friend bool operator==(const PidFile&, const PidFile&) = default;

    /// None when there is no such file, or it says something else.
    static std::optional<PidFile> read(const std::filesystem::path& path);
    /// Errors: `handover.pid_file`.
    base::Result<void> write(const std::filesystem::path& path) const;
    /// Removes the file if it is still that of `pid`: a successor's stays.
    static void remove(const std::filesystem::path& path, pid_t pid);
};

}  // namespace accubooks::ops
