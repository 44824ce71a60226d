#include "net/webhook.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "base/json_writer.h"
#include "net/printable_lines.h"

namespace accubooks::net {
namespace {

constexpr std::size_t kUrlMax = 2000;
constexpr std::size_t kTextMax = 30'000;  // Slack cuts what is longer

struct Network {
    std::uint32_t first;
    int bits;
};

/// What isn't of the Internet at large (IANA's registry of special-purpose addresses).
constexpr auto kSpecial = std::to_array<Network>({
    {0x00000000, 8},   // this network
    {0x0A000000, 8},   // private
    {0x64400000, 10},  // behind a carrier's translation
    {0x7F000000, 8},   // this machine
    {0xA9FE0000, 16},  // link, and clouds' metadata
    {0xAC100000, 12},  // private
    {0xC0000000, 24},  // protocol assignments
    {0xC0000200, 24},  // documentation
    {0xC0586300, 24},  // 6to4 relays
    {0xC0A80000, 16},  // private
    {0xC6120000, 15},  // benchmarks
    {0xC6336400, 24},  // documentation
    {0xCB007100, 24},  // documentation
    {0xE0000000, 3},   // multicast, reserved, broadcast
});

std::unexpected<base::Error> bad_url() {
    // Without the URL, which is a secret.
    return base::refuse(
        base::ErrorKind::invalid,
        "delivery.bad_url",
        "Give the webhook a URL such as https://hooks.example.com/services/…, without user and "
        "fragment."
    );
}

bool is_host_letter(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '.';
}

std::optional<std::uint16_t> port_of(std::string_view digits) {
    std::uint16_t port = 0;
    const char* const end = std::to_address(digits.end());
    const auto [stopped, error] = std::from_chars(std::to_address(digits.begin()), end, port);
    return error == std::errc{} && stopped == end && port != 0 ? std::optional{port} : std::nullopt;
}

}  // namespace

base::Result<WebhookUrl> WebhookUrl::parse(std::string_view text) {
    WebhookUrl url{.text = std::string{text}, .host = ""};
    std::string_view rest = text;
    if (rest.starts_with("http://")) {
        url.is_encrypted = false;
        url.port = 80;
        rest.remove_prefix(7);
    } else if (rest.starts_with("https://")) {
        rest.remove_prefix(8);
    } else {
        return bad_url();
    }
    const bool is_visible = std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
    if (!is_visible || text.size() > kUrlMax || text.find_first_of("#@\\") != text.npos) {
        return bad_url();
    }
    std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
    if (const auto colon = authority.find(':'); colon != authority.npos) {
        const auto port = port_of(authority.substr(colon + 1));
        if (!port) {
            return bad_url();
        }
        url.port = *port;
        authority = authority.substr(0, colon);
    }
    url.host = authority;
    std::ranges::transform(url.host, url.host.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (url.host.empty() || url.host.size() > 253 ||
        !std::ranges::all_of(url.host, is_host_letter)) {
        return bad_url();
    }
    return url;
}

base::Result<void> check_host(const WebhookUrl& url, std::span<const std::string> allowed) {
    if (std::ranges::find(allowed, url.host) == allowed.end()) {
        return base::refuse(
            base::ErrorKind::forbidden,
            "delivery.host_not_allowed",
            fmt::format("The host {} isn't among notify.webhook_hosts.", url.host)
        );
    }
    return {};
}

bool is_public_address(std::string_view address) {
    const std::string text{address};
    in_addr four{};
    if (inet_pton(AF_INET, text.c_str(), &four) == 1) {
        const std::uint32_t number = ntohl(four.s_addr);
        return std::ranges::none_of(kSpecial, [number](const Network& network) {
            return (number ^ network.first) >> (32 - network.bits) == 0;
        });
    }
    std::array<std::uint8_t, 16> six{};
    if (inet_pton(AF_INET6, text.c_str(), six.data()) != 1) {
        return false;
    }
    // 2000::/3 is what has been given out. In it: 2001::/23 (protocols, tunnels), documentation,
    // and 6to4, which leads to an IPv4 address that would have to be looked at.
    const auto begins = [&six](std::uint8_t first, std::uint8_t second) {
        return six[0] == first && six[1] == second;
    };
    return (six[0] >> 5) == 1 && !(begins(0x20, 0x01) && six[2] < 2) &&
           !(begins(0x20, 0x01) && six[2] == 0x0D && six[3] == 0xB8) && !begins(0x20, 0x02) &&
           !(begins(0x3F, 0xFF) && six[2] < 0x10);
}

std::string webhook_body(std::string_view text) {
    // In a block of code nothing is an element but the end of the block and, for Slack, what stands
    // in angle brackets.
    std::string shown;
    for (const char c : printable_lines(text.substr(0, kTextMax), "\n")) {
        switch (c) {
            case '&':
                shown += "&amp;";
                break;
            case '<':
                shown += "&lt;";
                break;
            case '>':
                shown += "&gt;";
                break;
            case '`':
                shown += '\'';
                break;
            default:
                shown += c;
        }
    }
    base::JsonWriter json;
    json.begin_object().member("text", "```\n" + shown + "```").end_object();
    return std::move(json).take();
}

}  // namespace accubooks::net
