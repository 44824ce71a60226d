#pragma once

#include <string>
#include <string_view>

namespace accubooks::net {

/// `text` line by line as base::printable shows it, each ended by `line_end`: what isn't text is
/// seen, and lines stay lines.
std::string printable_lines(std::string_view text, std::string_view line_end);

}  // namespace accubooks::net
