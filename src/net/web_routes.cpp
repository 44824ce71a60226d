#include "net/web_routes.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "base/digest.h"
#include "net/etag.h"
#include "net/internal/content_coding.h"

namespace accubooks::net {

namespace {

using Answer = base::Task<base::Result<Response>>;

constexpr std::string_view kAssets = "/assets/";

/// Scripts are files of ours, styles as well or marked by the nonce; nothing comes from elsewhere.
std::string policy_of_page(std::string_view nonce) {
    return fmt::format(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{}'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'",
        nonce
    );
}

/// A worker obeys the policy of its own file, not the page's.
constexpr std::string_view kPolicyOfFile =
    "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";

std::string new_nonce(const base::RandomBytes& random) {
    std::array<std::uint8_t, 16> bytes{};
    random(bytes);
    return base::to_hex(bytes);
}

/// The form that the client wants most; among equals the shortest.
std::pair<std::string_view, const WebBundle::Form*> best_form(
    const WebBundle::File& file, std::string_view accept_encoding
) {
    std::pair<std::string_view, const WebBundle::Form*> best{"", &file.plain};
    int weight = weight_of("identity", accept_encoding);
    const std::array compressed{std::pair{"gzip", &file.gzip}, std::pair{"br", &file.brotli}};
    for (const auto& [coding, form] : compressed) {
        const int its = weight_of(coding, accept_encoding);
        if (*form && its > 0 && its >= weight) {
            best = {coding, &**form};
            weight = its;
        }
    }
    return best;
}

Response show_file(const WebBundle::File& file, const Request& request) {
    const auto [coding, form] =
        best_form(file, request.headers.find("Accept-Encoding").value_or(""));
    Response response = Response::text(200, form->bytes, std::string{file.content_type});
    if (!coding.empty()) {
        response.headers.set("Content-Encoding", std::string{coding});
    }
    if (file.gzip || file.brotli) {
        response.headers.set("Vary", "Accept-Encoding");
    }
    set_etag_of_version(response, form->version);
    response.headers.set(
        "Cache-Control",
        // The name of an asset changes with its content.
        request.path.starts_with(kAssets) ? "public, max-age=31536000, immutable" : "no-cache"
    );
    response.headers.set("Content-Security-Policy", std::string{kPolicyOfFile});
    return response;
}

Response show_page(const WebBundle& bundle, const base::RandomBytes& random) {
    const std::string nonce = new_nonce(random);
    Response response = Response::text(200, bundle.page(nonce), "text/html; charset=utf-8");
    response.headers.set("Cache-Control", "no-store");
    response.headers.set("Content-Security-Policy", policy_of_page(nonce));
    response.headers.set("Cross-Origin-Opener-Policy", "same-origin");
    return response;
}

Answer show(
    const std::shared_ptr<const WebBundle>& bundle,
    const base::RandomBytes& random,
    const Request& request
) {
    const std::string_view path = request.path;
    if (const auto* const file = bundle ? bundle->find(path.substr(1)) : nullptr) {
        co_return show_file(*file, request);
    }
    if (path.starts_with(kAssets)) {
        co_return base::refuse(
            base::ErrorKind::not_found, "http.not_found", "There is nothing at this address."
        );
    }
    if (!bundle) {
        co_return base::refuse(
            base::ErrorKind::not_found,
            "http.no_web_client",
            "The web client isn't built: script/build makes it in web/dist, and the next start "
            "serves it."
        );
    }
    co_return show_page(*bundle, random);
}

}  // namespace

void mount_web(Router& router, std::shared_ptr<const WebBundle> bundle, base::RandomBytes random) {
    router.add_rest(
        "web client", "api", std::bind_front(show, std::move(bundle), std::move(random))
    );
}

}  // namespace accubooks::net
