#pragma once

#include <filesystem>
#include <optional>
#include <utility>

#include <sys/types.h>

#include "base/error.h"

namespace accubooks::pg {

/// The right to serve a data folder: a kernel lock on its file `lock`, which ends with the process
/// however that ends.
class FolderLock {
public:
    /// Errors: `cluster.in_use` with the holder's pid, `cluster.not_writable`, `cluster.disk_full`.
    static base::Result<FolderLock> take(const std::filesystem::path& folder);
    /// Goes on with the lock of a predecessor: `file` is a copy of its descriptor, which is this
    /// object's own from here on. Errors: `cluster.in_use` when it isn't this folder's lock.
    static base::Result<FolderLock> adopt(const std::filesystem::path& folder, int file);
    /// Whether somebody holds it, this process included.
    static bool is_held(const std::filesystem::path& folder);

    FolderLock(FolderLock&& other) noexcept : file_{std::exchange(other.file_, -1)} {}
    FolderLock& operator=(FolderLock&& other) noexcept {
        std::swap(file_, other.file_);
        return *this;
    }
    ~FolderLock();

    /// For a successor, which takes a copy.
    int descriptor() const { return file_; }

private:
    explicit FolderLock(int file) : file_{file} {}
    base::Result<void> sign(const std::filesystem::path& path) const;
    int file_;
};

}  // namespace accubooks::pg
