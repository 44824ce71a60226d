#include "net/http.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "net/internal/field_text.h"

namespace accubooks::net {

namespace {

constexpr char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, {}, to_lower, to_lower);
}

std::unexpected<base::Error> bad_parameter(std::string_view name, std::string_view what) {
    return base::refuse(
        base::ErrorKind::invalid,
        "http.bad_parameter",
        fmt::format("The query parameter \"{}\" {}.", name, what),
        {{.pointer = std::string{name}, .detail = fmt::format("It {}.", what)}}
    );
}

// Digits with an optional minus and nothing else.
std::optional<std::int64_t> parse_int(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

}  // namespace

std::string_view to_string(Method method) {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::head:
            return "HEAD";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::patch:
            return "PATCH";
        case Method::del:
            return "DELETE";
        case Method::options:
            return "OPTIONS";
        case Method::other:
            break;
    }
    return "_OTHER";
}

void Headers::set(std::string_view name, std::string value) {
    std::erase_if(fields_, [&](const auto& field) { return same_name(field.first, name); });
    add(name, std::move(value));
}

void Headers::add(std::string_view name, std::string value) {
    fields_.emplace_back(std::string{name}, std::move(value));
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    for (const auto& [its_name, value] : fields_) {
        if (same_name(its_name, name)) {
            return value;
        }
    }
    return std::nullopt;
}

std::optional<std::string_view> Headers::find_last(std::string_view name) const {
    for (auto field = fields_.rbegin(); field != fields_.rend(); ++field) {
        if (same_name(field->first, name)) {
            return field->second;
        }
    }
    return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
    return static_cast<std::size_t>(std::ranges::count_if(fields_, [&](const auto& field) {
        return same_name(field.first, name);
    }));
}

base::Result<std::int64_t> Request::path_id(std::string_view name) const {
    const auto found = parameters.find(std::string{name});
    base::ensure(found != parameters.end(), "a handler asks for the parameters of its own route");
    const std::string& text = found->second;
    const bool canonical = !text.empty() && text[0] >= '1' && text[0] <= '9';
    const auto value = canonical ? parse_int(text) : std::nullopt;
    if (!value) {
        return base::refuse(
            base::ErrorKind::not_found, "http.not_found", "There is nothing at this address."
        );
    }
    return *value;
}

base::Result<std::optional<std::string>> Request::query_text(std::string_view name) const {
    std::optional<std::string> found;
    for (const auto& [its_name, value] : query) {
        if (its_name != name) {
            continue;
        }
        if (found) {
            return bad_parameter(name, "is given more than once");
        }
        found = value;
    }
    return found;
}

base::Result<std::optional<base::Date>> Request::query_date(std::string_view name) const {
    AB_TRY(text, query_text(name));
    if (!text) {
        return std::optional<base::Date>{};
    }
    const auto date = base::Date::parse(*text);
    if (!date) {
        return bad_parameter(name, "must be a day written as YYYY-MM-DD");
    }
    return std::optional{*date};
}

base::Result<std::optional<std::int64_t>> Request::query_int(
    std::string_view name, std::int64_t least, std::int64_t most
) const {
    AB_TRY(text, query_text(name));
    if (!text) {
        return std::optional<std::int64_t>{};
    }
    const auto value = parse_int(*text);
    if (!value || *value < least || *value > most) {
        return bad_parameter(
            name, fmt::format("must be a whole number from {} to {}", least, most)
        );
    }
    return value;
}

base::Result<void> Request::allow_query(std::initializer_list<std::string_view> known) const {
    for (const auto& [name, value] : query) {
        if (std::ranges::find(known, std::string_view{name}) == known.end()) {
            return bad_parameter(name, "isn't known here");
        }
    }
    return {};
}

std::optional<std::string> Request::cookie(std::string_view name) const {
    std::optional<std::string> found;
    for (const auto& [field, line] : headers.all()) {
        if (!same_name(field, "Cookie")) {
            continue;
        }
        std::string_view rest = line;
        while (!rest.empty()) {
            const auto end = std::min(rest.find(';'), rest.size());
            const std::string_view pair = trim(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
            const auto equals = pair.find('=');
            if (equals == std::string_view::npos || pair.substr(0, equals) != name) {
                continue;
            }
            const std::string_view value = pair.substr(equals + 1);
            if (found && *found != value) {
                return std::nullopt;
            }
            found = std::string{value};
        }
    }
    return found;
}

Response Response::json(int status, std::string body) {
    return text(status, std::move(body), "application/json");
}

Response Response::text(int status, std::string body, std::string content_type) {
    Response response{.status = status, .headers = {}, .body = std::move(body)};
    response.headers.set("Content-Type", std::move(content_type));
    return response;
}

}  // namespace accubooks::net
