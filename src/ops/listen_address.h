#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace accubooks::ops {

/// An address to listen on, "127.0.0.1:8080" or "[::1]:8080"; port 0 lets the system choose.
struct ListenAddress {
    std::string host;
    std::uint16_t port = 0;

    friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

/// None when the text isn't HOST:PORT.
std::optional<ListenAddress> parse_listen_address(std::string_view text);

/// The form that is read back, with brackets around an IPv6 host.
std::string to_string(const ListenAddress& address);

}  // namespace accubooks::ops
