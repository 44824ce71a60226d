// A webhook's URL from the settings, an address from the name service, and a message that data is
// in: the URL's host is one that the allow-list can be asked about, and the message stays one JSON
// text whose lines end no block of code.
#include "net/webhook.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "base/json.h"

namespace {

void ensure(bool holds) {
    if (!holds) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace accubooks::net;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the fuzzer's bytes are a text
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (const auto url = WebhookUrl::parse(text)) {
        ensure(url->text == text && url->port != 0 && !url->host.empty());
        ensure(
            url->host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == url->host.npos
        );
        ensure(text.starts_with(url->is_encrypted ? "https://" : "http://"));
        ensure(check_host(*url, std::array{url->host}).has_value());
        ensure(!check_host(*url, std::array{url->host + 'x'}));
    }
    static_cast<void>(is_public_address(text));
    const auto body = accubooks::base::parse_json(webhook_body(text));
    ensure(body.has_value() && body->is_object());
    const std::string_view shown{body->as_object().at("text").as_string()};
    ensure(shown.starts_with("```") && shown.ends_with("```") && shown.size() >= 6);
    ensure(shown.substr(3, shown.size() - 6).find('`') == shown.npos);
    ensure(shown.find_first_of("<\x1b") == shown.npos);
    return 0;
}
