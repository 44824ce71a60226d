#include "net/peer.h"

#include <algorithm>
#include <optional>

#include <boost/asio/ip/address.hpp>

namespace accubooks::net {

namespace {

namespace ip = boost::asio::ip;

// An IPv4 address that a socket for both families shows as IPv6 is an IPv4 address.
std::optional<ip::address> parse(std::string_view text) {
    boost::system::error_code error;
    auto address = ip::make_address(std::string{text}, error);
    if (error) {
        return std::nullopt;
    }
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    }
    return address;
}

bool is_one_of(std::string_view address, std::span<const std::string> addresses) {
    const auto itself = parse(address);
    return itself && std::ranges::any_of(addresses, [&](const std::string& one) {
               return parse(one) == itself;
           });
}

std::string_view last_of(std::string_view list) {
    const auto comma = list.rfind(',');
    std::string_view last = comma == std::string_view::npos ? list : list.substr(comma + 1);
    const auto first = last.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    last.remove_prefix(first);
    return last.substr(0, last.find_last_not_of(" \t") + 1);
}

}  // namespace

std::string network_of(std::string_view address) {
    const auto parsed = parse(address);
    if (!parsed) {
        return std::string{address};
    }
    if (parsed->is_v4()) {
        return parsed->to_string();
    }
    auto bytes = parsed->to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
    return ip::address_v6{bytes}.to_string() + "/64";
}

bool is_address(std::string_view text) {
    return parse(text).has_value();
}

bool is_loopback(std::string_view address) {
    const auto parsed = parse(address);
    return parsed && parsed->is_loopback();
}

std::string share_of(std::string_view client, const HttpSettings& settings) {
    const bool unbounded = (!settings.loopback_has_share && is_loopback(client)) ||
                           is_one_of(client, settings.trusted_proxies);
    return unbounded ? std::string{} : network_of(client);
}

std::string client_of(
    std::string_view peer, const Headers& headers, std::span<const std::string> trusted_proxies
) {
    if (is_one_of(peer, trusted_proxies)) {
        // A proxy adds its field behind those that came from the client.
        if (const auto forwarded = headers.find_last("X-Forwarded-For")) {
            if (const auto client = parse(last_of(*forwarded))) {
                return client->to_string();
            }
        }
    }
    return std::string{peer};
}

}  // namespace accubooks::net
