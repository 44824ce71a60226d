#include "reports/csv.h"

#include <fmt/format.h>

namespace accubooks::reports {

std::string csv_text(std::string_view text) {
    constexpr std::string_view kStartsOfFormulas = "=+-@\t\r'";
    std::string cell;
    if (!text.empty() && kStartsOfFormulas.contains(text.front())) {
        cell = '\'';
    }
    cell += text;
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
        return cell;
    }
    std::string quoted = "\"";
    for (const char letter : cell) {
        quoted += letter;
        if (letter == '"') {
            quoted += '"';
        }
    }
    return quoted + '"';
}

std::string csv_end(std::string_view head, std::string_view assertion, base::EntryNumber last) {
    head = head.substr(0, head.find('\n'));
    std::string row;
    while (true) {
        const std::size_t comma = head.find(',');
        if (head.substr(0, comma) == "account") {
            row += csv_text(fmt::format("{} As of entry {}.", assertion, last.value));
        }
        if (comma == std::string_view::npos) {
            return row + '\n';
        }
        row += ',';
        head.remove_prefix(comma + 1);
    }
}

}  // namespace accubooks::reports
