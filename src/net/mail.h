#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace accubooks::net {

/// A message to one person. Subject and text may hold anything: nothing in them becomes a header,
/// a second message or a terminal's command.
struct Mail {
    std::string from;
    std::string to;
    std::string subject;
    std::string text;  // lines end with \n
    std::string id;    // left of the @ of its Message-ID, the same whenever it is sent again
    base::Instant at{};
};

/// One address as SMTP takes it, ann@example.com: ASCII, no display name, no quoting, no literal.
/// Errors: `delivery.bad_address`.
base::Result<void> check_mail_address(std::string_view address);

/// The message as RFC 5322 writes it, plain text in UTF-8. `id` is of letters, digits and dots.
/// Errors: `delivery.bad_address`.
base::Result<std::string> compose(const Mail& mail);

}  // namespace accubooks::net
