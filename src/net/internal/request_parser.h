#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "net/http.h"
#include "net/internal/chunk_decoder.h"

namespace accubooks::net {

/// What a request's header says, checked.
struct RequestHead {
    Method method = Method::other;
    std::string path;  // still percent-encoded
    std::vector<std::pair<std::string, std::string>> query;
    Headers headers;
    bool http_1_0 = false;
    bool keep_alive = false;
    bool expects_continue = false;
};

/// Reads one HTTP/1 request from bytes, without I/O: Beast reads the header's grammar, and
/// everything two programs in a row could read differently is refused here (RFC 9112 §11.2): both
/// lengths, a length twice, folded lines, bare line ends, blanks before a colon, more or less than
/// one Host.
class RequestParser {
public:
    explicit RequestParser(std::size_t body_bytes_max)
        : body_bytes_max_{body_bytes_max}, chunks_{body_bytes_max} {}

    /// `block` is everything up to and with the first empty line. Called once. Errors:
    /// `http.bad_request`, `http.bad_target`, `http.version_not_supported`, `http.header_too_large`
    /// (too many fields), `http.expectation_failed`, `http.unsupported_media_type` (an encoded
    /// body), `http.body_too_large` (already said in Content-Length).
    base::Result<RequestHead> head(std::string_view block);

    /// Narrows the limit of the body to that of its route; before any of it is read. Errors:
    /// `http.body_too_large` (already said in Content-Length).
    base::Result<void> limit_body(std::size_t body_bytes_max);

    /// Takes what it can of the bytes behind the header and returns how many that was; call it
    /// again with the rest and more while it isn't complete. Errors: `http.bad_request`,
    /// `http.body_too_large`.
    base::Result<std::size_t> body(std::string_view bytes);
    bool complete() const;

    /// Bytes of body read so far, chunk marks not counted.
    std::size_t body_bytes();
    std::string take_body();  // leaves none

private:
    enum class Framing : std::uint8_t { length, chunks };

    base::Result<void> frame(const Headers& headers);

    std::size_t body_bytes_max_;
    Framing framing_ = Framing::length;
    std::size_t left_ = 0;  // of a body with a length
    ChunkDecoder chunks_;   // holds the body, however it is framed
};

/// Whether the bytes can't become a header whatever follows: a line end without its CR. Told at
/// once, since the empty line that ends a header would never come.
bool has_bare_line_feed(std::string_view bytes);

}  // namespace accubooks::net
