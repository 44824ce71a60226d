#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include <zlib.h>

#include "base/error.h"
#include "interchange/internal/source_folder.h"

namespace accubooks::interchange {

/// A file's bytes, as they were before gzip where it is compressed, piece by piece and within
/// GnucashLimits: a small file that expands without end is refused, not read.
class CompressedFile {
public:
    explicit CompressedFile(const SourceFile& source);

    /// The next bytes; none at the end. They live until the next call. Errors:
    /// `interchange.bad_gzip`, `interchange.too_large`. Throws std::system_error when the file
    /// can't be read.
    base::Result<std::string_view> next();

    /// How much of the file was read, 0 to 1.
    double done() const;

private:
    struct Close {
        void operator()(gzFile file) const { ::gzclose_r(file); }
    };

    std::unique_ptr<gzFile_s, Close> file_;
    std::uint64_t size_;
    std::uint64_t read_ = 0;  // bytes given
    std::array<char, 64U << 10U> buffer_{};
};

}  // namespace accubooks::interchange
