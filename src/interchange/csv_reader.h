#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "interchange/import_problem.h"

namespace accubooks::interchange {

/// Bounds of a CSV file; past one of them it is refused.
struct CsvLimits {
    static constexpr std::size_t kFileBytes = std::size_t{32} << 20U;
    static constexpr std::size_t kRows = 200'000;
    static constexpr std::size_t kCellsOfRow = 200;
    static constexpr std::size_t kCellBytes = 20'000;
};

/// A place in a CSV file: its line, and the cell of the row, both from 1.
struct CsvPlace {
    std::uint32_t line = 0;
    std::uint32_t cell = 0;
};

struct CsvRow {
    std::uint32_t line = 0;  // on which it begins
    std::vector<std::string> cells;
};

/// Something wrong with a file, and what was to be told where it is open how the file is read.
struct CsvError {
    CsvPlace at{};
    std::string_view code;
    std::string reason;  // one sentence
    std::optional<ImportQuestion> question{};
};
template <class T>
using CsvResult = std::expected<T, CsvError>;

enum class Charset : std::uint8_t { utf8, cp1252 };

std::string_view to_string(Charset charset);

/// What the bytes are: UTF-8 where they can be, else Windows-1252, which has nearly all of
/// ISO 8859-1 and gives every byte a letter.
Charset charset_of(std::string_view bytes);
/// The bytes as UTF-8, without a byte order mark. Errors: `interchange.bad_csv`.
CsvResult<std::string> decoded(std::string_view bytes, Charset charset);

/// Rows of a text (RFC 4180, whichever delimiter): a cell in quotes may hold delimiters, line ends
/// and doubled quotes; lines end with LF, CRLF or CR; rows of nothing but blanks are left out.
/// Errors: `interchange.bad_csv`.
CsvResult<std::vector<CsvRow>> read_csv(std::string_view text, char delimiter);

/// The delimiter of ',', ';', tab and '|' that parts most of the first rows into as many cells as
/// most others.
char delimiter_of(std::string_view text);

/// The text of a cell that a spreadsheet must not take for a formula: without the apostrophe that
/// reports put in front of it (reports/csv.h).
std::string_view text_of_cell(std::string_view cell);

}  // namespace accubooks::interchange
