#include "pg/internal/folder_lock.h"

#include <cerrno>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pg/internal/files.h"

namespace accubooks::pg {

namespace fs = std::filesystem;

namespace {

fs::path file_of(const fs::path& folder) {
    return folder / "lock";
}

/// The whole file, exclusively. Locks of the open file description, not of the process: a second
/// one in this process conflicts too, and closing some other descriptor of the file doesn't drop
/// it.
struct flock whole_file() {
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

}  // namespace

base::Result<FolderLock> FolderLock::take(const fs::path& folder) {
    const fs::path path = file_of(folder);
    FolderLock held{open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (held.file_ < 0) {
        return std::unexpected(file_error("write", path, errno));
    }
    struct flock lock = whole_file();
    if (fcntl(held.file_, F_OFD_SETLK, &lock) != 0) {
        std::string holder;
        std::getline(std::ifstream{path}, holder);
        return base::refuse(
            base::ErrorKind::conflict,
            "cluster.in_use",
            fmt::format(
                "Another accubooks (process {}) serves {}; stop it or choose another folder with "
                "--data-dir.",
                holder.empty() ? "unknown" : holder,
                folder.string()
            )
        );
    }
    AB_CHECK(held.sign(path));
    return held;
}

base::Result<FolderLock> FolderLock::adopt(const fs::path& folder, int file) {
    FolderLock held{file};
    const fs::path path = file_of(folder);
    struct stat ours{};
    struct stat there{};
    // A lock of the same open file is taken again without waiting.
    struct flock lock = whole_file();
    if (fstat(file, &ours) != 0 || stat(path.c_str(), &there) != 0 || ours.st_dev != there.st_dev ||
        ours.st_ino != there.st_ino || fcntl(file, F_OFD_SETLK, &lock) != 0) {
        return base::refuse(
            base::ErrorKind::conflict,
            "cluster.in_use",
            fmt::format("The predecessor didn't hold the folder {}.", folder.string())
        );
    }
    AB_CHECK(held.sign(path));
    return held;
}

base::Result<void> FolderLock::sign(const fs::path& path) const {
    const std::string pid = fmt::format("{}\n", getpid());
    if (ftruncate(file_, 0) != 0 ||
        pwrite(file_, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
        return std::unexpected(file_error("write", path, errno));
    }
    return {};
}

bool FolderLock::is_held(const fs::path& folder) {
    const FolderLock asker{open(file_of(folder).c_str(), O_RDWR | O_CLOEXEC)};
    struct flock lock = whole_file();
    return asker.file_ >= 0 && fcntl(asker.file_, F_OFD_GETLK, &lock) == 0 &&
           lock.l_type != F_UNLCK;
}

FolderLock::~FolderLock() {
    if (file_ >= 0) {
        close(file_);
    }
}

}  // namespace accubooks::pg
