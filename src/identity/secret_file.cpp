#include "identity/secret_file.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace accubooks::identity {

namespace {

namespace fs = std::filesystem;

class Descriptor {
public:
    explicit Descriptor(int number) : number_{number} {}
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int operator*() const { return number_; }

private:
    int number_;
};

std::string reason_of(int error) {
    return std::system_category().message(error);
}

bool write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(file, text.data(), text.size());
        if (count < 0 && errno != EINTR) {
            return false;
        }
        text.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
    }
    return ::fsync(file) == 0;
}

/// A new name is on disk once its folder is.
bool keep_folder(const fs::path& file) {
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path{"."};
    const Descriptor descriptor{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return *descriptor >= 0 && ::fsync(*descriptor) == 0;
}

std::unexpected<base::Error> cannot_write(const fs::path& file, int error) {
    return base::refuse(
        base::ErrorKind::invalid,
        "identity.cannot_write",
        fmt::format("{} can't be written: {}.", file.string(), reason_of(error))
    );
}

}  // namespace

base::Result<void> make_secret_file(const fs::path& file, std::string_view text) {
    const Descriptor made{
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)
    };
    if (*made < 0) {
        if (errno != EEXIST) {
            return cannot_write(file, errno);
        }
        return base::refuse(
            base::ErrorKind::conflict,
            "identity.file_exists",
            fmt::format("{} is there already and stays as it is; name another.", file.string())
        );
    }
    if (!write_all(*made, text) || !keep_folder(file)) {
        const int error = errno;
        ::unlink(file.c_str());
        return cannot_write(file, error);
    }
    return {};
}

base::Result<std::string> read_secret_file(const fs::path& file, std::size_t bytes_max) {
    const Descriptor opened{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    struct ::stat about{};
    if (*opened < 0 || ::fstat(*opened, &about) != 0) {
        return base::refuse(
            base::ErrorKind::not_found,
            "identity.no_file",
            fmt::format("{} can't be read: {}.", file.string(), reason_of(errno))
        );
    }
    if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return base::refuse(
            base::ErrorKind::invalid,
            "identity.exposed_file",
            fmt::format(
                "{} can be read by others than its owner; chmod 600, and think whether it is still "
                "secret.",
                file.string()
            )
        );
    }
    std::string text(bytes_max + 1, '\0');
    std::size_t size = 0;
    ssize_t count = 0;
    while (size < text.size() &&
           ((count = ::read(*opened, text.data() + size, text.size() - size)) > 0 ||
            (count < 0 && errno == EINTR))) {
        size += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    if (count < 0 || size > bytes_max) {
        return base::refuse(
            base::ErrorKind::invalid,
            "identity.bad_file",
            fmt::format("{} isn't a file that AccuBooks made.", file.string())
        );
    }
    text.resize(size);
    return text;
}

}  // namespace accubooks::identity
