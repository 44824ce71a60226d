#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "interchange/internal/gnucash_fixture.h"

namespace accubooks::interchange {
namespace {

const std::string kLunch = transaction_text({}, {{"food", "1250/100"}, {"bank", "-1250/100"}});

std::string shares_account() {
    return account_text(
        "shares", "SAP", "STOCK", "", commodity_text("act:commodity", "SAP", "EURONEXT")
    );
}

bool has_remark(const ReadJournal& read, std::string_view text) {
    return std::ranges::any_of(read.report.remarks, [text](const Remark& remark) {
        return remark.text == text;
    });
}

TEST(GnucashTest, GivesEntriesByDateWithTheirTexts) {
    const auto read = read_book(
        transaction_text(
            {.id = "later",
             .day = "2024-06-01",
             .more = "<trn:num>17</trn:num><trn:description> Lunch\n at Joe's </trn:description>"
                     "<trn:slots>" +
                     slot_text("notes", "two\nlines") + slot_text("trans-txn-type", "I") +
                     slot_text("book_closing", "1") + "</trn:slots>"},
            {{"food",
              "1250/100",
              "",
              "<split:memo>soup</split:memo><split:action>Buy</split:action>"},
             {"bank",
              "-25/2",
              "",
              "<split:slots>" + slot_text("online_id", "b-1") + "</split:slots>"}}
        ) +
        kLunch
    );
    ASSERT_EQ(read.error_text, "");
    ASSERT_EQ(read.entries.size(), 2U);
    EXPECT_EQ(read.entries[0].date, "2024-05-17");
    const KeptEntry& entry = read.entries[1];
    EXPECT_EQ(entry.date, "2024-06-01");
    EXPECT_EQ(entry.reference, "17");
    EXPECT_EQ(entry.description, "Lunch  at Joe's");
    EXPECT_EQ(
        entry.tags,
        (std::map<std::string, std::string>{
            {"closing", "2024"}, {"notes", "two lines"}, {"online_id", "b-1"}, {"txn_type", "I"}
        })
    );
    ASSERT_EQ(entry.lines.size(), 2U);
    EXPECT_EQ(entry.lines[0].account, "Food");
    EXPECT_EQ(entry.lines[0].amount, "12.5 EUR");
    EXPECT_EQ(entry.lines[0].memo, "Buy: soup");
    EXPECT_EQ(entry.lines[1].amount, "-12.5 EUR");
    EXPECT_EQ(read.report.transactions, 2U);
}

TEST(GnucashTest, TakesTheDayThatGnucashKeepsAsOneFirst) {
    const auto read = read_book(transaction_text(
        {.day = "2024-05-17",
         .more = "<trn:slots><slot><slot:key>date-posted</slot:key><slot:value type=\"gdate\">"
                 "<gdate>2024-05-18</gdate></slot:value></slot></trn:slots>"},
        {{"food", "1/1"}, {"bank", "-1/1"}}
    ));
    ASSERT_EQ(read.entries.size(), 1U);
    EXPECT_EQ(read.entries[0].date, "2024-05-18");
}

TEST(GnucashTest, KeepsWhatAnotherCommodityWasExchangedFor) {
    const auto read = read_book(
        shares_account() +
        transaction_text({}, {{"shares", "60000/100", "50000/10000"}, {"bank", "-60000/100"}}) +
        transaction_text({.id = "split"}, {{"shares", "0/100", "15/1"}}) +
        transaction_text({.id = "gain"}, {{"shares", "50/100", "0/1"}, {"food", "-50/100"}})
    );
    ASSERT_EQ(read.error_text, "");
    EXPECT_TRUE(read.balanced);
    ASSERT_EQ(read.entries.size(), 3U);
    EXPECT_EQ(read.entries[0].lines[0].amount, "5 SAP");
    EXPECT_EQ(read.entries[0].lines[0].cost, "600 EUR");
    EXPECT_EQ(read.entries[1].lines[0].amount, "15 SAP");
    EXPECT_EQ(read.entries[1].lines[0].cost, "0 EUR");
    EXPECT_EQ(read.entries[2].lines[0].amount, "0 SAP");
    EXPECT_EQ(read.entries[2].lines[0].cost, "0.5 EUR");
    EXPECT_EQ((read.balances.at({"SAP", "SAP"})), "20");
}

TEST(GnucashTest, LeavesTradingAccountsOut) {
    const std::string trading = account_text("trade", "Trading", "TRADING");
    const auto read = read_book(
        trading + shares_account() +
        transaction_text(
            {},
            {{"shares", "600/1", "5/1"}, {"bank", "-600/1"}, {"trade", "600/1"}, {"trade", "-600/1"}
            }
        )
    );
    ASSERT_EQ(read.error_text, "");
    ASSERT_EQ(read.entries.size(), 1U);
    EXPECT_EQ(read.entries[0].lines.size(), 2U);
    EXPECT_EQ(read.account("Trading"), nullptr);

    const auto wrong =
        read_book(trading + transaction_text({}, {{"bank", "-600/1"}, {"trade", "600/1"}}));
    ASSERT_TRUE(wrong.error.has_value());
    EXPECT_EQ(wrong.error->code, "interchange.unbalanced");
}

TEST(GnucashTest, PostsNothingThatIsVoidOrATemplate) {
    const auto read = read_book(
        transaction_text(
            {},
            {{"food", "0/100", "", "<split:reconciled-state>v</split:reconciled-state>"},
             {"bank", "0/100", "", "<split:reconciled-state>v</split:reconciled-state>"}}
        ) +
        "<gnc:template-transactions>" + accounts_text() + kLunch + "</gnc:template-transactions>" +
        "<gnc:GncCustomer/><gnc:GncCustomer/><gnc:budget/>"
    );
    ASSERT_EQ(read.error_text, "");
    EXPECT_TRUE(read.entries.empty());
    EXPECT_EQ(read.report.transactions, 1U);
    EXPECT_EQ(read.accounts.size(), 2U);
    EXPECT_TRUE(has_remark(read, "a void transaction isn't posted"));
    EXPECT_TRUE(has_remark(read, "not imported: 2 customers"));
    EXPECT_TRUE(has_remark(read, "not imported: 1 budgets"));
    EXPECT_TRUE(has_remark(read, "not imported: 1 templates of scheduled transactions"));
}

TEST(GnucashTest, ReadsWhatStandsInNoBook) {
    const auto read = read_gnucash("\xEF\xBB\xBF<gnc-v2>" + accounts_text() + kLunch + "</gnc-v2>");
    ASSERT_EQ(read.error_text, "");
    EXPECT_EQ(read.entries.size(), 1U);
}

TEST(GnucashTest, TellsWhatItsAccountsAre) {
    const std::string hidden = "<act:slots>" + slot_text("hidden", "true") + "</act:slots>";
    const std::string placeholder =
        "<act:slots>" + slot_text("placeholder", "true") + "</act:slots>";
    const std::string euro = commodity_text("act:commodity", "EUR");
    const auto read = read_book(
        account_text("assets", "Assets", "ASSET", placeholder) +
        account_text("cash", "Cash", "CASH", "", euro, "assets") +
        account_text("old", "Old: bank", "CREDIT", hidden, euro, "assets") +
        account_text(
            "opening",
            "Opening",
            "EQUITY",
            "<act:slots>" + slot_text("equity-type", "opening-balance") + "</act:slots>"
        ) +
        account_text("lost", "Imbalance-EUR", "BANK") +
        transaction_text({}, {{"lost", "1/1"}, {"cash", "-1/1"}})
    );
    ASSERT_EQ(read.error_text, "");
    const ImportedAccount* cash = read.account("Assets:Cash");
    ASSERT_NE(cash, nullptr);
    EXPECT_EQ(cash->marks, "commodity=EUR&name=Cash&subtype=cash");
    EXPECT_EQ(cash->type, AccountType::asset);
    EXPECT_EQ(read.accounts.at(*cash->parent).path, "Assets");
    const ImportedAccount* old = read.account("Assets:Old: bank");
    ASSERT_NE(old, nullptr);
    EXPECT_EQ(old->marks, "active=no&commodity=EUR&name=Old%3A%20bank&subtype=card");
    EXPECT_EQ(old->type, AccountType::liability);
    EXPECT_EQ(read.account("Assets")->marks, "commodity=EUR&name=Assets");
    EXPECT_EQ(read.account("Opening")->marks, "commodity=EUR&name=Opening&subtype=opening_balance");
    EXPECT_EQ(read.remarks(RemarkKind::warning), 1U);
}

TEST(GnucashTest, KeepsPricesAndRoundsOnlyThem) {
    const auto price = [](std::string_view value) {
        return "<price><price:commodity><cmdty:space>ISO4217</cmdty:space><cmdty:id>USD</cmdty:id>"
               "</price:commodity>" +
               commodity_text("price:currency", "EUR") +
               "<price:time><ts:date>2024-01-02 00:00:00 "
               "+0100</ts:date></price:time><price:value>" +
               std::string{value} + "</price:value></price>";
    };
    const auto read = read_book(
        "<gnc:pricedb version=\"1\">" + price("93/100") + price("2/3") + "</gnc:pricedb>" + kLunch
    );
    ASSERT_EQ(read.error_text, "");
    ASSERT_EQ(read.prices.size(), 2U);
    EXPECT_EQ(base::to_string(read.prices[0].price), "0.93");
    EXPECT_EQ(base::to_string(read.prices[0].date), "2024-01-02");
    EXPECT_EQ(read.commodities.at(read.prices[0].commodity).commodity.code, "USD");
    EXPECT_EQ(base::to_string(read.prices[1].price), "0.666666666667");
    EXPECT_TRUE(has_remark(read, "the price 2/3 is kept as 0.666666666667"));
    EXPECT_EQ(read.entries.size(), 1U);
}

TEST(GnucashTest, GivesACommodityTheDigitsThatItHasOrNeeds) {
    const auto read = read_book(
        "<gnc:commodity><cmdty:space>EURONEXT</cmdty:space><cmdty:id>SAP</cmdty:id>"
        "<cmdty:fraction>10000</cmdty:fraction></gnc:commodity>"
        "<gnc:commodity><cmdty:space>template</cmdty:space><cmdty:id>template</cmdty:id></"
        "gnc:commodity>" +
        shares_account() + transaction_text({}, {{"shares", "1/1000", "1/1"}, {"bank", "-1/1000"}})
    );
    ASSERT_EQ(read.commodities.size(), 2U);
    EXPECT_EQ(read.commodities[0].commodity, (base::Commodity{.code = "EUR", .scale = 3}));
    EXPECT_EQ(read.commodities[1].commodity, (base::Commodity{.code = "SAP", .scale = 4}));

    const auto known = read_book(
        transaction_text({}, {{"food", "1/1000"}, {"bank", "-1/1000"}}),
        {.known_commodities = {{.code = "EUR", .scale = 2}}}
    );
    ASSERT_TRUE(known.error.has_value());
    EXPECT_EQ(known.error->code, "interchange.too_fine");
}

TEST(GnucashTest, MapsCommoditiesAndNeverMergesThemUnasked) {
    const std::string two =
        shares_account() +
        account_text("other", "Other", "STOCK", "", commodity_text("act:commodity", "SAP", "NYSE"));
    const auto refused = read_book(two);
    ASSERT_TRUE(refused.error.has_value());
    EXPECT_EQ(refused.error->code, "interchange.ambiguous_commodity");
    const auto mapped = read_book(two, {.symbols = {{"NYSE:SAP", "SAP.N"}, {"EUR", "€"}}});
    ASSERT_EQ(mapped.error_text, "");
    EXPECT_EQ(mapped.commodities.at(0).commodity.code, "€");
    EXPECT_EQ(mapped.commodities.at(2).commodity.code, "SAP.N");
}

TEST(GnucashTest, KnowsATransactionByItsIdAndItsContent) {
    const auto first = read_book(kLunch);
    const auto renumbered = read_book("\n\n" + kLunch);
    const auto changed = read_book(transaction_text({}, {{"food", "1/1"}, {"bank", "-1/1"}}));
    EXPECT_EQ(first.entries.at(0).digest, renumbered.entries.at(0).digest);
    EXPECT_NE(first.entries.at(0).digest, changed.entries.at(0).digest);
}

TEST(GnucashTest, NamesEachWrongTransactionWithItsLine) {
    const auto read = read_book(
        transaction_text({.id = "1"}, {{"food", "1/1"}, {"bank", "-2/1"}}) + kLunch +
        transaction_text({.id = "2"}, {{"food", "1/3"}, {"bank", "-1/3"}})
    );
    ASSERT_TRUE(read.error.has_value());
    EXPECT_EQ(read.error->code, "interchange.unbalanced");
    EXPECT_EQ(read.error->line, 19U);
    EXPECT_EQ(read.error->reason, "the splits' values come to -1 EUR and not to 0");
    ASSERT_EQ(read.error->more.size(), 1U);
    EXPECT_EQ(read.error->more[0].code, "interchange.not_decimal");
    EXPECT_GT(read.error->more[0].line, read.error->line);
}

TEST(GnucashTest, RefusesWhatItCannotMean) {
    struct Case {
        const char* name;
        std::string inside;
        const char* code;
    };
    const Case cases[] = {
        {"an id twice", kLunch + kLunch, "interchange.bad_gnucash"},
        {"no id", transaction_text({.id = ""}, {}), "interchange.bad_gnucash"},
        {"no such day", transaction_text({.day = "2023-02-29"}, {}), "interchange.bad_date"},
        {"no such account", transaction_text({}, {{"no", "0/1"}}), "interchange.bad_gnucash"},
        {"the root", transaction_text({}, {{"root", "0/1"}}), "interchange.bad_gnucash"},
        {"another quantity in the same currency",
         transaction_text({}, {{"food", "1/1", "2/1"}, {"bank", "-1/1"}}),
         "interchange.bad_gnucash"},
        {"half void",
         transaction_text(
             {},
             {{"food", "0/1", "", "<split:reconciled-state>v</split:reconciled-state>"},
              {"bank", "0/1"}}
         ),
         "interchange.bad_gnucash"},
        {"no type", account_text("x", "X", "WHATEVER"), "interchange.bad_account"},
        {"an account twice", account_text("x", "Bank", "BANK"), "interchange.bad_account"},
        {"an id of an account twice", account_text("bank", "X", "BANK"), "interchange.bad_account"},
        {"a parent behind it",
         account_text("x", "X", "BANK", "", commodity_text("act:commodity", "EUR"), "y"),
         "interchange.bad_account"},
        {"no commodity", account_text("x", "X", "BANK", "", ""), "interchange.bad_gnucash"},
        {"a name that turns the writing",
         account_text("x", "X\xE2\x80\xAEY", "BANK"),
         "interchange.bad_account"},
        {"a path that is too long",
         account_text("x", std::string(1001, 'x'), "BANK"),
         "interchange.bad_account"},
        {"a description that is too long",
         transaction_text(
             {.more = "<trn:description>" + std::string(1001, 'x') + "</trn:description>"}, {}
         ),
         "interchange.bad_gnucash"},
        {"more than 64 bits together",
         transaction_text(
             {}, {{"food", "9000000000000000000/1"}, {"bank", "-9000000000000000000/1"}}
         ),
         "interchange.out_of_range"},
        {"two books", "</gnc:book><gnc:book>", "interchange.bad_gnucash"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        const auto read = read_book(c.inside);
        ASSERT_TRUE(read.error.has_value());
        EXPECT_EQ(read.error->code, c.code) << read.error->reason;
        EXPECT_GT(read.error->line, 3U);
    }
}

}  // namespace
}  // namespace accubooks::interchange
