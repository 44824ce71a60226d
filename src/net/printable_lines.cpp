#include "net/printable_lines.h"

#include <algorithm>

#include "base/utf8.h"

namespace accubooks::net {

std::string printable_lines(std::string_view text, std::string_view line_end) {
    std::string shown;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        shown += base::printable(text.substr(0, end));
        shown += line_end;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return shown;
}

}  // namespace accubooks::net
