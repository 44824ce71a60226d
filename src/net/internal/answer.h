#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "net/http.h"

namespace accubooks::net {

/// What the answer must know of its request.
struct AnswerTo {
    Method method = Method::other;
    bool http_1_0 = false;
    bool keep_alive = false;
    bool is_stream = false;  // its length isn't known: it ends with the connection
    std::string_view request_id;
    std::string_view accept_encoding;
    std::string_view if_none_match;
};

/// An answer as it goes out: the head through its empty line, and the body, empty for HEAD, 204 and
/// 304.
struct WireAnswer {
    std::string head;
    std::string body;
    int status = 0;  // may have become 304
};

/// Makes `response` ready for the wire: revalidation, compression, the headers every answer has.
/// `now` is for Date.
WireAnswer render(
    Response response, const AnswerTo& to, std::size_t gzip_bytes_min, base::Instant now
);

/// What the tag of a compressed answer has at its end.
inline constexpr std::string_view kGzipMark = "-gzip";

/// How If-None-Match and If-Match compare (RFC 9110 §13.1): a weak tag matches only weakly.
enum class TagComparison : std::uint8_t { weak, strong };

/// Whether the header's value names `etag`, or is "*".
bool names_etag(std::string_view tags, std::string_view etag, TagComparison comparison);

}  // namespace accubooks::net
