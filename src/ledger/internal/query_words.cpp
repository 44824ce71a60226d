#include "ledger/internal/query_words.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace accubooks::ledger {

namespace {

constexpr std::size_t kWordsLengthMax = 200;

}  // namespace

std::unexpected<base::Error> bad_parameter(std::string_view name, std::string_view what) {
    return base::refuse(
        base::ErrorKind::invalid,
        "http.bad_parameter",
        fmt::format("The query parameter \"{}\" is {}.", name, what),
        {{.pointer = std::string{name}, .detail = std::string{what}}}
    );
}

base::Result<std::optional<std::string>> query_words(
    const net::Request& request, std::string_view name
) {
    AB_TRY(text, request.query_text(name));
    if (text && (text->empty() || !base::is_plain_text(*text) ||
                 base::characters_in(*text) > kWordsLengthMax)) {
        return bad_parameter(name, "1 to 200 characters of plain text");
    }
    return text;
}

}  // namespace accubooks::ledger
