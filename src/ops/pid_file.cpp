#include "ops/pid_file.h"

#include <fstream>
#include <system_error>

#include <fmt/format.h>

namespace accubooks::ops {

namespace fs = std::filesystem;

std::optional<PidFile> PidFile::read(const fs::path& path) {
    std::ifstream file{path};
    PidFile found;
    if (!(file >> found.pid) || found.pid <= 1) {
        return std::nullopt;
    }
    file.ignore();
    std::getline(file, found.failure);
    return found;
}

base::Result<void> PidFile::write(const fs::path& path) const {
    fs::path fresh = path;
    fresh += fmt::format(".{}", pid);
    std::ofstream file{fresh, std::ios::trunc};
    file << pid << '\n';
    if (!failure.empty()) {
        file << failure << '\n';
    }
    file.close();
    std::error_code error;
    fs::rename(fresh, path, error);
    if (!file || error) {
        return base::refuse(
            base::ErrorKind::invalid,
            "handover.pid_file",
            fmt::format(
                "The file {} can't be written; name a writable one with --pid-file.", path.string()
            )
        );
    }
    return {};
}

void PidFile::remove(const fs::path& path, pid_t pid) {
    if (const auto found = read(path); found && found->pid == pid) {
        std::error_code ignored;  // a leftover names a process that is gone
        fs::remove(path, ignored);
    }
}

}  // namespace accubooks::ops
