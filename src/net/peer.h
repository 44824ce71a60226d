#pragma once

#include <span>
#include <string>
#include <string_view>

#include "net/http.h"
#include "net/server.h"

namespace accubooks::net {

/// What counts as one client: an IPv4 address, or the first 64 bits of an IPv6 one, since a home
/// has that many of its own. A text that is no address counts as itself.
std::string network_of(std::string_view address);

bool is_address(std::string_view text);

/// Whether it is an address, or a network of addresses as "192.0.2.0/24" (RFC 4632 §3.1).
bool is_network(std::string_view text);

/// Whether the address is in one of the networks.
bool is_in(std::string_view address, std::span<const std::string> networks);

/// Whether the address is this machine's own: a proxy beside us, a probe, the operator.
bool is_loopback(std::string_view address);

/// Whose request it is. `peer` is the connection's other end; when it is in one of the networks
/// `trusted_proxies`, the client is the address that the proxy put last into X-Forwarded-For, the
/// only one in it that the client couldn't write itself. Without a readable one it is the proxy.
std::string client_of(
    std::string_view peer, const Headers& headers, std::span<const std::string> trusted_proxies
);

/// Whether a trusted proxy says, last in X-Forwarded-Proto, that its client came by https.
bool came_over_tls(
    std::string_view peer, const Headers& headers, std::span<const std::string> trusted_proxies
);

/// Whose share of the server's connections and bodies it is that `client` takes from: a network's,
/// or empty where HttpSettings grants it without one.
std::string share_of(std::string_view client, const HttpSettings& settings);

}  // namespace accubooks::net
