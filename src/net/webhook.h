#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace accubooks::net {

/// Where a message is posted to: Slack's incoming webhooks, or what takes the same.
struct WebhookUrl {
    std::string text;  // as given: a secret, since who has it may post
    std::string host;
    std::uint16_t port = 443;
    bool is_encrypted = true;

    /// https://HOST[:PORT]/PATH, or http for a host on this machine or network (`is_public_address`
    /// says which those are). No user and no fragment in it. Errors: `delivery.bad_url`.
    static base::Result<WebhookUrl> parse(std::string_view text);
};

/// Whether the list, host names, has this host. Errors: `delivery.host_not_allowed`.
base::Result<void> check_host(const WebhookUrl& url, std::span<const std::string> allowed);

/// Whether the address (IPv4 or IPv6, as text) is one of the Internet at large: not this machine,
/// a private network, a link, documentation, multicast, or a way into one of those. What isn't an
/// address isn't public either.
bool is_public_address(std::string_view address);

/// The message that the receiver shows as these lines, character for character: nothing in `text`
/// becomes a link, a mention, another element or a terminal's command.
std::string webhook_body(std::string_view text);

}  // namespace accubooks::net
