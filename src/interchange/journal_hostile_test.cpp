#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "interchange/internal/journal_fixture.h"
#include "interchange/journal_import.h"

/// Files made to hurt: nothing outside their folder is read, nothing grows without bound.
namespace accubooks::interchange {
namespace {

const std::string kEntry = "2024-01-01\n  a  1\n  b\n";

TEST(JournalLimitsTest, RefuseWhatPassesThemWithItsLine) {
    struct Case {
        const char* name;
        std::string text;
        std::uint32_t line;
        const char* code;
    };
    std::string deep = "a";
    for (int i = 0; i < 60; ++i) {
        deep += ":a";
    }
    std::string many = "2024-01-01\n";
    for (std::size_t i = 0; i <= JournalLimits::kTransactionLines; ++i) {
        many += "  a  0\n";
    }
    std::string wordy = "2024-01-01\n";
    for (std::size_t i = 0; i <= JournalLimits::kTransactionBytes / 100'000; ++i) {
        wordy += "  ; " + std::string(100'000, 'x') + "\n";
    }
    std::string commodities = "2024-01-01\n  a  1 " + std::string(200, 'x') + "\n  b\n";
    const Case cases[] = {
        {"ten million characters",
         "2024-01-01 " + std::string(10'000'000, 'x') + "\n    a    1 EUR\n    b\n",
         1,
         "interchange.line_too_long"},
        {"one account name of ten million",
         "2024-01-01\n    " + std::string(10'000'000, 'a') + "  1 EUR\n    b\n",
         2,
         "interchange.line_too_long"},
        {"an account of half a million parts",
         "2024-01-01\n    " + std::string(900'000, ':') + "b  1 EUR\n    b\n",
         2,
         "interchange.bad_account"},
        {"an account of sixty parts",
         "2024-01-01\n  " + deep + "  1\n  b\n",
         2,
         "interchange.bad_account"},
        {"a number of 100,000 digits",
         "2024-01-01\n    a    " + std::string(100'000, '9') + " EUR\n    b\n",
         2,
         "interchange.number_too_long"},
        {"as many in groups",
         "2024-01-01\n    a    9" + std::string(100'000, '9') + ",999 EUR\n    b\n",
         2,
         "interchange.number_too_long"},
        {"an exponent of 100,000 digits",
         "2024-01-01\n    a    1E" + std::string(100'000, '9') + " EUR\n    b\n",
         2,
         "interchange.number_too_long"},
        {"too many postings",
         many,
         static_cast<std::uint32_t>(JournalLimits::kTransactionLines) + 2,
         "interchange.transaction_too_large"},
        {"too much comment", wordy, 43, "interchange.transaction_too_large"},
        {"a long symbol", commodities, 2, "interchange.bad_commodity"},
        {"a NUL", std::string{"2024-01-01 x\0y\n", 15}, 1, "interchange.nul_byte"},
        {"bytes that are no UTF-8", "2024-01-01 \xE9t\xE9\n", 1, "interchange.not_utf8"},
        {"a product past 38 digits",
         "2024-01-01\n  a  999999999999999999 X @ 99999999999999999999999999999 Y\n  b\n",
         2,
         "interchange.out_of_range"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto journal = read_text(c.text);
        ASSERT_TRUE(journal.error);
        EXPECT_EQ(journal.error->code, c.code);
        EXPECT_EQ(journal.error->line, c.line) << journal.error_text.substr(0, 300);
        EXPECT_LT(journal.error->reason.size(), 500U);
    }
}

TEST(JournalLimitsTest, ALineOfBracketsOrColonsCostsItsLengthOnce) {
    // A million of each in one comment: quadratic work would take minutes and run into the test's
    // time limit.
    for (const char* piece : {"[", "[1", ":", "a:", "[1/", ",", "date", "[1-1"}) {
        SCOPED_TRACE(piece);
        std::string comment;
        while (comment.size() < 1'000'000) {
            comment += piece;
        }
        const auto journal =
            read_text("2024-01-01 ; " + comment + "\n  a  1  ; " + comment + "\n  b\n");
        EXPECT_TRUE(!journal.error || journal.error->code == "interchange.bad_date")
            << journal.error_text.substr(0, 200);
    }
}

TEST(JournalLimitsTest, AnExpressionThatExplodesIsRefused) {
    const auto journal =
        read_text("alias /^((a*)*)*$/=x\n2024-01-01\n  " + std::string(900, 'a') + "!  1\n  b\n");
    if (journal.error) {
        EXPECT_EQ(journal.error->code, "interchange.bad_alias") << journal.error_text;
    }
}

TEST(JournalInclude, ReadsWhatPatternsMatchInOrderAndKeepsStateInside) {
    const JournalFolder folder;
    folder.write("2023/b.journal", "Y2021\n1/1 b\n  a  1\n  b\n");
    folder.write(
        "2023/a.journal", "apply account x\ninclude ../deep/down/c.j\n1/1 a\n  a  1\n  b\n"
    );
    folder.write("2023/.hidden.journal", "nonsense");
    folder.write("deep/down/c.j", "1/1 c\n  a  1\n  b\n");
    const auto main = folder.write(
        "main.journal", "Y2020\ninclude 2023/*.journal\ninclude **/c.j\n1/2 main\n  a  1\n  b\n"
    );
    const auto journal = read_journal(main);
    ASSERT_FALSE(journal.error) << journal.error_text;
    std::string order;
    for (const auto& entry : journal.entries) {
        order +=
            entry.description + "(" + entry.lines[0].account + " " + entry.date.substr(0, 4) + ") ";
    }
    EXPECT_EQ(order, "c(x:a 2020) a(x:a 2020) c(a 2020) main(a 2020) b(a 2021) ");
    EXPECT_EQ(journal.report.files.size(), 4U);
}

TEST(JournalInclude, NeverLeavesTheFolderOfTheFirstFile) {
    const JournalFolder folder;
    folder.write("secret.journal", kEntry);
    folder.write("books/sub/inside.journal", kEntry);
    std::filesystem::create_symlink(
        folder.path() / "secret.journal", folder.path() / "books/link.journal"
    );
    std::filesystem::create_directory_symlink(folder.path(), folder.path() / "books/up");
    std::filesystem::create_symlink(
        folder.path() / "books/sub/inside.journal", folder.path() / "books/absolute.journal"
    );
    std::filesystem::create_symlink("../../secret.journal", folder.path() / "books/sub/out.lnk");
    std::filesystem::create_symlink("circle.journal", folder.path() / "books/circle.journal");
    ASSERT_EQ(::mkfifo((folder.path() / "books/pipe").c_str(), 0600), 0);
    struct Case {
        std::string path;
        const char* code;
    };
    const Case cases[] = {
        {"../secret.journal", "interchange.include_outside"},
        {"sub/../../secret.journal", "interchange.include_outside"},
        {(folder.path() / "books/sub/inside.journal").string(), "interchange.include_outside"},
        {"/etc/passwd", "interchange.include_outside"},
        {"../../../../../../etc/passwd", "interchange.include_outside"},
        {"~/x.journal", "interchange.include_outside"},
        {"/dev/zero", "interchange.include_outside"},
        {"link.journal", "interchange.include_outside"},
        {"absolute.journal", "interchange.include_outside"},
        {"sub/*.lnk", "interchange.include_outside"},
        {"circle.journal", "interchange.file_missing"},
        {"up/secret.journal", "interchange.include_outside"},
        {"sub", "interchange.not_a_file"},
        {"pipe", "interchange.not_a_file"},
        {"none.journal", "interchange.file_missing"},
        {"none*.journal", "interchange.file_missing"},
        {"u*/secret.journal", "interchange.file_missing"},
        {"*/../../secret.journal", "interchange.include_outside"},
        {"bank.csv", "interchange.include_format"},
        {"timedot:x", "interchange.include_format"},
        {"main.journal", "interchange.include_cycle"},
        {"./sub/../main.journal", "interchange.include_cycle"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.path);
        const auto journal =
            read_journal(folder.write("books/main.journal", "; one\ninclude " + c.path + "\n"));
        ASSERT_TRUE(journal.error);
        EXPECT_EQ(journal.error->code, c.code) << journal.error_text;
        EXPECT_EQ(journal.error->line, 2U);
    }
    EXPECT_FALSE(
        read_journal(folder.write("books/main.journal", "include sub/./../sub/inside.journal\n"))
            .error
    );
    EXPECT_FALSE(read_journal(folder.path() / "books/link.journal").error)
        << "the first file is named by who imports";
}

TEST(JournalInclude, FollowsALinkThatStaysBeneathTheFolder) {
    const JournalFolder folder;
    folder.write("2023/a.journal", kEntry);
    std::filesystem::create_symlink("2023/a.journal", folder.path() / "latest.journal");
    std::filesystem::create_directory_symlink("2023", folder.path() / "this-year");
    std::filesystem::create_symlink("../2023/a.journal", folder.path() / "2023/again.journal");
    std::filesystem::create_directory_symlink("..", folder.path() / "2023/round");
    struct Case {
        const char* path;
        std::uint64_t entries;
    };
    const Case cases[] = {
        {"latest.journal", 1},
        {"this-year/a.journal", 1},
        {"this-*/a.journal", 1},
        {"2023/round/2023/a.journal", 1},
        {"2023/*.journal", 2},
        {"2023/*", 2},
        {"**/a.journal", 1},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.path);
        const auto journal =
            read_journal(folder.write("main.journal", "include " + std::string{c.path} + "\n"));
        EXPECT_FALSE(journal.error) << journal.error_text;
        EXPECT_EQ(journal.report.entries, c.entries);
    }
}

TEST(JournalInclude, IsBoundedInDepthAndCount) {
    const JournalFolder folder;
    for (int i = 0; i < 40; ++i) {
        folder.write(fmt::format("{}.journal", i), fmt::format("include {}.journal\n", i + 1));
    }
    const auto deep = read_journal(folder.path() / "0.journal");
    ASSERT_TRUE(deep.error);
    EXPECT_EQ(deep.error->code, "interchange.too_many_includes");

    std::string many;
    for (std::size_t i = 0; i <= JournalLimits::kIncludes; ++i) {
        many += "include empty.journal\n";
    }
    folder.write("empty.journal", "");
    const auto count = read_journal(folder.write("many.journal", many));
    ASSERT_TRUE(count.error);
    EXPECT_EQ(count.error->code, "interchange.too_many_includes");
    EXPECT_EQ(count.error->line, JournalLimits::kIncludes + 1);
}

TEST(JournalInclude, OfADeviceFolderOrMissingFileAsFirstIsRefused) {
    const JournalFolder folder;
    for (const auto& file :
         {folder.path() / "none",
          folder.path(),
          std::filesystem::path{"/dev/zero"},
          std::filesystem::path{"/dev/null"}}) {
        SCOPED_TRACE(file.string());
        const auto journal = read_journal(file);
        ASSERT_TRUE(journal.error);
        EXPECT_EQ(journal.error->line, 0U);
    }
}

TEST(JournalImportTest, ManyEntriesOutOfOrderComeSortedAndNumbered) {
    // Backwards, with every entry there twice.
    constexpr int kDays = 400;
    std::string text;
    for (int i = kDays; i > 0; --i) {
        const auto date = base::to_string(base::Date::from_unix_days(i));
        for (int copy = 0; copy < 50; ++copy) {
            text += fmt::format("{} x{}\n  a  1\n  b\n\n", date, copy % 25);
        }
    }
    const JournalFolder folder;
    auto import = JournalImport::open(folder.write("big.journal", text), {});
    ASSERT_TRUE(import.has_value());
    std::uint64_t count = 0;
    std::uint64_t again = 0;
    base::Date last = base::Date::from_unix_days(0);
    while (const auto* entry = import->next()) {
        ASSERT_GE(entry->date, last);
        last = entry->date;
        ++count;
        again += entry->occurrence;
    }
    EXPECT_EQ(count, 50U * kDays);
    EXPECT_EQ(again, 25U * kDays) << "each second copy is occurrence 1";
}

}  // namespace
}  // namespace accubooks::interchange
