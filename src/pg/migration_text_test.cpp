#include "pg/internal/migration_text.h"

#include <gtest/gtest.h>

namespace accubooks::pg {
namespace {

TEST(MigrationText, IsCutInFrontOfItsMarks) {
    const auto chunks = chunks_of("create a;\n-- expect-rows: 2\nupdate a;\n-- expect-rows: 0\nb");
    ASSERT_EQ(chunks.size(), 3U);
    EXPECT_EQ(chunks[0].text, "create a;\n");
    EXPECT_FALSE(chunks[0].rows_expected.has_value());
    EXPECT_EQ(chunks[1].text, "\n-- expect-rows: 2\nupdate a;\n");
    EXPECT_EQ(chunks[1].rows_expected, 2);
    EXPECT_EQ(chunks[2].text, "\n\n\n-- expect-rows: 0\nb");
    EXPECT_EQ(chunks[2].rows_expected, 0);
}

TEST(MigrationText, TakesAMarkOnlyAtTheBeginningOfALineAndWithANumber) {
    for (const char* text :
         {"",
          "select 1",
          " -- expect-rows: 2\n",
          "-- expect-rows: two\n",
          "-- expect-rows: 2 rows",
          "-- expect-rows:2"}) {
        SCOPED_TRACE(text);
        const auto chunks = chunks_of(text);
        ASSERT_EQ(chunks.size(), 1U);
        EXPECT_EQ(chunks[0].text, text);
    }
}

}  // namespace
}  // namespace accubooks::pg
