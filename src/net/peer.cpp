#include "net/peer.h"

#include <algorithm>
#include <charconv>
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

using Bytes = ip::address_v6::bytes_type;
constexpr unsigned kMappedBits = 96;  // before an IPv4 address that is written as an IPv6 one

Bytes bytes_of(const ip::address& address) {
    return address.is_v4() ? ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes()
                           : address.to_v6().to_bytes();
}

struct Network {
    Bytes address{};
    unsigned bits = 0;  // of it that all addresses of the network share
};

std::optional<Network> parse_network(std::string_view text) {
    const auto slash = std::min(text.find('/'), text.size());
    const auto address = parse(text.substr(0, slash));
    if (!address) {
        return std::nullopt;
    }
    const unsigned most = address->is_v4() ? 32 : 128;
    unsigned bits = most;
    if (slash < text.size()) {
        const std::string_view digits = text.substr(slash + 1);
        const char* const begin = digits.data();
        const char* const end = begin + digits.size();
        const auto [stopped, error] = std::from_chars(begin, end, bits);
        if (error != std::errc{} || stopped != end || bits > most) {
            return std::nullopt;
        }
    }
    return Network{
        .address = bytes_of(*address), .bits = address->is_v4() ? kMappedBits + bits : bits
    };
}

bool contains(const Network& network, const Bytes& address) {
    const std::size_t whole = network.bits / 8;
    const unsigned rest = network.bits % 8;
    if (!std::ranges::equal(
            std::span{address}.first(whole), std::span{network.address}.first(whole)
        )) {
        return false;
    }
    return rest == 0 || (address[whole] ^ network.address[whole]) >> (8 - rest) == 0;
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

bool is_network(std::string_view text) {
    return parse_network(text).has_value();
}

bool is_in(std::string_view address, std::span<const std::string> networks) {
    const auto itself = parse(address);
    return itself && std::ranges::any_of(networks, [&](const std::string& one) {
               const auto network = parse_network(one);
               return network && contains(*network, bytes_of(*itself));
           });
}

bool is_loopback(std::string_view address) {
    const auto parsed = parse(address);
    return parsed && parsed->is_loopback();
}

std::string share_of(std::string_view client, const HttpSettings& settings) {
    const bool unbounded = (!settings.loopback_has_share && is_loopback(client)) ||
                           is_in(client, settings.trusted_proxies);
    return unbounded ? std::string{} : network_of(client);
}

std::string client_of(
    std::string_view peer, const Headers& headers, std::span<const std::string> trusted_proxies
) {
    if (is_in(peer, trusted_proxies)) {
        // A proxy adds its field behind those that came from the client.
        if (const auto forwarded = headers.find_last("X-Forwarded-For")) {
            if (const auto client = parse(last_of(*forwarded))) {
                return client->to_string();
            }
        }
    }
    return std::string{peer};
}

bool came_over_tls(
    std::string_view peer, const Headers& headers, std::span<const std::string> trusted_proxies
) {
    const auto forwarded = headers.find_last("X-Forwarded-Proto");
    return forwarded && is_in(peer, trusted_proxies) && last_of(*forwarded) == "https";
}

}  // namespace accubooks::net
