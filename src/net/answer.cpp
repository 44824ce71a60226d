#include "net/internal/answer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <zlib.h>

#include "net/internal/content_coding.h"

namespace accubooks::net {

namespace {

constexpr int kGzipLevel = 4;  // the first level with lazy matches; higher ones mostly cost time

struct Field {
    std::string_view name;
    std::string_view value;
};

// What a browser must not do with an answer of an API; a page's handler says otherwise.
constexpr std::array kGuards{
    Field{"X-Content-Type-Options", "nosniff"},
    Field{"X-Frame-Options", "DENY"},
    Field{"Referrer-Policy", "no-referrer"},
    Field{"Cross-Origin-Resource-Policy", "same-origin"},
    Field{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
};

std::string_view reason_of(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 415:
            return "Unsupported Media Type";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 503:
            return "Service Unavailable";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "";  // RFC 9112 §4: it may be empty
    }
}

// IMF-fixdate (RFC 9110 §5.6.7), e.g. "Thu, 01 Jan 2026 00:00:00 GMT".
std::string http_date(base::Instant at) {
    using namespace std::chrono;
    constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array kMonths{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };
    const sys_seconds seconds{floor<std::chrono::seconds>(microseconds{at.unix_micros()})};
    const auto day = floor<days>(seconds);
    const year_month_day date{day};
    const hh_mm_ss time{seconds - day};
    return fmt::format(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
        kDays[weekday{day}.c_encoding()],
        static_cast<unsigned>(date.day()),
        kMonths[static_cast<unsigned>(date.month()) - 1],
        static_cast<int>(date.year()),
        time.hours().count(),
        time.minutes().count(),
        time.seconds().count()
    );
}

std::string gzip(std::string_view body) {
    constexpr int kWindowBits = 15 + 16;  // 16 asks for gzip's header
    constexpr int kMemory = 8;
    z_stream stream{};
    int code =
        deflateInit2(&stream, kGzipLevel, Z_DEFLATED, kWindowBits, kMemory, Z_DEFAULT_STRATEGY);
    base::ensure(code == Z_OK, "deflate starts with constant settings");
    std::string packed(deflateBound(&stream, static_cast<uLong>(body.size())), '\0');
    // zlib's interface predates const; it doesn't write to its input.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
    stream.avail_in = static_cast<uInt>(body.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    code = deflate(&stream, Z_FINISH);
    base::ensure(code == Z_STREAM_END, "deflateBound is enough for one call");
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

bool is_compressible(std::string_view content_type) {
    constexpr std::array<std::string_view, 5> kTypes{
        "application/json",
        "application/problem+json",
        "application/javascript",
        "image/svg+xml",
        "text/"
    };
    return std::ranges::any_of(kTypes, [&](std::string_view type) {
        return content_type.starts_with(type);
    });
}

void append_field(std::string& head, std::string_view name, std::string_view value) {
    head += name;
    head += ": ";
    for (const char c : value) {
        // A line end made of foreign text would start a field of its own.
        head += static_cast<std::uint8_t>(c) < 0x20 || c == 0x7F ? ' ' : c;
    }
    head += "\r\n";
}

void set_unless_there(Headers& headers, std::string_view name, std::string_view value) {
    if (!headers.find(name)) {
        headers.add(name, std::string{value});
    }
}

bool varies_by_encoding(const Headers& headers) {
    return std::ranges::any_of(headers.all(), [](const auto& field) {
        return field.first == "Vary" && field.second == "Accept-Encoding";
    });
}

void compress(Response& response, const AnswerTo& to, std::size_t gzip_bytes_min) {
    const auto type = response.headers.find("Content-Type");
    const bool worthwhile = response.body.size() >= gzip_bytes_min && type &&
                            is_compressible(*type) && !response.headers.find("Content-Encoding");
    if (!worthwhile) {
        return;
    }
    if (!varies_by_encoding(response.headers)) {
        response.headers.add("Vary", "Accept-Encoding");
    }
    // An answer that hands out a cookie isn't compressed: its length would tell of the secret
    // inside.
    if (weight_of("gzip", to.accept_encoding) == 0 || response.headers.find("Set-Cookie")) {
        return;
    }
    response.body = gzip(response.body);
    response.headers.set("Content-Encoding", "gzip");
    if (const auto etag = response.headers.find("ETag")) {
        std::string marked{etag->substr(0, etag->size() - 1)};
        marked += kGzipMark;
        marked += '"';
        response.headers.set("ETag", std::move(marked));
    }
}

// Turns an answer the client has already into 304.
void revalidate(Response& response, const AnswerTo& to) {
    const auto etag = response.headers.find("ETag");
    const bool asks = to.method == Method::get || to.method == Method::head;
    if (!etag || !asks || response.status != 200 ||
        !names_etag(to.if_none_match, *etag, TagComparison::weak)) {
        return;
    }
    response.status = 304;
    response.body.clear();
    Headers kept;
    for (const auto& [name, value] : response.headers.all()) {
        // What describes a body stays with it (RFC 9110 §15.4.5).
        if (!name.starts_with("Content-")) {
            kept.add(name, value);
        }
    }
    response.headers = std::move(kept);
}

}  // namespace

WireAnswer render(
    Response response, const AnswerTo& to, std::size_t gzip_bytes_min, base::Instant now
) {
    compress(response, to, gzip_bytes_min);
    revalidate(response, to);
    set_unless_there(
        response.headers,
        "Cache-Control",
        response.headers.find("ETag") ? "private, no-cache" : "no-store"
    );
    for (const auto& guard : kGuards) {
        set_unless_there(response.headers, guard.name, guard.value);
    }

    std::string head;
    head.reserve(768);
    fmt::format_to(
        std::back_inserter(head), "HTTP/1.1 {} {}\r\n", response.status, reason_of(response.status)
    );
    append_field(head, "Date", http_date(now));
    for (const auto& [name, value] : response.headers.all()) {
        append_field(head, name, value);
    }
    append_field(head, "X-Request-Id", to.request_id);
    const bool bodiless = response.status == 204 || response.status == 304;
    if (!bodiless && !to.is_stream) {
        append_field(head, "Content-Length", std::to_string(response.body.size()));
    }
    if (!to.keep_alive) {
        append_field(head, "Connection", "close");
    } else if (to.http_1_0) {
        append_field(head, "Connection", "keep-alive");
    }
    head += "\r\n";
    if (bodiless || to.method == Method::head) {
        response.body.clear();
    }
    return {.head = std::move(head), .body = std::move(response.body), .status = response.status};
}

}  // namespace accubooks::net
