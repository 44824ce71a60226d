#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "interchange/csv_mapping.h"
#include "interchange/csv_reader.h"

namespace accubooks::interchange {

/// Where the columns of a mapping are in a file.
class Columns {
public:
    /// Those whose titles stand in one of the first rows; all of them by number or the same in all
    /// rows need none. `first` becomes the place of the first row that isn't of the header. Errors:
    /// `interchange.no_column`.
    static CsvResult<Columns> of(
        const CsvMapping& mapping, std::span<const CsvRow> rows, std::size_t& first
    );

    /// The line on which the titles stand; 0: there are none.
    std::uint32_t title_line() const { return title_line_; }

    /// What a row has there, without blanks around it; empty where it has nothing.
    std::string text(const CsvRow& row, std::string_view key) const;
    /// The cell, from 1; 1 where it is told otherwise than by one.
    std::uint32_t cell(std::string_view key) const;
    CsvPlace place(const CsvRow& row, std::string_view key) const {
        return {.line = row.line, .cell = cell(key)};
    }
    /// By key, from 0.
    const std::map<std::string_view, std::size_t>& cells() const { return cells_; }

private:
    /// The titles that the row lacks; what it has is kept.
    CsvResult<std::vector<std::string_view>> find_titles(
        const std::map<std::string_view, std::string_view>& titled, const CsvRow& row
    );

    std::map<std::string_view, std::size_t> cells_;
    std::map<std::string_view, std::string> constants_;
    std::uint32_t title_line_ = 0;
};

}  // namespace accubooks::interchange
