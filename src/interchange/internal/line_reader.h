#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "interchange/internal/source_folder.h"

namespace accubooks::interchange {

/// Reads a file line by line through one buffer, whatever the file's size. A byte order mark at the
/// start and the carriage return of a CRLF are dropped.
class LineReader {
public:
    explicit LineReader(OpenFile file) : file_{std::move(file)} {}

    enum class Next : std::uint8_t {
        line,
        end,
        too_long,  // past JournalLimits::kLineBytes; reading stops there
        nul,       // the line holds a NUL byte
        not_utf8,
    };
    /// The next line, without its end; the view lives until the next call. Throws std::system_error
    /// when the file can't be read.
    Next next(std::string_view& line);

    /// Lines given so far, the last one included.
    std::uint32_t number() const { return number_; }
    std::uint64_t bytes_read() const { return bytes_; }

private:
    bool fill();
    Next checked(std::string_view& line);

    OpenFile file_;
    std::vector<char> buffer_;
    std::size_t start_ = 0;  // of what isn't given yet
    std::size_t end_ = 0;
    bool ended_ = false;
    std::uint32_t number_ = 0;
    std::uint64_t bytes_ = 0;
};

}  // namespace accubooks::interchange
