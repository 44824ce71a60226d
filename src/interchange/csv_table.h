#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"
#include "base/json_writer.h"
#include "interchange/csv_mapping.h"
#include "interchange/csv_reader.h"

namespace accubooks::interchange {

enum class DateOrder : std::uint8_t { ymd, dmy, mdy };

std::string_view to_string(DateOrder order);

/// How a file is written: told by the mapping, or decided by all of it.
struct CsvFormat {
    Charset charset = Charset::utf8;
    char delimiter = ',';
    std::uint32_t title_line = 0;  // with the columns' titles; 0: there are none
    DateOrder date_order = DateOrder::ymd;
    char decimal_mark = '.';
};

/// Writes it as an object: charset, delimiter, title_line (null: there are none), date_order and
/// decimal_mark.
void write_format(base::JsonWriter& json, const CsvFormat& format);

/// A row of a file as its mapping reads it.
struct CsvRecord {
    std::uint32_t line = 0;
    base::Date date{};
    std::string description{};
    std::string reference{};
    std::string memo{};
    std::string account{};    // its code
    std::string counter{};    // likewise; empty where rows are lines of an entry
    std::string entry{};      // which entry the row belongs to; empty: a row alone
    std::string commodity{};  // empty: the base currency
    base::Decimal amount{};   // debit positive
    std::optional<base::Decimal> base_amount{};
};

struct CsvTable {
    CsvFormat format{};
    std::vector<CsvRecord> records{};
    /// By key of the mapping: the cell it is in, from 1.
    std::map<std::string_view, std::uint32_t> cells{};
    /// Rows that are no entries: their amount is zero, or they are a report's that aren't lines.
    std::uint64_t left_out = 0;
};

/// What is wrong with a file: the first places, at most kNamedMax, never none.
using CsvErrors = std::vector<CsvError>;
ImportProblem problem_of(const CsvError& error, std::string file);

/// Reads a whole file. Charset, delimiter, the order of a date's parts and the decimal mark are
/// decided by all its rows, never row by row; where they allow two readings the file is refused
/// with the question that the mapping must answer. What stands before the titles is left out. Wrong
/// rows are told together. Errors: `interchange.bad_csv`, `interchange.ambiguous_csv`,
/// `interchange.no_column`.
std::expected<CsvTable, CsvErrors> read_table(std::string_view bytes, const CsvMapping& mapping);

}  // namespace accubooks::interchange
