#include "interchange/csv_table.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace accubooks::interchange {
namespace {

using Pairs = std::map<std::string, std::string, std::less<>>;

CsvMapping mapping(Pairs pairs = {}) {
    Pairs all{
        {"date", "Date"}, {"description", "Text"}, {"account", "=1000"}, {"counter", "=4000"}
    };
    if (!pairs.contains("debit")) {
        all.emplace("amount", "Amount");
    }
    pairs.merge(all);
    auto made = CsvMapping::of(std::move(pairs));
    EXPECT_TRUE(made.has_value()) << made.error().detail;
    return *made;
}

/// "2024-12-31 Rent -1234.56; …", or "line:cell: reason; …".
std::string read(std::string_view text, const CsvMapping& as = mapping()) {
    const auto table = read_table(text, as);
    std::string all;
    if (!table) {
        for (const CsvError& error : table.error()) {
            all += fmt::format("{}:{}: {}; ", error.at.line, error.at.cell, error.reason);
        }
        return all;
    }
    for (const CsvRecord& record : table->records) {
        all += fmt::format(
            "{} {} {}; ",
            base::to_string(record.date),
            record.description,
            base::to_string(record.amount)
        );
    }
    return all;
}

TEST(CsvTable, DecidesForTheWholeFile) {
    struct Case {
        const char* name;
        std::string_view text;
        const char* read;
    };
    const Case cases[] = {
        {"plain", "Date,Text,Amount\n2024-12-31,Rent,-5.10\n", "2024-12-31 Rent -5.10; "},
        {"one day past 12 tells the order of all",
         "Date;Text;Amount\n01.02.2024;a;1,5\n13.02.2024;b;2,5\n",
         "2024-02-01 a 1.5; 2024-02-13 b 2.5; "},
        {"month first",
         "Date;Text;Amount\n01/02/24;a;1.5\n01/13/24;b;2\n",
         "2024-01-02 a 1.5; 2024-01-13 b 2; "},
        {"one number tells the mark of all",
         "Date;Text;Amount\n2024-01-02;a;1.000\n2024-01-03;b;2.500,25\n",
         "2024-01-02 a 1000; 2024-01-03 b 2500.25; "},
        {"sign behind, groups of blanks and apostrophes",
         "Date;Text;Amount\n2024-01-02;a;1 234,50-\n2024-01-03;b;1'234,5\n",
         "2024-01-02 a -1234.50; 2024-01-03 b 1234.5; "},
        {"a preamble, a mark of byte order, CRLF and quotes",
         "\xEF\xBB\xBFMy account\r\n\r\nDate,Text,Amount\r\n2024-01-02,\"a, "
         "\"\"b\"\"\nc\",1.25\r\n",
         "2024-01-02 a, \"b\"\nc 1.25; "},
        {"Windows-1252",
         "Date;Text;Amount\n2024-01-02;D\xC9P\xD4T \x80;1.25\n",
         "2024-01-02 DÉPÔT € 1.25; "},
        {"an apostrophe that keeps a cell from being a formula",
         "Date,Text,Amount\n2024-01-02,'=SUM(A1),1.25\n2024-01-02,''tis,1.25\n",
         "2024-01-02 =SUM(A1) 1.25; 2024-01-02 'tis 1.25; "},
        {"a leading zero and four digits show a decimal mark",
         "Date;Text;Amount\n2024-01-02;a;0,125\n2024-01-03;b;1.250\n",
         "2024-01-02 a 0.125; 2024-01-03 b 1250; "},
        {"a day with its time",
         "Date,Text,Amount\n2024-01-02T10:59:00Z,a,1.25\n2024-01-02 10:59,b,1.25\n",
         "2024-01-02 a 1.25; 2024-01-02 b 1.25; "},
        {"rows of nothing are no entries",
         "Date,Text,Amount\n2024-01-02,terms have changed,0.00\n,,\n2024-01-02,a,1.25\n",
         "2024-01-02 a 1.25; "},
        {"any date may be either",
         "Date,Text,Amount\n01/02/2024,a,1.25\n",
         "2:1: every date may be day first or month first; say date_order=dmy or "
         "date_order=mdy; "},
        {"any number may be either",
         "Date,Text,Amount\n2024-01-02,a,1.000\n",
         "2:3: \"1.000\" is 1.000 or 1000, and no number tells whether a point or a comma parts "
         "decimals; say decimal_mark=. or decimal_mark=,; "},
        {"both marks as decimals",
         "Date;Text;Amount\n2024-01-02;a;1.5\n2024-01-02;a;1,5\n",
         "3:3: \"1,5\" has another decimal mark than line 2; say decimal_mark=. or "
         "decimal_mark=,; "},
        {"no such day, and no number: told together",
         "Date,Text,Amount\n2024-02-30,a,1.25\n2024-02-03,a,1.2x\n2024-02-03,a,\n",
         "2:1: \"2024-02-30\" is no day, written as those before it; 3:3: \"1.2x\" is no number "
         "with "
         "the decimal mark .; 4:3: the row has no amount; "},
        {"no day at all, and nothing to ask",
         "Date,Text,Amount\nsoon,a,1.25\n",
         "2:1: \"soon\" is no day, written as those before it; "},
        {"two orders in one file",
         "Date,Text,Amount\n2024-02-03,a,1.25\n13.02.2024,a,1.25\n",
         "3:1: \"13.02.2024\" is no day, written as those before it; "},
        {"marks in a wrong order",
         "Date,Text,Amount\n2024-02-03,a,\"1,23.4,5\"\n",
         "2:3: \"1,23.4,5\" is no number with the decimal mark ,; "},
        {"a quote that isn't closed",
         "Date,Text,Amount\n2024-02-03,\"a,1\n",
         "2:2: the cell's quote isn't closed; "},
        {"something behind a quote, in a file of semicolons",
         "Date;Text;Amount\n2024-02-03;\"a\" b;1\n",
         "2:2: something stands behind the cell's closing quote; "},
        {"another title",
         "Day,Text,Amount\n2024-02-03,a,1\n",
         "1:1: no row has all titles of the mapping; here is none called Date; "},
        {"a title twice",
         "Date,Text,Amount,Amount\n2024-02-03,a,1,2\n",
         "1:1: two columns are called Amount; tell the column by its number, as #3; "},
        {"UTF-16",
         std::string_view{
             "\xFF\xFE"
             "D\0a\0",
             6
         },
         "1:1: the file is UTF-16; save it as UTF-8; "},
        {"nothing", "", "1:1: the file has no rows; "},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(read(c.text), c.read);
    }
}

TEST(CsvTable, AsksWhatAFileLeavesOpenWithBothReadings) {
    const auto question = [](std::string_view text) {
        const auto table = read_table(text, mapping());
        EXPECT_FALSE(table.has_value());
        EXPECT_EQ(table.error().front().code, "interchange.ambiguous_csv");
        const ImportQuestion& asked = *table.error().front().question;
        std::string all = asked.option + " " + asked.text;
        for (const ImportQuestion::Reading& reading : asked.readings) {
            all += fmt::format(" {}={}", reading.value, reading.reads);
        }
        return all;
    };
    EXPECT_EQ(
        question("Date,Text,Amount\n2024-01-02,a,\"1,000\"\n"), "decimal_mark 1,000 .=1000 ,=1.000"
    );
    EXPECT_EQ(
        question("Date,Text,Amount\n01/02/2024,a,1.25\n"),
        "date_order 01/02/2024 dmy=2024-02-01 mdy=2024-01-02"
    );
}

TEST(CsvTable, ReadsManyRowsAsOneFile) {
    // The place at which a look at the file's beginning might have ended is within a quoted cell.
    std::string text = "Date;Text;Amount\n";
    for (int row = 0; row < 3000; ++row) {
        text += "2024-01-02;\"a text; of\ntwo lines, with \"\"both\"\" marks\";1,25\n";
    }
    const auto table = read_table(text, mapping());
    ASSERT_TRUE(table.has_value()) << table.error().front().reason;
    EXPECT_EQ(table->records.size(), 3000U);
    EXPECT_EQ(table->records.back().line, 2U + 2 * 2999);
    EXPECT_EQ(table->format.delimiter, ';');
}

TEST(CsvTable, RefusesWhatIsPastItsLimits) {
    const auto refused = [](const std::string& text) {
        const auto table = read_table(text, mapping());
        return table ? std::string{} : table.error().front().reason;
    };
    const std::string head = "Date,Text,Amount\n2024-01-02,";
    EXPECT_EQ(
        refused(head + std::string(CsvLimits::kCellBytes + 1, 'x')),
        "the cell is longer than 20000 bytes"
    );
    EXPECT_EQ(
        refused(head + '"' + std::string(CsvLimits::kCellBytes + 1, 'x') + '"'),
        "the cell is longer than 20000 bytes"
    );
    EXPECT_EQ(refused(head + std::string(300, ',')), "the row has more than 200 cells");
    EXPECT_EQ(
        refused(std::string(CsvLimits::kFileBytes + 1, 'x')), "the file is larger than 32 MiB"
    );
    std::string many = "Date,Text,Amount\n";
    for (std::size_t row = 0; row < CsvLimits::kRows; ++row) {
        many += "x\n";
    }
    EXPECT_EQ(refused(many), "the file has more than 200000 rows");
    std::string wrong = "Date,Text,Amount\n";
    for (int row = 0; row < 1000; ++row) {
        wrong += "2024-01-02,a,x\n";
    }
    EXPECT_EQ(read_table(wrong, mapping()).error().size(), 200U) << "as many as a person reads";
}

TEST(CsvTable, ReadsColumnsAsTheMappingTells) {
    EXPECT_EQ(
        read(
            "02.01.2024|x|5,00|\n03.01.2024|y||7,00\n",
            mapping(
                {{"date", "#1"},
                 {"description", "#2"},
                 {"debit", "#3"},
                 {"credit", "#4"},
                 {"date_order", "dmy"}}
            )
        ),
        "2024-01-02 x 5.00; 2024-01-03 y -7.00; "
    );
    const CsvMapping signs = mapping({{"sign", "D/C"}});
    EXPECT_EQ(
        read("Date,Text,Amount,D/C\n2024-01-02,in,5.00,C\n2024-01-03,out,7.00,D\n", signs),
        "2024-01-02 in 5.00; 2024-01-03 out -7.00; "
    );
    EXPECT_EQ(
        read("Date,Text,Amount,D/C\n2024-01-02,in,5.00,X\n", signs),
        "2:4: \"X\" is neither D nor C; "
    );
    EXPECT_EQ(
        read("Date,Text,Amount,D/C\n2024-01-02,out,-5.00,D\n", signs),
        "2:3: the amount has a sign, though another column tells it; "
    );
    const CsvMapping two = mapping({{"debit", "In"}, {"credit", "Out"}});
    EXPECT_EQ(
        read("Date,Text,In,Out\n2024-01-02,out,,-5.25\n2024-01-02,both,1.25,5.25\n", two),
        "2:4: the amount has a sign, though its column tells it; map the columns as amount and "
        "amount_or; 3:4: the row has both debit and credit; "
    );
    EXPECT_EQ(
        read(
            "Date,Text,Amount,In\n2024-01-02,out,-5.25,\n2024-01-02,in,,5.25\n",
            mapping({{"amount_or", "In"}})
        ),
        "2024-01-02 out -5.25; 2024-01-02 in 5.25; "
    );
    EXPECT_EQ(
        read(
            "Day;Words;Sum\n02.01.2024;x;5,25\nThe end;;5,25\n",
            mapping(
                {{"date", "#1"},
                 {"description", "#2"},
                 {"amount", "#3"},
                 {"date_order", "dmy"},
                 {"header", "1"},
                 {"footer", "1"}}
            )
        ),
        "2024-01-02 x 5.25; "
    );
    EXPECT_EQ(
        read("Date,Text,Amount\n2024-01-02,a,1.000\n", mapping({{"decimal_mark", ","}})),
        "2024-01-02 a 1000; "
    );
}

/// Files of banks, by the same people as the expected figures beside them.
TEST(CsvTable, ReadsFilesOfBanks) {
    const auto folder =
        std::filesystem::path{ACCUBOOKS_SOURCE_DIR}.parent_path() / "shared/data/csv";
    if (!std::filesystem::is_directory(folder)) {
        GTEST_SKIP() << "the files of ../shared/data are not here";
    }
    struct Case {
        const char* file;
        Pairs pairs;
        std::size_t rows;
        const char* sum;
    };
    const Case cases[] = {
        {"european-decimals.csv", {{"date", "Buchungstag"}, {"amount", "Betrag"}}, 3, "2260.94"},
        {"french-headers.csv",
         {{"date", "Date opération"}, {"debit", "Crédit"}, {"credit", "Débit"}},
         3,
         "2260.94"},
        {"cp1252-euro.csv",
         {{"date", "Date"}, {"description", "Remarque"}, {"amount", "Montant"}},
         3,
         "20.00"},
        {"commerzbank-bom-crlf.csv", {{"date", "Buchungstag"}, {"amount", "Betrag"}}, 5, "-73.74"},
        {"latin1-preamble.csv",
         {{"date", "Buchungstag"}, {"amount", "Soll"}, {"amount_or", "Haben"}, {"footer", "1"}},
         5,
         "-177.33"},
        {"lloyds-uk.csv",
         {{"date", "Transaction Date"}, {"debit", "Credit Amount"}, {"credit", "Debit Amount"}},
         20,
         "3958.83"},
        {"oca-metadata-debit-credit.csv",
         {{"date", "Date"},
          {"amount", "Debit"},
          {"amount_or", "Credit"},
          {"date_order", "dmy"},
          {"footer", "1"}},
         4,
         "1069.32"},
        {"paypal-de.csv", {{"date", "Datum"}, {"amount", "Brutto"}}, 11, "-24.77"},
        {"sparkasse-camt.csv",
         {{"date", "Buchungstag"}, {"amount", "Betrag"}, {"date_order", "dmy"}},
         10,
         "-921.27"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.file);
        Pairs pairs = c.pairs;
        pairs.merge(Pairs{{"description", "#2"}});
        std::ifstream in{folder / c.file, std::ios::binary};
        const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
        const auto table = read_table(bytes, mapping(pairs));
        ASSERT_TRUE(table.has_value()) << table.error().front().reason;
        base::Decimal sum;
        for (const CsvRecord& record : table->records) {
            sum = *base::add(sum, record.amount);
        }
        EXPECT_EQ(table->records.size(), c.rows);
        EXPECT_EQ(base::to_string(sum), c.sum);
    }
}

}  // namespace
}  // namespace accubooks::interchange
