#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace accubooks::net {

/// A message that nobody sends.
struct UnsentMessage {
    std::string_view missing;  // what isn't configured: "mail server", "webhook"
    std::string_view to;
    std::string_view subject;
    base::Instant at;
    std::string_view text;
};

/// Writes it to a file of its owner alone that is whole or not there, and whose first words say
/// that it wasn't sent; what doesn't print is escaped. Its path. The folder is made. Errors:
/// `delivery.failed`.
base::Result<std::string> put_in_outbox(
    const std::filesystem::path& folder, std::string_view name, const UnsentMessage& message
);

}  // namespace accubooks::net
