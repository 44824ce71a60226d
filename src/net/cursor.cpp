#include "net/cursor.h"

#include <charconv>
#include <span>

#include "base/digest.h"
#include "base/utf8.h"

namespace accubooks::net {

std::string to_text_cursor(std::string_view last) {
    return base::to_hex({reinterpret_cast<const std::uint8_t*>(last.data()), last.size()});
}

base::Result<std::optional<std::string>> text_cursor(const Request& request) {
    AB_TRY(given, request.query_text("cursor"));
    if (!given) {
        return std::optional<std::string>{};
    }
    std::string text;
    bool readable = given->size() % 2 == 0;
    for (std::size_t at = 0; readable && at < given->size(); at += 2) {
        unsigned byte = 0;
        const char* from = given->data() + at;
        const auto [end, error] = std::from_chars(from, from + 2, byte, 16);
        readable = error == std::errc{} && end == from + 2;
        text.push_back(static_cast<char>(byte));
    }
    if (!readable || !base::is_utf8(text) || text.contains('\0')) {
        return base::refuse(
            base::ErrorKind::invalid,
            "http.bad_parameter",
            "The cursor isn't one that a list gave as `next`.",
            {{"cursor", "as the last page's `next`"}}
        );
    }
    return std::optional{std::move(text)};
}

}  // namespace accubooks::net
