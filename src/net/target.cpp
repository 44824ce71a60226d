#include "net/internal/target.h"

#include <algorithm>
#include <optional>

#include "base/utf8.h"

namespace accubooks::net {

namespace {

std::unexpected<base::Error> bad_target(std::string detail) {
    return base::refuse(base::ErrorKind::invalid, "http.bad_target", std::move(detail));
}

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return static_cast<unsigned>(c - '0');
    }
    if (c >= 'a' && c <= 'f') {
        return static_cast<unsigned>(c - 'a' + 10);
    }
    if (c >= 'A' && c <= 'F') {
        return static_cast<unsigned>(c - 'A' + 10);
    }
    return std::nullopt;
}

base::Result<std::string> decode_form(std::string_view encoded) {
    std::string spaced{encoded};
    std::ranges::replace(spaced, '+', ' ');
    return percent_decode(spaced);
}

// Whether `c` may stand in a target as it is: visible ASCII but '#', which only a client that
// doesn't know where a target ends would send.
bool belongs_in_target(char c) {
    return c > 0x20 && c < 0x7F && c != '#';
}

}  // namespace

base::Result<std::string> percent_decode(std::string_view encoded) {
    std::string decoded;
    decoded.reserve(encoded.size());
    for (std::size_t i = 0; i < encoded.size(); ++i) {
        if (encoded[i] != '%') {
            decoded += encoded[i];
            continue;
        }
        const auto high = i + 2 < encoded.size() ? hex_digit(encoded[i + 1]) : std::nullopt;
        const auto low = high ? hex_digit(encoded[i + 2]) : std::nullopt;
        if (!low) {
            return bad_target("The address has a '%' that two hexadecimal digits don't follow.");
        }
        decoded += static_cast<char>(*high * 16 + *low);
        i += 2;
    }
    if (!base::is_plain_text(decoded)) {
        return bad_target("The address must be UTF-8 without control characters.");
    }
    return decoded;
}

base::Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> parameters;
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (pair.empty()) {
            continue;
        }
        if (parameters.size() == kQueryParametersMax) {
            return bad_target("The address has too many query parameters.");
        }
        const auto equals = std::min(pair.find('='), pair.size());
        AB_TRY(name, decode_form(pair.substr(0, equals)));
        AB_TRY(value, decode_form(pair.substr(std::min(equals + 1, pair.size()))));
        parameters.emplace_back(std::move(name), std::move(value));
    }
    return parameters;
}

base::Result<Target> parse_target(std::string_view target) {
    if (!std::ranges::all_of(target, belongs_in_target)) {
        return bad_target("The address has characters that must be percent-encoded.");
    }
    Target parsed{};
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (target.starts_with(scheme)) {
            target.remove_prefix(scheme.size());
            const auto end = std::min(target.find_first_of("/?"), target.size());
            parsed.authority = target.substr(0, end);
            target.remove_prefix(end);
            if (parsed.authority.empty() || target.empty()) {
                return bad_target("An absolute address needs a host and a path.");
            }
            break;
        }
    }
    if (!target.starts_with('/')) {
        return bad_target("The address must start with '/'.");
    }
    const auto mark = target.find('?');
    parsed.path = target.substr(0, mark);
    parsed.query = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
    return parsed;
}

}  // namespace accubooks::net
