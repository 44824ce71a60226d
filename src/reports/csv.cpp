#include "reports/csv.h"

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

}  // namespace accubooks::reports
