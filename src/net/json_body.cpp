#include "net/json_body.h"

#include <algorithm>
#include <string>

#include <boost/json/value.hpp>

#include "base/json.h"

namespace accubooks::net {

namespace {

std::string lower_without_blanks(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c != ' ' && c != '\t' && c != '"') {
            result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    return result;
}

bool is_json(std::string_view content_type) {
    const std::string plain = lower_without_blanks(content_type);
    return plain == "application/json" || plain == "application/json;charset=utf-8";
}

}  // namespace

base::Result<boost::json::value> json_body(const Request& request) {
    if (request.headers.count("Content-Type") != 1 ||
        !is_json(*request.headers.find("Content-Type"))) {
        return base::refuse(
            base::ErrorKind::invalid,
            "http.unsupported_media_type",
            "Send the body as JSON, with the header \"Content-Type: application/json\"."
        );
    }
    auto value = base::parse_json(request.body);
    if (!value) {
        return base::refuse(
            base::ErrorKind::invalid, "http.bad_json", std::move(value.error().detail)
        );
    }
    return value;
}

}  // namespace accubooks::net
