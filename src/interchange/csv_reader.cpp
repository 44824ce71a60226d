#include "interchange/csv_reader.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/utf8.h"
#include "interchange/internal/cursor.h"

namespace accubooks::interchange {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Windows-1252 from 0x80 to 0x9F; 0 where it has nothing. Source: Unicode, CP1252.TXT.
constexpr std::array<char16_t, 32> kCp1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

void append_utf8(std::string& to, char16_t letter) {
    if (letter < 0x800) {
        to += static_cast<char>(0xC0 | (letter >> 6));
    } else {
        to += static_cast<char>(0xE0 | (letter >> 12));
        to += static_cast<char>(0x80 | ((letter >> 6) & 0x3F));
    }
    to += static_cast<char>(0x80 | (letter & 0x3F));
}

std::uint32_t line_at(std::string_view text, std::size_t at) {
    return 1 + static_cast<std::uint32_t>(std::ranges::count(text.substr(0, at), '\n'));
}

std::unexpected<CsvError> bad_csv(CsvPlace at, std::string reason) {
    return std::unexpected(
        CsvError{.at = at, .code = "interchange.bad_csv", .reason = std::move(reason)}
    );
}

/// Reads a text cell by cell.
class RowReader {
public:
    RowReader(std::string_view text, char delimiter) : text_{text}, delimiter_{delimiter} {}

    bool has_ended() const { return at_ >= text_.size(); }
    /// The next row, which may be blank.
    CsvResult<CsvRow> next();

private:
    CsvResult<std::string> read_cell();
    CsvResult<std::string> read_quoted();
    bool at_line_end() const { return text_[at_] == '\n' || text_[at_] == '\r'; }
    void take_line_end();
    CsvPlace place() const {
        return {.line = line_, .cell = static_cast<std::uint32_t>(row_.cells.size()) + 1};
    }

    std::string_view text_;
    char delimiter_;
    std::size_t at_ = 0;
    std::uint32_t line_ = 1;
    CsvRow row_;
};

void RowReader::take_line_end() {
    const bool is_pair = text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n';
    at_ += is_pair ? 2 : 1;
    ++line_;
}

CsvResult<std::string> RowReader::read_quoted() {
    const CsvPlace begun = place();
    std::string cell;
    for (++at_; at_ < text_.size();) {
        if (text_[at_] == '"') {
            ++at_;
            if (at_ == text_.size() || text_[at_] != '"') {
                return cell;
            }
        }
        if (cell.size() == CsvLimits::kCellBytes) {
            return bad_csv(begun, "the cell is longer than 20000 bytes");
        }
        line_ += text_[at_] == '\n' ? 1 : 0;
        cell += text_[at_++];
    }
    return bad_csv(begun, "the cell's quote isn't closed");
}

CsvResult<std::string> RowReader::read_cell() {
    if (at_ < text_.size() && text_[at_] == '"') {
        auto cell = read_quoted();
        if (cell && at_ < text_.size() && text_[at_] != delimiter_ && !at_line_end()) {
            return bad_csv(place(), "something stands behind the cell's closing quote");
        }
        return cell;
    }
    const std::size_t start = at_;
    while (at_ < text_.size() && text_[at_] != delimiter_ && !at_line_end()) {
        ++at_;
    }
    if (at_ - start > CsvLimits::kCellBytes) {
        return bad_csv(place(), "the cell is longer than 20000 bytes");
    }
    return std::string{text_.substr(start, at_ - start)};
}

CsvResult<CsvRow> RowReader::next() {
    row_ = {.line = line_, .cells = {}};
    while (true) {
        auto cell = read_cell();
        if (!cell) {
            return std::unexpected(std::move(cell).error());
        }
        if (row_.cells.size() == CsvLimits::kCellsOfRow) {
            return bad_csv(place(), "the row has more than 200 cells");
        }
        row_.cells.push_back(*std::move(cell));
        if (has_ended() || at_line_end()) {
            break;
        }
        ++at_;
    }
    if (!has_ended()) {
        take_line_end();
    }
    return std::move(row_);
}

bool is_blank(const CsvRow& row) {
    return std::ranges::all_of(row.cells, [](const std::string& cell) {
        return stripped(cell).empty();
    });
}

}  // namespace

std::string_view to_string(Charset charset) {
    return charset == Charset::utf8 ? "utf-8" : "windows-1252";
}

Charset charset_of(std::string_view bytes) {
    return base::is_utf8(bytes) ? Charset::utf8 : Charset::cp1252;
}

CsvResult<std::string> decoded(std::string_view bytes, Charset charset) {
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
        return bad_csv({.line = 1, .cell = 1}, "the file is UTF-16; save it as UTF-8");
    }
    if (const auto nul = bytes.find('\0'); nul != std::string_view::npos) {
        return bad_csv({.line = line_at(bytes, nul), .cell = 1}, "the line holds a NUL byte");
    }
    if (charset == Charset::utf8) {
        const std::size_t good = base::utf8_prefix(bytes);
        if (good < bytes.size()) {
            return bad_csv({.line = line_at(bytes, good), .cell = 1}, "the line isn't UTF-8");
        }
        if (bytes.starts_with(kByteOrderMark)) {
            bytes.remove_prefix(kByteOrderMark.size());
        }
        return std::string{bytes};
    }
    std::string text;
    text.reserve(bytes.size() + bytes.size() / 8);
    for (const char byte : bytes) {
        const auto code = static_cast<std::uint8_t>(byte);
        if (code < 0x80) {
            text += byte;
            continue;
        }
        const bool is_special = code < 0xA0 && kCp1252[code - 0x80] != 0;
        append_utf8(text, is_special ? kCp1252[code - 0x80] : static_cast<char16_t>(code));
    }
    return text;
}

CsvResult<std::vector<CsvRow>> read_csv(std::string_view text, char delimiter) {
    RowReader reader{text, delimiter};
    std::vector<CsvRow> rows;
    while (!reader.has_ended()) {
        auto row = reader.next();
        if (!row) {
            return std::unexpected(std::move(row).error());
        }
        if (is_blank(*row)) {
            continue;
        }
        if (rows.size() == CsvLimits::kRows) {
            return bad_csv({.line = row->line, .cell = 1}, "the file has more than 200000 rows");
        }
        rows.push_back(*std::move(row));
    }
    return rows;
}

char delimiter_of(std::string_view text) {
    constexpr std::size_t kRowsLookedAt = 1000;
    char best = ',';
    std::size_t most = 0;
    for (const char delimiter : {',', ';', '\t', '|'}) {
        RowReader reader{text, delimiter};
        std::map<std::size_t, std::size_t> widths;  // rows by number of cells
        for (std::size_t read = 0; read < kRowsLookedAt && !reader.has_ended(); ++read) {
            const auto row = reader.next();
            if (!row) {
                break;  // what is wrong there is told once the delimiter is known
            }
            if (row->cells.size() > 1) {
                ++widths[row->cells.size()];
            }
        }
        for (const auto& [cells, count] : widths) {
            if (count * cells > most) {
                most = count * cells;
                best = delimiter;
            }
        }
    }
    return best;
}

std::string_view text_of_cell(std::string_view cell) {
    constexpr std::string_view kStartsOfFormulas = "=+-@\t\r'";
    const bool is_marked =
        cell.size() > 1 && cell[0] == '\'' && kStartsOfFormulas.contains(cell[1]);
    return is_marked ? cell.substr(1) : cell;
}

}  // namespace accubooks::interchange
