#include "interchange/spool.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"

namespace accubooks::interchange {

namespace {

constexpr std::size_t kWriteBuffer = std::size_t{256} << 10U;
constexpr std::size_t kReadAhead = std::size_t{256} << 10U;
constexpr std::size_t kReadAround = std::size_t{4} << 10U;

[[noreturn]] void fail(const char* what) {
    throw std::system_error{errno, std::generic_category(), what};
}

int open_unnamed(const std::filesystem::path& folder) {
    const int unnamed = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (unnamed >= 0) {
        return unnamed;
    }
    // Some file systems know no nameless files: a named one that is unlinked at once serves as
    // well.
    std::string pattern = (folder / "accubooks-spool-XXXXXX").string();
    const int named = ::mkostemp(pattern.data(), O_CLOEXEC);
    if (named >= 0) {
        ::unlink(pattern.c_str());
    }
    return named;
}

}  // namespace

Spool::Spool(const std::filesystem::path& folder) : file_{open_unnamed(folder)} {
    if (file_ < 0) {
        fail("a spool file can't be made");
    }
}

Spool::~Spool() {
    ::close(file_);
}

void Spool::append(const void* bytes, std::size_t count) {
    if (pending_.size() + count > kWriteBuffer) {
        flush();
    }
    const auto* start = static_cast<const char*>(bytes);
    pending_.insert(pending_.end(), start, start + count);
}

void Spool::flush() {
    std::size_t done = 0;
    while (done < pending_.size()) {
        const ssize_t wrote = ::pwrite(
            file_,
            pending_.data() + done,
            pending_.size() - done,
            static_cast<off_t>(written_ + done)
        );
        if (wrote < 0 && errno != EINTR) {
            fail("a spool file can't be written");
        }
        done += wrote > 0 ? static_cast<std::size_t>(wrote) : 0;
    }
    written_ += done;
    pending_.clear();
}

void Spool::read(std::uint64_t offset, void* bytes, std::size_t count) {
    base::ensure(offset + count <= size(), "a spool is read only where it was written");
    if (offset + count > written_) {
        flush();
    }
    auto* target = static_cast<char*>(bytes);
    std::size_t done = 0;
    while (done < count) {
        const ssize_t got =
            ::pread(file_, target + done, count - done, static_cast<off_t>(offset + done));
        if (got == 0) {
            errno = EIO;
        }
        if (got <= 0 && errno != EINTR) {
            fail("a spool file can't be read");
        }
        done += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
}

std::string_view SpoolReader::view(std::uint64_t offset, std::size_t count) {
    if (offset >= start_ && offset + count <= start_ + length_) {
        return {buffer_.data() + (offset - start_), count};
    }
    // Reading on in order fetches far ahead; a jump fetches little around it.
    const bool in_order = offset >= start_ && offset <= start_ + length_;
    const std::size_t wanted = std::max(count, in_order || length_ == 0 ? kReadAhead : kReadAround);
    const std::uint64_t left = spool_->size() - offset;
    length_ = static_cast<std::size_t>(std::min<std::uint64_t>(left, wanted));
    buffer_.resize(std::max(buffer_.size(), length_));
    spool_->read(offset, buffer_.data(), length_);
    start_ = offset;
    return {buffer_.data(), count};
}

}  // namespace accubooks::interchange
