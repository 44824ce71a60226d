#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/digest.h"
#include "interchange/internal/journal_fixture.h"

/// Journals written by others, with figures that hledger gave for them. They lie beside the clone,
/// not in it.
namespace accubooks::interchange {
namespace {

const std::filesystem::path kJournals =
    std::filesystem::path{ACCUBOOKS_SOURCE_DIR}.parent_path() / "shared" / "data" / "journals";

#define AB_SKIP_WITHOUT_JOURNALS()                                                           \
    if (!std::filesystem::exists(kJournals)) {                                               \
        GTEST_SKIP() << "the journals of others are not at " << kJournals << ": not tested"; \
    }

std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

std::string csv_field(const std::string& text) {
    if (text.find_first_of(",\"\n") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    }
    return quoted + "\"";
}

/// Rows in the order of the fields, as the expected files have them.
std::string figures_of(const ReadJournal& read) {
    std::string csv = "account,commodity,quantity\n";
    for (const auto& [key, quantity] : read.balances) {
        csv += csv_field(key.first) + "," + csv_field(key.second) + "," + quantity + "\n";
    }
    return csv;
}

std::vector<std::string> sorted_lines(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream{text};
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

std::vector<std::filesystem::path> accepted_files() {
    constexpr std::string_view kSuffix = ".expected.csv";
    std::vector<std::filesystem::path> files;
    for (const auto& found : std::filesystem::recursive_directory_iterator{kJournals}) {
        const std::string path = found.path().string();
        if (path.ends_with(kSuffix) && path.find("/snippets/") == std::string::npos) {
            files.emplace_back(path.substr(0, path.size() - kSuffix.size()));
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

TEST(JournalFiles, OfOthersGiveTheFiguresOfHledger) {
    AB_SKIP_WITHOUT_JOURNALS();
    const auto files = accepted_files();
    EXPECT_GE(files.size(), 19U);
    for (const auto& file : files) {
        SCOPED_TRACE(file.string());
        const auto read = read_journal(file, {.like = Like::hledger, .default_year = 2026});
        ASSERT_FALSE(read.error) << read.error_text;
        EXPECT_TRUE(read.balanced);
        EXPECT_EQ(
            sorted_lines(figures_of(read)), sorted_lines(text_of(file.string() + ".expected.csv"))
        );
        EXPECT_EQ(read.report.transactions, std::stoull(text_of(file.string() + ".count")));
    }
}

TEST(JournalFiles, ImportWithoutLikeWhereNothingIsAmbiguousOrRounded) {
    AB_SKIP_WITHOUT_JOURNALS();
    // Balance by hledger's rounding alone.
    const std::set<std::string> kRounded{"hl-bcexample.journal", "lg-standard-novirtual.journal"};
    for (const auto& file : accepted_files()) {
        SCOPED_TRACE(file.string());
        const auto read = read_journal(file, {.default_year = 2026});
        if (kRounded.contains(file.filename())) {
            ASSERT_TRUE(read.error);
            EXPECT_NE(read.error->reason.find("--like hledger"), std::string::npos)
                << read.error_text;
            continue;
        }
        ASSERT_FALSE(read.error) << read.error_text;
        EXPECT_EQ(
            sorted_lines(figures_of(read)), sorted_lines(text_of(file.string() + ".expected.csv"))
        );
        EXPECT_EQ(read.remarks(RemarkKind::rounding_line), 0U);
    }
}

TEST(JournalFiles, SnippetsAreAcceptedAndRefusedAsListed) {
    AB_SKIP_WITHOUT_JOURNALS();
    std::istringstream table{text_of(kJournals / "snippets" / "EXPECTED.tsv")};
    std::string row;
    std::getline(table, row);
    int accepted = 0;
    int refused = 0;
    while (std::getline(table, row)) {
        std::istringstream fields{row};
        std::string name;
        std::string verdict;
        std::string count;
        std::string digest;
        std::getline(fields, name, '\t');
        std::getline(fields, verdict, '\t');
        std::getline(fields, count, '\t');
        std::getline(fields, digest, '\t');
        SCOPED_TRACE(name);
        const auto read = read_journal(
            kJournals / "snippets" / name, {.like = Like::hledger, .default_year = 2026}
        );
        if (verdict == "accept") {
            ++accepted;
            ASSERT_FALSE(read.error) << read.error_text;
            EXPECT_TRUE(read.balanced);
            EXPECT_EQ(std::to_string(read.report.transactions), count);
            EXPECT_EQ(base::to_hex(base::sha256(figures_of(read))), digest) << figures_of(read);
            continue;
        }
        ++refused;
        ASSERT_TRUE(read.error);
        EXPECT_GT(read.error->line, 0U);
        EXPECT_EQ(
            read.error->code,
            verdict == "out-of-range" ? "interchange.out_of_range" : "interchange.virtual_posting"
        );
    }
    EXPECT_EQ(accepted, 122);
    EXPECT_EQ(refused, 21);
}

TEST(JournalFiles, InvalidOnesAreRefusedWithTheLineOfTheirTable) {
    AB_SKIP_WITHOUT_JOURNALS();
    struct Case {
        const char* file;
        std::uint32_t line;
        const char* code;
    };
    const Case cases[] = {
        {"01-unbalanced", 6, "interchange.unbalanced"},
        {"02-two-missing", 8, "interchange.two_missing_amounts"},
        {"03-bad-date", 5, "interchange.bad_date"},
        {"04-assertion", 6, "interchange.assertion_failed"},
        {"05-missing-include", 5, "interchange.file_missing"},
        {"07-nul-byte", 5, "interchange.nul_byte"},
        {"08-invalid-utf8", 5, "interchange.not_utf8"},
        {"09-ambiguous-decimal", 2, "interchange.ambiguous_number"},
        {"10-mixed-separators", 6, "interchange.bad_number"},
        {"11-posting-without-transaction", 5, "interchange.posting_outside"},
        {"12-assertion-of-other-commodity", 6, "interchange.assertion_failed"},
        {"13-unterminated-quote", 6, "interchange.bad_commodity"},
        {"14-include-cycle", 5, "interchange.include_cycle"},
        {"15-bad-month-and-directive", 7, "interchange.bad_date"},
        {"16-single-space-amount", 4, "interchange.two_missing_amounts"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.file);
        const auto read = read_journal(kJournals / "invalid" / (std::string{c.file} + ".journal"));
        ASSERT_TRUE(read.error);
        EXPECT_EQ(read.error->line, c.line) << read.error_text;
        EXPECT_EQ(read.error->code, c.code) << read.error_text;
    }
}

TEST(JournalFiles, AnUnclosedCommentBlockIsImportedWithAWarning) {
    AB_SKIP_WITHOUT_JOURNALS();
    const auto read = read_journal(kJournals / "invalid" / "06-unclosed-comment.journal");
    ASSERT_FALSE(read.error) << read.error_text;
    ASSERT_EQ(read.remarks(RemarkKind::warning), 1U);
    EXPECT_EQ(read.report.remarks.front().at.line, 5U);
}

TEST(JournalFiles, WhatIsRefusedByDesignNamesItsFirstLine) {
    AB_SKIP_WITHOUT_JOURNALS();
    struct Case {
        const char* file;
        std::uint32_t line;
        const char* code;
    };
    const Case cases[] = {
        {"hl-forecast", 6, "interchange.virtual_posting"},
        {"hl-goal-budget", 4, "interchange.periodic_rule"},
        {"hl-envelope-auto", 9, "interchange.virtual_posting"},
        {"hl-templates", 20, "interchange.virtual_posting"},
        {"hl-status", 2, "interchange.virtual_posting"},
        {"lg-standard", 148, "interchange.virtual_posting"},
        {"lg-drewr", 3, "interchange.auto_rule"},
        {"hfmt-cheatsheet", 52, "interchange.periodic_rule"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.file);
        for (const Like like : {Like::exact, Like::hledger, Like::ledger}) {
            const auto read = read_journal(
                kJournals / "refused" / (std::string{c.file} + ".journal"), {.like = like}
            );
            ASSERT_TRUE(read.error);
            EXPECT_EQ(read.error->line, c.line) << read.error_text;
            EXPECT_EQ(read.error->code, c.code);
        }
    }
}

}  // namespace
}  // namespace accubooks::interchange
