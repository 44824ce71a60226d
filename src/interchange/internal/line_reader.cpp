#include "interchange/internal/line_reader.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <unistd.h>

#include "base/utf8.h"
#include "interchange/journal_import.h"

namespace accubooks::interchange {

namespace {

constexpr std::size_t kChunk = std::size_t{256} << 10U;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Plain loop over all bytes, which compilers turn into wide instructions.
bool all_ascii(std::string_view text) {
    std::uint8_t bits = 0;
    for (const char c : text) {
        bits = static_cast<std::uint8_t>(bits | static_cast<std::uint8_t>(c));
    }
    return bits < 0x80;
}

}  // namespace

bool LineReader::fill() {
    if (start_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + start_, end_ - start_);
        end_ -= start_;
        start_ = 0;
    }
    buffer_.resize(std::max(buffer_.size(), end_ + kChunk));
    while (true) {
        const ssize_t got = ::read(file_.get(), buffer_.data() + end_, kChunk);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            throw std::system_error{errno, std::generic_category(), "the journal can't be read"};
        }
        end_ += static_cast<std::size_t>(got);
        bytes_ += static_cast<std::uint64_t>(got);
        ended_ = got == 0;
        return got > 0;
    }
}

LineReader::Next LineReader::checked(std::string_view& line) {
    if (number_ == 1 && line.starts_with(kByteOrderMark)) {
        line.remove_prefix(kByteOrderMark.size());
    }
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    if (line.size() > JournalLimits::kLineBytes) {
        return Next::too_long;
    }
    if (!line.empty() && std::memchr(line.data(), '\0', line.size()) != nullptr) {
        return Next::nul;
    }
    return all_ascii(line) || base::is_utf8(line) ? Next::line : Next::not_utf8;
}

LineReader::Next LineReader::next(std::string_view& line) {
    std::size_t searched = 0;
    while (true) {
        const char* from = buffer_.data() + start_ + searched;
        const std::size_t left = end_ - start_ - searched;
        if (const auto* newline =
                left > 0 ? static_cast<const char*>(std::memchr(from, '\n', left)) : nullptr) {
            const char* begin = buffer_.data() + start_;
            line = {begin, static_cast<std::size_t>(newline - begin)};
            start_ += line.size() + 1;
            ++number_;
            return checked(line);
        }
        searched += left;
        if (searched > JournalLimits::kLineBytes) {
            ++number_;
            return Next::too_long;
        }
        if (!ended_ && fill()) {
            continue;
        }
        if (start_ == end_) {
            return Next::end;
        }
        line = {buffer_.data() + start_, end_ - start_};
        start_ = end_;
        ++number_;
        return checked(line);
    }
}

}  // namespace accubooks::interchange
