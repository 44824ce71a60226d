#include "net/internal/chunk_decoder.h"

#include <algorithm>

#include "net/internal/body_limit.h"

namespace accubooks::net {

namespace {

// What marks, extensions and trailer may cost beside the longest body's own size: room for small
// chunks, not for endless extensions.
constexpr std::size_t kOverheadMin = 64UL * 1024;

std::unexpected<base::Error> bad_chunk(std::string detail) {
    return base::refuse(base::ErrorKind::invalid, "http.bad_request", std::move(detail));
}

bool is_text(char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    return c == '\t' || (byte >= 0x20 && byte != 0x7F);
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

}  // namespace

base::Result<std::size_t> ChunkDecoder::take(std::string_view bytes) {
    std::size_t at = 0;
    while (at < bytes.size() && !complete()) {
        if (state_ == State::data) {
            const auto piece =
                static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - at));
            body_.append(bytes.substr(at, piece));
            at += piece;
            left_ -= piece;
            if (left_ == 0) {
                state_ = State::data_cr;
            }
            continue;
        }
        if (++overhead_ > kOverheadMin + body_bytes_max_) {
            return body_too_large(body_bytes_max_);
        }
        AB_CHECK(step(bytes[at]));
        ++at;
    }
    return at;
}

base::Result<void> ChunkDecoder::digit(char c) {
    const int value = hex_value(c);
    if (value < 0) {
        return bad_chunk("A chunk's size isn't a hexadecimal number.");
    }
    left_ = left_ * 16 + static_cast<std::uint64_t>(value);
    if (left_ > body_bytes_max_ - body_.size()) {
        return body_too_large(body_bytes_max_);
    }
    state_ = State::size;
    return {};
}

base::Result<void> ChunkDecoder::step(char c) {
    const auto expect = [&](char wanted, State next) -> base::Result<void> {
        if (c != wanted) {
            return bad_chunk("A chunk's line doesn't end where it should.");
        }
        state_ = next;
        return {};
    };
    switch (state_) {
        case State::size_first:
            left_ = 0;
            return digit(c);
        case State::size:
            if (c == '\r') {
                state_ = State::size_end;
                return {};
            }
            if (c == ';' || c == ' ' || c == '\t') {
                state_ = State::extension;
                return {};
            }
            return digit(c);
        case State::extension:
            if (is_text(c)) {
                return {};
            }
            return expect('\r', State::size_end);
        case State::size_end:
            return expect('\n', left_ == 0 ? State::line_first : State::data);
        case State::data_cr:
            return expect('\r', State::data_end);
        case State::data_end:
            return expect('\n', State::size_first);
        case State::line_first:
            if (c == '\r') {
                state_ = State::last_end;
                return {};
            }
            state_ = State::line;
            [[fallthrough]];
        case State::line:
            if (is_text(c)) {
                return {};
            }
            return expect('\r', State::line_end);
        case State::line_end:
            return expect('\n', State::line_first);
        case State::last_end:
            return expect('\n', State::complete);
        case State::data:
        case State::complete:
            break;
    }
    base::ensure(false, "only marks are read byte by byte");
    return {};
}

}  // namespace accubooks::net
