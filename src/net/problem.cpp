#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/json_writer.h"
#include "net/http.h"
#include "net/internal/retry_fields.h"

namespace accubooks::net {

namespace {

struct CodeStatus {
    std::string_view code;
    int status;
};

// Refusals for which HTTP has a status of its own. All are made in this folder.
constexpr std::array kStatusByCode{
    CodeStatus{"http.bad_request", 400},
    CodeStatus{"http.bad_target", 400},
    CodeStatus{"http.bad_parameter", 400},
    CodeStatus{"http.bad_json", 400},
    CodeStatus{"http.tls_required", 400},
    CodeStatus{"http.not_found", 404},
    CodeStatus{"http.method_not_allowed", 405},
    CodeStatus{"http.timeout", 408},
    CodeStatus{"http.precondition_failed", 412},
    CodeStatus{"http.body_too_large", 413},
    CodeStatus{"http.unsupported_media_type", 415},
    CodeStatus{"http.expectation_failed", 417},
    CodeStatus{"http.precondition_required", 428},
    CodeStatus{"http.too_much_from_address", 429},
    CodeStatus{"http.header_too_large", 431},
    CodeStatus{"http.internal", 500},
    CodeStatus{"http.overloaded", 503},
    CodeStatus{"http.version_not_supported", 505},
};

// The words of a code after its room: "ledger.not_balanced" is "Not balanced". One title per type
// (RFC 9457 §3.1.4).
std::string title_of(std::string_view code) {
    const auto dot = code.rfind('.');
    std::string title{dot == std::string_view::npos ? code : code.substr(dot + 1)};
    std::ranges::replace(title, '_', ' ');
    if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') {
        title[0] = static_cast<char>(title[0] - 'a' + 'A');
    }
    return title;
}

std::string type_of(std::string_view code) {
    std::string path{code};
    std::ranges::replace(path, '.', '/');
    return "https://accubooks.dev/problems/" + path;
}

const std::string* field_of(const base::Error& error, std::string_view name) {
    const auto found = std::ranges::find(error.fields, name, &base::FieldError::pointer);
    return found != error.fields.end() ? &found->detail : nullptr;
}

}  // namespace

int status_of(base::ErrorKind kind) {
    switch (kind) {
        case base::ErrorKind::invalid:
            return 422;
        case base::ErrorKind::unauthenticated:
            return 401;
        case base::ErrorKind::forbidden:
            return 403;
        case base::ErrorKind::not_found:
            return 404;
        case base::ErrorKind::conflict:
            return 409;
        case base::ErrorKind::throttled:
            return 429;
        case base::ErrorKind::overloaded:
            return 503;
        case base::ErrorKind::unknown_outcome:
            break;
    }
    return 500;
}

int status_of(const base::Error& error) {
    const auto* own = std::ranges::find(kStatusByCode, error.code, &CodeStatus::code);
    return own != kStatusByCode.end() ? own->status : status_of(error.kind);
}

Response problem(const base::Error& error, std::string_view request_id) {
    const int status = status_of(error);
    base::JsonWriter json{384};
    json.begin_object()
        .member("type", type_of(error.code))
        .member("title", title_of(error.code))
        .member("status", status)
        .member("code", error.code)
        .member("detail", error.detail)
        .member("instance", request_id);
    const std::string* retry_at = field_of(error, kRetryAt);
    if (retry_at != nullptr) {
        json.member(kRetryAt, *retry_at);
    } else if (!error.fields.empty()) {
        json.key("errors").begin_array();
        for (const auto& field : error.fields) {
            json.begin_object()
                .member("pointer", field.pointer)
                .member("detail", field.detail)
                .end_object();
        }
        json.end_array();
    }
    json.end_object();
    auto response = Response::text(status, std::move(json).take(), "application/problem+json");
    if (status == 503) {
        response.headers.set("Retry-After", "1");
    }
    if (status == 429) {
        const std::string* seconds = field_of(error, kRetryAfter);
        response.headers.set("Retry-After", seconds != nullptr ? *seconds : "60");
    }
    if (status == 401) {
        // RFC 9110 §11.6.1: a 401 names a way to sign in.
        response.headers.set("WWW-Authenticate", "Bearer");
    }
    return response;
}

}  // namespace accubooks::net
