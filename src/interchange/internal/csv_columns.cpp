#include "interchange/internal/csv_columns.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/utf8.h"
#include "interchange/internal/cursor.h"

namespace accubooks::interchange {
namespace {

constexpr std::string_view kColumns[] = {
    "account",
    "amount",
    "amount_or",
    "base_credit",
    "base_debit",
    "commodity",
    "counter",
    "credit",
    "date",
    "debit",
    "description",
    "entry",
    "memo",
    "reference",
    "sign",
};
/// Titles stand in one of the first rows, or nowhere.
constexpr std::size_t kRowsOfHeaderMax = 100;

/// "#3" is 2.
std::optional<std::size_t> number_told(std::string_view told) {
    if (!told.starts_with('#')) {
        return std::nullopt;
    }
    told.remove_prefix(1);
    std::size_t number = 0;
    const auto [end, fault] = std::from_chars(told.data(), told.data() + told.size(), number);
    const bool is_number = fault == std::errc{} && end == told.data() + told.size();
    return is_number && number > 0 && number <= CsvLimits::kCellsOfRow ? std::optional{number - 1}
                                                                       : std::nullopt;
}

std::unexpected<CsvError> no_column(std::uint32_t line, std::string reason) {
    return std::unexpected(CsvError{
        .at = {.line = line, .cell = 1},
        .code = "interchange.no_column",
        .reason = std::move(reason),
    });
}

}  // namespace

CsvResult<Columns> Columns::of(
    const CsvMapping& mapping, std::span<const CsvRow> rows, std::size_t& first
) {
    if (rows.empty()) {
        return no_column(1, "the file has no rows");
    }
    Columns columns;
    std::map<std::string_view, std::string_view> titled;  // key, title
    for (const std::string_view key : kColumns) {
        const std::string_view told = mapping[key];
        if (told.starts_with('=')) {
            columns.constants_.emplace(key, told.substr(1));
        } else if (const auto number = number_told(told)) {
            columns.cells_.emplace(key, *number);
        } else if (!told.empty()) {
            titled.emplace(key, told);
        }
    }
    first = mapping.rows("header");
    if (titled.empty()) {
        return columns;
    }
    const std::size_t from = first == 0 ? 0 : first - 1;
    const std::size_t end = std::min(rows.size(), first == 0 ? kRowsOfHeaderMax : from + 1);
    std::vector<std::string_view> lacking;  // in the row that has most
    std::uint32_t line = 1;
    for (std::size_t at = from; at < end; ++at) {
        auto missing = columns.find_titles(titled, rows[at]);
        if (!missing) {
            return std::unexpected(std::move(missing).error());
        }
        if (missing->empty()) {
            first = at + 1;
            columns.title_line_ = rows[at].line;
            return columns;
        }
        if (lacking.empty() || missing->size() < lacking.size()) {
            lacking = *std::move(missing);
            line = rows[at].line;
        }
    }
    return no_column(
        line,
        fmt::format(
            "no row has all titles of the mapping; here is none called {}",
            base::printable(fmt::to_string(fmt::join(lacking, ", ")))
        )
    );
}

CsvResult<std::vector<std::string_view>> Columns::find_titles(
    const std::map<std::string_view, std::string_view>& titled, const CsvRow& row
) {
    std::vector<std::string_view> missing;
    std::string_view twice;
    for (const auto& [key, title] : titled) {
        const auto is_title = [wanted = title](const std::string& cell) {
            return stripped(cell) == wanted;
        };
        const auto found = std::ranges::find_if(row.cells, is_title);
        if (found == row.cells.end()) {
            missing.push_back(title);
            continue;
        }
        if (std::find_if(found + 1, row.cells.end(), is_title) != row.cells.end()) {
            twice = title;
        }
        cells_.insert_or_assign(key, static_cast<std::size_t>(found - row.cells.begin()));
    }
    if (missing.empty() && !twice.empty()) {
        return no_column(
            row.line,
            fmt::format(
                "two columns are called {}; tell the column by its number, as #3",
                base::printable(twice)
            )
        );
    }
    return missing;
}

std::string Columns::text(const CsvRow& row, std::string_view key) const {
    if (const auto constant = constants_.find(key); constant != constants_.end()) {
        return constant->second;
    }
    const auto cell = cells_.find(key);
    if (cell == cells_.end() || cell->second >= row.cells.size()) {
        return {};
    }
    return std::string{text_of_cell(stripped(row.cells[cell->second]))};
}

std::uint32_t Columns::cell(std::string_view key) const {
    const auto found = cells_.find(key);
    return found == cells_.end() ? 1 : static_cast<std::uint32_t>(found->second) + 1;
}

}  // namespace accubooks::interchange
