#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace accubooks::net {

/// Reads a body sent in chunks (RFC 9112 §7.1), byte by byte in whatever pieces it comes. Our own
/// because the parser of Beast 1.81 stops the process when an empty body arrives in single bytes.
/// Extensions and trailers are read and dropped: nothing here wants them, and a trailer must not
/// pass for a header.
class ChunkDecoder {
public:
    explicit ChunkDecoder(std::size_t body_bytes_max) : body_bytes_max_{body_bytes_max} {}

    /// Takes bytes up to the end of the body and returns how many that was. Errors:
    /// `http.bad_request`, `http.body_too_large`.
    base::Result<std::size_t> take(std::string_view bytes);
    bool complete() const { return state_ == State::complete; }
    std::string& body() { return body_; }

private:
    enum class State : std::uint8_t {
        size_first,  // the first digit of a chunk's size
        size,        // more digits
        extension,   // behind the size, up to CR
        size_end,    // the LF of that line
        data,        // inside a chunk
        data_cr,     // the CR behind it
        data_end,    // the LF of that line
        line_first,  // the first byte of a trailer line
        line,        // the rest of it, up to CR
        line_end,    // the LF of that line
        last_end,    // the LF that ends the body
        complete,
    };

    base::Result<void> step(char c);
    base::Result<void> digit(char c);

    std::size_t body_bytes_max_;
    State state_ = State::size_first;
    std::uint64_t left_ =
        0;  // bytes of this chunk still to come; while its size is read, the size so far
    std::size_t overhead_ = 0;  // bytes that aren't body
    std::string body_;
};

}  // namespace accubooks::net
