#include "ops/listen_address.h"

#include <charconv>

#include <fmt/format.h>

namespace accubooks::ops {

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) {
        return std::nullopt;
    }
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    }
    ListenAddress address{.host = std::string{host}};
    const std::string_view port = text.substr(colon + 1);
    const char* const begin = port.data();
    const char* const end = begin + port.size();
    const auto [stopped, error] = std::from_chars(begin, end, address.port);
    const bool is_port = error == std::errc{} && stopped == end && !port.empty();
    return is_port && !host.empty() ? std::optional{address} : std::nullopt;
}

std::string to_string(const ListenAddress& address) {
    return address.host.find(':') == std::string::npos
               ? fmt::format("{}:{}", address.host, address.port)
               : fmt::format("[{}]:{}", address.host, address.port);
}

}  // namespace accubooks::ops
