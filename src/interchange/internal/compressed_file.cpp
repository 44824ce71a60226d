#include "interchange/internal/compressed_file.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/error.h"
#include "interchange/gnucash_import.h"

namespace accubooks::interchange {
namespace {

gzFile open(const SourceFile& source) {
    const int descriptor = ::fcntl(source.file.get(), F_DUPFD_CLOEXEC, 0);
    gzFile file = descriptor < 0 ? nullptr : ::gzdopen(descriptor, "rb");
    if (file == nullptr) {
        const int error = errno;
        if (descriptor >= 0) {
            ::close(descriptor);
        }
        throw std::system_error{error, std::generic_category(), "a file can't be opened"};
    }
    return file;
}

std::unexpected<base::Error> refuse(std::string_view code, std::string reason) {
    return base::refuse(base::ErrorKind::invalid, code, std::move(reason));
}

}  // namespace

CompressedFile::CompressedFile(const SourceFile& source)
    : file_{open(source)}, size_{source.size} {}

base::Result<std::string_view> CompressedFile::next() {
    const int got = ::gzread(file_.get(), buffer_.data(), static_cast<unsigned>(buffer_.size()));
    int error = Z_OK;
    ::gzerror(file_.get(), &error);
    if (error == Z_ERRNO) {
        throw std::system_error{errno, std::generic_category(), "the file can't be read"};
    }
    if (error == Z_BUF_ERROR) {
        return refuse("interchange.bad_gzip", "the compressed file ends too early");
    }
    if (got < 0 || error != Z_OK) {
        return refuse("interchange.bad_gzip", "the file's compression is damaged");
    }
    read_ += static_cast<std::uint64_t>(got);
    if (read_ > GnucashLimits::kXmlBytes) {
        return refuse("interchange.too_large", "the file is larger than 4 GiB");
    }
    const auto compressed = static_cast<std::uint64_t>(::gzoffset(file_.get()));
    if (::gzdirect(file_.get()) == 0 && read_ > GnucashLimits::kExpansionFrom &&
        read_ / GnucashLimits::kExpansion > compressed) {
        return refuse(
            "interchange.too_large",
            fmt::format(
                "the file expands to more than {} times its size", GnucashLimits::kExpansion
            )
        );
    }
    return std::string_view{buffer_.data(), static_cast<std::size_t>(got)};
}

double CompressedFile::done() const {
    const auto offset = static_cast<double>(::gzoffset(file_.get()));
    return size_ == 0 ? 1 : std::min(offset / static_cast<double>(size_), 1.0);
}

}  // namespace accubooks::interchange
