#include "launch/report_statement.h"

#include <gtest/gtest.h>

namespace accubooks::launch {
namespace {

ReportStatement statement() {
    return {
        .change = "CHG-0001",
        .revision = 2,
        .attempt = 3,
        .report = base::sha256("report"),
        .outcome = "rolled_back",
        .signer = {},
        .signer_name = "Lea \"the lead\" Lindqvist",
        .signed_at = base::Instant::from_unix_micros(1'767'225'600'000'000),
    };
}

TEST(ReportStatement, IsReadAsItWasWritten) {
    const auto read = report_statement_of(statement_of(statement()));
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    EXPECT_EQ(read->report, base::sha256("report"));
    EXPECT_EQ(read->signer_name, statement().signer_name);
    EXPECT_EQ(statement_of(*read), statement_of(statement()));
}

TEST(ReportStatement, RefusesWhatIsNotOne) {
    const std::string good = statement_of(statement());
    struct Case {
        const char* name;
        std::string_view piece;
        std::string_view instead;
    };
    const Case cases[] = {
        {"another kind of statement", "launch/report/v1", "launch/role/v1"},
        {"a name that doesn't fit", "CHG-0001/rev/2", "CHG-0002/rev/2"},
        {"a number as a text", R"("attempt":3)", R"("attempt":"3")"},
        {"something besides", R"("outcome")", R"("also":1,"outcome")"},
        {"not canonical", R"({"_type")", R"({ "_type")"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        std::string text = good;
        const auto at = text.find(c.piece);
        ASSERT_NE(at, std::string::npos);
        EXPECT_FALSE(report_statement_of(text.replace(at, c.piece.size(), c.instead)));
    }
}

}  // namespace
}  // namespace accubooks::launch
