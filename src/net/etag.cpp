#include "net/etag.h"

#include <algorithm>
#include <span>

#include "base/digest.h"
#include "net/internal/answer.h"
#include "net/internal/field_text.h"

namespace accubooks::net {
namespace {

/// A tag without "W/" and without the mark of its compressed form, which is the same version.
std::string_view version_of(std::string_view etag) {
    if (etag.starts_with("W/")) {
        etag.remove_prefix(2);
    }
    if (etag.size() < 2 || !etag.starts_with('"') || !etag.ends_with('"')) {
        return {};
    }
    etag = etag.substr(1, etag.size() - 2);
    if (etag.ends_with(kGzipMark)) {
        etag.remove_suffix(kGzipMark.size());
    }
    return etag;
}

}  // namespace

bool names_etag(std::string_view tags, std::string_view etag, TagComparison comparison) {
    if (trim(tags) == "*") {
        return true;
    }
    const std::string_view version = version_of(etag);
    while (!tags.empty()) {
        const auto end = std::min(tags.find(','), tags.size());
        const std::string_view tag = trim(tags.substr(0, end));
        const bool is_comparable = comparison == TagComparison::weak || !tag.starts_with("W/");
        const std::string_view named = version_of(tag);
        if (is_comparable && !named.empty() && named == version) {
            return true;
        }
        tags.remove_prefix(std::min(end + 1, tags.size()));
    }
    return false;
}

std::string etag_of(std::string_view version) {
    constexpr std::size_t kBytes =
        16;  // of the digest: a collision would need 2^64 versions of one address
    const base::Digest digest = base::sha256(version);
    return '"' + base::to_hex(std::span{digest}.first(kBytes)) + '"';
}

void set_etag_of_version(Response& response, std::string_view version) {
    response.headers.set("ETag", etag_of(version));
}

void set_etag_of_body(Response& response) {
    set_etag_of_version(response, response.body);
}

base::Result<void> require_match(const Request& request, std::string_view version) {
    const auto tags = request.headers.find("If-Match");
    if (!tags || names_etag(*tags, etag_of(version), TagComparison::strong)) {
        return {};
    }
    return base::refuse(
        base::ErrorKind::conflict,
        "http.precondition_failed",
        "It has changed since you read it: nothing was done. Read it again, then decide."
    );
}

base::Result<void> demand_match(const Request& request, std::string_view version) {
    if (!request.headers.find("If-Match")) {
        return base::refuse(
            base::ErrorKind::invalid,
            "http.precondition_required",
            "Send If-Match with the ETag of what you have seen, so that nobody's change is lost."
        );
    }
    return require_match(request, version);
}

}  // namespace accubooks::net
