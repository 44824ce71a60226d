#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/money.h"
#include "reports/total.h"

namespace accubooks::reports {

/// Where the rows of a report go, cell by cell, so that a report as CSV and as a spreadsheet is
/// the same.
class ReportRows {
public:
    ReportRows() = default;
    virtual ~ReportRows() = default;
    ReportRows(const ReportRows&) = delete;
    ReportRows& operator=(const ReportRows&) = delete;

    /// Never a formula, whatever it says.
    virtual void text(std::string_view text) = 0;
    /// Plain digits, `places` of them after the point.
    virtual void decimal(std::string_view digits, int places) = 0;
    virtual void end_row() = 0;

    /// The columns' names, first of all: `own`, and for the n-th column beside those of `beside`
    /// with _n behind.
    void head(
        std::initializer_list<std::string_view> own,
        std::initializer_list<std::string_view> beside,
        std::size_t columns_beside
    );
    /// The last row: in one column what the report asserts and which entry is the last in it, and
    /// nothing else. It is the only row with nothing in the first column, so that a file cut short
    /// can be told, and the importer takes it for no line of an entry.
    void end(
        std::string_view assertion, base::EntryNumber last, std::string_view column = "account"
    );

    void amount(Total units, const base::Commodity& commodity);
    void number(std::int64_t number);
    /// As percent_of_change says it; none is an empty cell.
    void percent(const std::optional<std::string>& change);

private:
    std::vector<std::string> names_;  // of the columns
};

}  // namespace accubooks::reports
