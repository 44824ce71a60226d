#include "audit/internal/files.h"

#include <array>
#include <cerrno>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

namespace accubooks::audit {
namespace {

/// A lock that is held is tried so often.
constexpr std::chrono::milliseconds kAgain{10};

[[noreturn]] void fail(const char* what, const std::filesystem::path& file, int error) {
    throw std::filesystem::filesystem_error(
        what, file, std::error_code{error, std::generic_category()}
    );
}

class Descriptor {
public:
    Descriptor(const std::filesystem::path& file, int flags, unsigned mode)
        : file_{file}, descriptor_{::open(file.c_str(), flags | O_CLOEXEC, mode)} {
        if (descriptor_ < 0) {
            fail("can't be opened", file, errno);
        }
    }
    ~Descriptor() { ::close(descriptor_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    void write(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
            if (written < 0 && errno != EINTR) {
                fail("can't be written", file_, errno);
            }
            bytes.remove_prefix(static_cast<std::size_t>(std::max(written, ssize_t{0})));
        }
    }
    void sync() const {
        if (::fsync(descriptor_) != 0) {
            fail("can't be put on disk", file_, errno);
        }
    }

private:
    const std::filesystem::path& file_;
    int descriptor_;
};

void sync_folder_of(const std::filesystem::path& file) {
    const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
    Descriptor{folder, O_RDONLY | O_DIRECTORY, 0}.sync();
}

}  // namespace

std::optional<std::string> read_file(const std::filesystem::path& file, std::size_t bytes_max) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return std::nullopt;
    }
    struct ::stat about{};
    std::optional<std::string> bytes;
    if (::fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode) &&
        static_cast<std::uint64_t>(about.st_size) <= bytes_max) {
        bytes.emplace(static_cast<std::size_t>(about.st_size), '\0');
        std::size_t done = 0;
        ssize_t got = 1;
        while (done < bytes->size() && (got > 0 || (got < 0 && errno == EINTR))) {
            got = ::read(descriptor, bytes->data() + done, bytes->size() - done);
            done += static_cast<std::size_t>(std::max(got, ssize_t{0}));
        }
        if (done < bytes->size()) {
            bytes.reset();
        }
    }
    ::close(descriptor);
    return bytes;
}

void make_folders(const std::filesystem::path& folder) {
    if (folder.empty() || std::filesystem::is_directory(folder)) {
        return;
    }
    make_folders(folder.parent_path());
    std::filesystem::create_directory(folder);
    sync_folder_of(folder);
}

void create_file(const std::filesystem::path& file, std::string_view bytes, unsigned mode) {
    {
        const Descriptor opened{file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode};
        opened.write(bytes);
        opened.sync();
    }
    sync_folder_of(file);
}

void replace_file(const std::filesystem::path& file, std::string_view bytes, unsigned mode) {
    std::filesystem::path beside = file;
    beside += ".new";
    {
        const Descriptor opened{beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode};
        opened.write(bytes);
        opened.sync();
    }
    std::filesystem::rename(beside, file);
    sync_folder_of(file);
}

void append_to_file(const std::filesystem::path& file, std::string_view bytes) {
    const bool is_new = !std::filesystem::exists(file);
    {
        const Descriptor opened{file, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0644};
        opened.write(bytes);
        opened.sync();
    }
    if (is_new) {
        sync_folder_of(file);
    }
}

FileLock::FileLock(const std::filesystem::path& file, std::chrono::milliseconds patience)
    : descriptor_{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)} {
    if (descriptor_ < 0) {
        fail("can't be opened", file, errno);
    }
    while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        if (error != EINTR && (error != EWOULDBLOCK || patience <= kAgain)) {
            ::close(descriptor_);
            fail(
                error == EWOULDBLOCK ? "is locked by another program for too long"
                                     : "can't be locked",
                file,
                error
            );
        }
        std::this_thread::sleep_for(kAgain);
        patience -= kAgain;
    }
}

FileLock::~FileLock() {
    ::close(descriptor_);
}

}  // namespace accubooks::audit
