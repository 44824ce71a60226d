#include "reports/xlsx.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace accubooks::reports {
namespace {

using ::testing::StartsWith;

std::string made_of(const std::function<void(ReportRows&)>& write) {
    XlsxRows rows;
    write(rows);
    return std::move(rows).take().value();
}

// What is in the cells is looked at by api/workbook_test.py, which opens the file again.

TEST(XlsxRows, AreAFileAndTheSameForTheSameRows) {
    const auto write = [](ReportRows& rows) {
        rows.text("account");
        rows.text("amount");
        rows.end_row();
        rows.text("=1+1");
        rows.decimal("-12.50", 2);
        rows.end_row();
    };
    const std::string first = made_of(write);
    EXPECT_THAT(first, StartsWith("PK"));
    EXPECT_EQ(made_of(write), first);
    const auto other = [](ReportRows& rows) { rows.text("account"); };
    EXPECT_NE(made_of(other), first);
}

TEST(XlsxRows, MayBeNone) {
    EXPECT_THAT(made_of([](ReportRows&) {}), StartsWith("PK"));
    const XlsxRows dropped;
}

TEST(XlsxRows, AreRefusedPastTheEndOfASheet) {
    constexpr int kMost = 1'048'576;
    XlsxRows rows;
    for (int row = 0; row <= kMost; ++row) {
        rows.text(row == kMost ? "one too many" : "");
        rows.end_row();
    }
    const auto refused = std::move(rows).take();
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "reports.too_many_rows");
}

}  // namespace
}  // namespace accubooks::reports
