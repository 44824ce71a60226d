#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "reports/report_rows.h"

namespace accubooks::reports {

inline constexpr std::string_view kXlsxMediaType =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Rows as a workbook of one sheet (ECMA-376), the columns' names in a head that stays. A decimal
/// of up to 15 digits is a number, which a double tells apart from every other, shown with its
/// places; a longer one is text, since nothing is rounded. The same rows give the same bytes.
class XlsxRows final : public ReportRows {
public:
    XlsxRows();
    ~XlsxRows() override;

    void text(std::string_view text) override;
    void decimal(std::string_view digits, int places) override;
    void end_row() override;

    /// Once. Errors: `reports.too_many_rows` past what a sheet holds. Throws std::runtime_error
    /// where there is no room for the file while it is made.
    base::Result<std::string> take() &&;

private:
    struct Workbook;
    std::unique_ptr<Workbook> workbook_;
};

/// A report as a workbook, by its write_rows. Errors and exceptions: as XlsxRows::take.
template <class Report>
base::Result<std::string> to_xlsx(const Report& report) {
    XlsxRows rows;
    write_rows(report, rows);
    return std::move(rows).take();
}

}  // namespace accubooks::reports
