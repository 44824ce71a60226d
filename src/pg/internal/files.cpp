#include "pg/internal/files.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace accubooks::pg {

namespace fs = std::filesystem;

base::Error file_error(std::string_view act, const fs::path& path, int error) {
    if (error == ENOSPC || error == EDQUOT) {
        return {
            .kind = base::ErrorKind::invalid,
            .code = "cluster.disk_full",
            .detail = fmt::format(
                "Can't {} {}: the disk is full; free some space and start again.",
                act,
                path.string()
            ),
        };
    }
    return {
        .kind = base::ErrorKind::invalid,
        .code = "cluster.not_writable",
        .detail = fmt::format(
            "Can't {} {}: {}; choose another folder with --data-dir.",
            act,
            path.string(),
            std::strerror(error)
        ),
    };
}

base::Result<void> make_private_folder(const fs::path& path, const Account& account) {
    constexpr mode_t kPrivate = 0700;
    if (mkdir(path.c_str(), kPrivate) == 0) {
        if (geteuid() == 0 && chown(path.c_str(), account.uid, account.gid) != 0) {
            return std::unexpected(file_error("give away", path, errno));
        }
        return {};
    }
    if (errno != EEXIST) {
        return std::unexpected(file_error("make", path, errno));
    }
    // Somebody else's folder of this name, in a place like /tmp, must not be trusted with our
    // socket.
    struct stat found{};
    if (lstat(path.c_str(), &found) != 0) {
        return std::unexpected(file_error("read", path, errno));
    }
    const bool is_ours =
        S_ISDIR(found.st_mode) && found.st_uid == account.uid && (found.st_mode & 0777) == kPrivate;
    if (!is_ours) {
        return std::unexpected(file_error("use", path, EPERM));
    }
    return {};
}

base::Result<void> write_file(const fs::path& path, std::string_view text, const Account& account) {
    fs::path fresh = path;
    fresh += ".new";
    const int file = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) {
        return std::unexpected(file_error("write", path, errno));
    }
    int error = 0;
    while (!text.empty() && error == 0) {
        const ssize_t count = write(file, text.data(), text.size());
        if (count < 0) {
            error = errno;
        } else {
            text.remove_prefix(static_cast<std::size_t>(count));
        }
    }
    if (error == 0 && geteuid() == 0 && fchown(file, account.uid, account.gid) != 0) {
        error = errno;
    }
    if (error == 0 && fsync(file) != 0) {
        error = errno;
    }
    close(file);
    if (error == 0 && std::rename(fresh.c_str(), path.c_str()) != 0) {
        error = errno;
    }
    if (error != 0) {
        unlink(fresh.c_str());
        return std::unexpected(file_error("write", path, error));
    }
    return {};
}

}  // namespace accubooks::pg
