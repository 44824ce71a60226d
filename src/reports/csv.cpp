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

void CsvRows::end_row() {
    csv_ += '\n';
    is_first_ = true;
}

void CsvRows::add(std::string_view cell) {
    if (!is_first_) {
        csv_ += ',';
    }
    is_first_ = false;
    csv_ += cell;
}

}  // namespace accubooks::reports
