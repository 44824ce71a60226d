#include <string>

#include <gtest/gtest.h>

#include "interchange/internal/journal_fixture.h"
#include "interchange/journal_import.h"

namespace accubooks::interchange {
namespace {

TEST(JournalAccounts, TakeTheirTypeFromOptionTagNameOrParent) {
    const JournalOptions options{.types = {{"odd", AccountType::equity}}};
    const auto journal = read_text(
        "account special  ; type:X\naccount assets:loan\n  ; type: Liability\n\n2024-01-01\n"
        "  Assets:Bank:Giro  1\n  assets:cars  1\n  Liabilities  1\n  income:x  1\n  expense  1\n  "
        "equity:conversion  1\n"
        "  special:assets  1\n  assets:loan:house  1\n  odd:deep  1\n  strange:thing  1\n  z\n",
        options
    );
    ASSERT_FALSE(journal.error) << journal.error_text;
    struct Case {
        const char* path;
        AccountType type;
        bool cash = false;
        bool assumed = false;
    };
    const Case cases[] = {
        {"Assets:Bank:Giro", AccountType::asset, true},
        {"assets:cars", AccountType::asset},
        {"Liabilities", AccountType::liability},
        {"income:x", AccountType::revenue},
        {"expense", AccountType::expense},
        {"equity:conversion", AccountType::equity},
        {"special:assets", AccountType::expense},
        {"assets:loan:house", AccountType::liability},
        {"odd:deep", AccountType::equity},
        {"strange", AccountType::asset, false, true},
        {"strange:thing", AccountType::asset, false, true},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.path);
        const auto* account = journal.account(c.path);
        ASSERT_NE(account, nullptr);
        EXPECT_EQ(account->type, c.type);
        EXPECT_EQ(account->cash, c.cash);
        EXPECT_EQ(account->assumed, c.assumed);
    }
    EXPECT_EQ(journal.remarks(RemarkKind::assumed_type), 3U);  // with z
    for (std::size_t i = 0; i < journal.accounts.size(); ++i) {
        EXPECT_LT(journal.accounts[i].parent.value_or(0), std::max<std::size_t>(i, 1));
    }
}

TEST(JournalAccounts, AreRenamedByApplyAccountAndAliases) {
    struct Case {
        const char* name;
        const char* before;
        const char* account;
        const char* becomes;
    };
    const Case cases[] = {
        {"parent", "apply account x:y\n", "a", "x:y:a"},
        {"parents in turn", "apply account x\napply account y\n", "a", "x:y:a"},
        {"ended", "apply account x\nend apply account\n", "a", "a"},
        {"alias", "alias a=b\n", "a", "b"},
        {"alias keeps what is below", "alias a = b c\n", "a:d", "b c:d"},
        {"alias is no prefix", "alias a=b\n", "ad", "ad"},
        {"the latest alias first", "alias b=c\nalias a=b\n", "a", "c"},
        {"and not again", "alias a=b\nalias b=c\n", "a", "b"},
        {"after the parent", "apply account x\nalias x:a=z\n", "a", "z"},
        {"expression",
         "alias /^(.+):bank:([^:]+)/ = \\1:\\2 bank\n",
         "assets:bank:giro:x",
         "assets:giro bank:x"},
        {"expression ignores case", "alias /ASSETS/=liabilities\n", "assets:a", "liabilities:a"},
        {"every match", "alias /o/=0\n", "foo:boo", "f00:b00"},
        {"characters, not bytes", "alias /^.$/=one\n", "é", "one"},
        {"ended aliases", "alias a=b\nend aliases\n", "a", "a"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto journal =
            read_text(std::string{c.before} + "\n2024-01-01\n  " + c.account + "  1\n  zz\n");
        ASSERT_FALSE(journal.error) << journal.error_text;
        EXPECT_EQ(journal.entries[0].lines[0].account, c.becomes);
    }
}

TEST(JournalDirectives, SetCommoditiesYearsAndPrices) {
    const auto journal = read_text(
        "Y2019\nD $1,000.00\nP 2019-01-01 EUR $1.10\nP 2019/1/2 10:30:00 \"X 1\" 5 EUR\ntag "
        "topic\npayee Somebody\nC 1 kB = 1024 B\nN $\n\n"
        "1/5 x\n  a  5\n  b  $-5\n\n!Y 2020\n1-6 y\n  a  1 EUR\n  b\n",
        {.symbols = {{"$", "USD"}}}
    );
    ASSERT_FALSE(journal.error) << journal.error_text;
    EXPECT_EQ(journal.entries[0].date, "2019-01-05");
    EXPECT_EQ(journal.entries[1].date, "2020-01-06");
    EXPECT_EQ(journal.entries[0].lines[0].amount, "5 USD");
    ASSERT_EQ(journal.prices.size(), 2U);
    EXPECT_EQ(base::to_string(journal.prices[0].price), "1.10");
    EXPECT_EQ(journal.commodities[journal.prices[1].commodity].commodity.code, "X 1");
}

TEST(JournalDirectives, CommentLinesBeginAsHledgersDo) {
    const std::string entry = "2024-01-01 x\n  a  1 EUR\n  b\n";
    for (const char* mark : {";", "#", "*"}) {
        SCOPED_TRACE(mark);
        const std::string comment = std::string{mark} + " 1..5 ~ nonsense\n";
        EXPECT_FALSE(read_text(comment + entry + comment + comment).error);
        EXPECT_FALSE(read_text("\n  " + comment + "\n" + entry).error);
        EXPECT_FALSE(read_text(mark).error);
    }
    for (const char* mark : {"%", "|", "//", "--", "!", "@", "+"}) {
        SCOPED_TRACE(mark);
        const auto journal = read_text(entry + mark + " a comment elsewhere\n");
        ASSERT_TRUE(journal.error);
        EXPECT_EQ(journal.error->code, "interchange.unknown_directive");
        EXPECT_EQ(journal.error->line, 4U);
        EXPECT_TRUE(read_text(std::string{"\n  "} + mark + " indented\n").error);
    }
    // Among postings only the semicolon comments.
    EXPECT_TRUE(read_text("2024-01-01 x\n  a  1 EUR\n  # no comment\n  b\n").error);
}

TEST(JournalDirectives, AreRefusedWhereTheyMakeNoSense) {
    struct Case {
        const char* text;
        const char* code;
    };
    const Case cases[] = {
        {"nonsense\n", "interchange.unknown_directive"},
        {"eval 1\n", "interchange.unknown_directive"},
        {"python\n", "interchange.unknown_directive"},
        {"comments\n", "interchange.unknown_directive"},
        {"include\n", "interchange.bad_directive"},
        {"account\n", "interchange.bad_directive"},
        {"account a  b\n", "interchange.unexpected_text"},
        {"account a  ; type:Z\n", "interchange.bad_account_type"},
        {"commodity 1000 EUR\n", "interchange.bad_directive"},
        {"commodity 1,000 EUR\n", "interchange.ambiguous_number"},
        {"commodity EUR\n  format 1.00 USD\n", "interchange.bad_directive"},
        {"commodity EUR\n  alias euro\n", "interchange.unknown_directive"},
        {"D 1000 EUR\n", "interchange.bad_directive"},
        {"decimal-mark ;\n", "interchange.bad_directive"},
        {"Y 20\n", "interchange.bad_directive"},
        {"Y 20245\n", "interchange.bad_directive"},
        {"alias x\n", "interchange.bad_alias"},
        {"alias /(/=x\n", "interchange.bad_alias"},
        {"end apply account\n", "interchange.bad_directive"},
        {"end nothing\n", "interchange.unknown_directive"},
        {"P 2024-01-01 EUR\n", "interchange.bad_amount"},
        {"P 2024-02-30 EUR $1\n", "interchange.bad_date"},
        {"~ monthly\n", "interchange.periodic_rule"},
        {"= expenses\n", "interchange.auto_rule"},
        {"2024-01-01 (12\n", "interchange.bad_code"},
        {"2024-01-01\n  (a)  1\n", "interchange.virtual_posting"},
        {"2024-01-01\n  a  1 ; date:2024-02-30\n  b\n", "interchange.bad_date"},
        {"2024-01-01\n  !\n", "interchange.bad_account"},
        {"2024-01-01\n  []  1\n", "interchange.bad_account"},
        {"2024-01-01\n  a  1 x y\n", "interchange.unexpected_text"},
        {"2024-01-01\n  a  1\n", "interchange.unbalanced"},
        {"alias /a/=\\9\n2024-01-01\n  a  1\n  b\n", "interchange.bad_alias"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.text);
        const auto journal = read_text(c.text);
        ASSERT_TRUE(journal.error);
        EXPECT_EQ(journal.error->code, c.code) << journal.error_text;
        EXPECT_GT(journal.error->line, 0U);
    }
}

}  // namespace
}  // namespace accubooks::interchange
