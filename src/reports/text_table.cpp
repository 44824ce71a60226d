#include "reports/text_table.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/utf8.h"

namespace accubooks::reports {

TextTable::TextTable(Cells head, std::size_t texts) : texts_{texts}, rows_{std::move(head)} {}

void TextTable::add(Cells cells) {
    base::ensure(cells.size() <= rows_.front().size(), "a row has no more cells than the head");
    cells.resize(rows_.front().size());
    rows_.push_back(std::move(cells));
}

std::string TextTable::text() const {
    std::vector<std::size_t> widths(rows_.front().size());
    for (const Cells& cells : rows_) {
        for (std::size_t at = 0; at < cells.size(); ++at) {
            widths[at] = std::max(widths[at], base::characters_in(cells[at]));
        }
    }
    std::string table;
    for (const Cells& cells : rows_) {
        std::string line;
        for (std::size_t at = 0; at < cells.size(); ++at) {
            const std::string padding(widths[at] - base::characters_in(cells[at]), ' ');
            line += at < texts_ ? cells[at] + padding : padding + cells[at];
            line += "  ";
        }
        line.erase(line.find_last_not_of(' ') + 1);
        table += line + '\n';
    }
    return table;
}

}  // namespace accubooks::reports
