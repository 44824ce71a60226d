#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "reports/report_rows.h"

namespace accubooks::reports {

/// A text as a cell of CSV (RFC 4180), quoted where it must be. One that a spreadsheet would take
/// for a formula (it begins with = + - @, a tab or a carriage return) gets an apostrophe in front,
/// and so does one that begins with an apostrophe: who takes one off reads what was written.
/// Source: OWASP, "CSV Injection".
std::string csv_text(std::string_view text);

/// Rows as CSV: RFC 4180, '\n' line ends, texts as csv_text writes them.
class CsvRows final : public ReportRows {
public:
    void text(std::string_view text) override { add(csv_text(text)); }
    void decimal(std::string_view digits, int) override { add(digits); }
    void end_row() override;

    std::string take() && { return std::move(csv_); }

private:
    void add(std::string_view cell);

    std::string csv_;
    bool is_first_ = true;  // of its row
};

/// A report as CSV, by its write_rows.
template <class Report>
std::string to_csv(const Report& report) {
    CsvRows rows;
    write_rows(report, rows);
    return std::move(rows).take();
}

}  // namespace accubooks::reports
