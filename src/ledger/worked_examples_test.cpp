#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/money.h"
#include "ledger/entry.h"

/// Worked examples as entries: each is taken as it stands and refused a cent off, and leaves on
/// accounts what was worked out by hand with exact fractions. Those of allocation are in
/// base/money_test.cpp, that of a year's end in period_db_test.cpp.
namespace accubooks::ledger {
namespace {

struct Worked {
    const char* account;
    const char* amount;
    const char* commodity = "USD";
    const char* base_amount = "";  // of a line in a foreign currency
};

struct Example {
    const char* name;
    std::vector<Worked> lines;
};

base::Decimal decimal(std::string_view text) {
    return *base::Decimal::parse(text);
}

/// The books of the examples: an id for each account's name, in the order of their use.
class Chart {
public:
    base::AccountId operator[](const std::string& name) {
        const auto next = static_cast<std::int64_t>(ids_.size()) + 1;
        return ids_.try_emplace(name, base::AccountId{next}).first->second;
    }

    base::Result<Entry> taken(const std::vector<Worked>& lines) {
        Draft draft{.date = *base::Date::of(2026, 3, 31), .description = "Example"};
        Terms terms{
            .base = {.code = "USD", .scale = 2},
            .commodities =
                {{"USD", {.code = "USD", .scale = 2}},
                 {"EUR", {.code = "EUR", .scale = 2}},
                 {"JPY", {.code = "JPY", .scale = 0}}},
            .accounts = {},
        };
        for (const Worked& line : lines) {
            draft.lines.push_back({
                .account = (*this)[line.account],
                .amount = decimal(line.amount),
                .commodity = line.commodity,
                .base_amount = *line.base_amount == '\0' ? std::nullopt
                                                         : std::optional{decimal(line.base_amount)},
            });
            terms.accounts.emplace(draft.lines.back().account, false);
        }
        return prepare(draft, terms);
    }

private:
    std::map<std::string, base::AccountId> ids_;
};

const Example kExamples[] = {
    {"deposit", {{"bank", "595.00"}, {"deposits", "-500.00"}, {"VAT", "-95.00"}}},
    {"final invoice",
     {{"AR", "1785.00"},
      {"deposits", "500.00"},
      {"VAT", "95.00"},
      {"sales", "-2000.00"},
      {"VAT", "-380.00"}}},
    {"early discount",
     {{"bank", "2308.60"}, {"discount", "60.00"}, {"VAT", "11.40"}, {"AR", "-2380.00"}}},
    {"write-off", {{"bad debt", "1000.00"}, {"VAT", "190.00"}, {"AR", "-1190.00"}}},
    {"card sale", {{"bank", "96.80"}, {"fees", "3.20"}, {"clearing", "-100.00"}}},
    {"invoice", {{"AR", "1000", "EUR", "1100.00"}, {"sales", "-1000", "EUR", "-1100.00"}}},
    {"payment",
     {{"bank", "1000", "EUR", "1085.00"}, {"FX", "15.00"}, {"AR", "-1000", "EUR", "-1100.00"}}},
    {"invoice",
     {{"AR", "4950", "JPY", "33.22"},
      {"sales", "-4500", "JPY", "-30.20"},
      {"VAT", "-450", "JPY", "-3.02"}}},
    {"disposal",
     {{"bank", "1680.00"},
      {"accum. depreciation", "666.33"},
      {"asset", "-1999.00"},
      {"VAT", "-280.00"},
      {"gain", "-67.33"}}},
    {"payroll",
     {{"wages", "5000.00"},
      {"employer", "382.50"},
      {"tax", "-800.00"},
      {"social", "-765.00"},
      {"net payable", "-3817.50"}}},
};

TEST(WorkedExamples, AreTakenAsTheyStandAndRefusedACentOff) {
    for (const Example& example : kExamples) {
        SCOPED_TRACE(example.name);
        Chart chart;
        const auto entry = chart.taken(example.lines);
        ASSERT_TRUE(entry) << entry.error().detail;
        EXPECT_EQ(imbalance_of(entry->lines), std::nullopt);
        for (std::size_t at = 0; at < example.lines.size(); ++at) {
            std::vector<Worked> off = example.lines;
            const bool is_foreign = *off[at].base_amount != '\0';
            const char*& amount = is_foreign ? off[at].base_amount : off[at].amount;
            const std::string a_cent_more =
                base::to_string(*base::add(decimal(amount), decimal("0.01")));
            amount = a_cent_more.c_str();
            const auto refused = chart.taken(off);
            ASSERT_FALSE(refused) << at;
            EXPECT_EQ(refused.error().code, "ledger.unbalanced");
        }
    }
}

// A receivable: EUR 1,000 invoiced at 1.1000, 400 paid at 1.1234, the rest revalued at 1.0750,
// and paid at 1.0900.
TEST(WorkedExamples, AReceivableInAForeignCurrencyEndsAtZeroInBoth) {
    const std::vector<Worked> invoice = {
        {"AR", "1000", "EUR", "1100.00"}, {"sales", "-1000", "EUR", "-1100.00"}
    };
    const std::vector<Worked> first_payment = {
        {"bank", "400", "EUR", "449.36"}, {"AR", "-400", "EUR", "-440.00"}, {"FX", "-9.36"}
    };
    const std::vector<Worked> revaluation = {
        {"AR adjustment", "0", "EUR", "-15.00"}, {"FX", "15.00"}
    };
    const std::vector<Worked> next_day = {{"AR adjustment", "0", "EUR", "15.00"}, {"FX", "-15.00"}};
    const std::vector<Worked> last_payment = {
        {"bank", "600", "EUR", "654.00"}, {"AR", "-600", "EUR", "-660.00"}, {"FX", "6.00"}
    };
    Chart chart;
    std::map<base::AccountId, std::int64_t> amounts;
    std::map<base::AccountId, std::int64_t> base_amounts;
    const auto post = [&](const std::vector<Worked>& lines) {
        const auto entry = chart.taken(lines);
        ASSERT_TRUE(entry) << entry.error().detail;
        for (const Line& line : entry->lines) {
            amounts[line.account] += line.amount;
            base_amounts[line.account] += line.base_amount;
        }
    };
    post(invoice);
    post(first_payment);
    EXPECT_EQ(amounts[chart["AR"]], 600'00);
    EXPECT_EQ(base_amounts[chart["AR"]], 660'00);
    post(revaluation);
    EXPECT_EQ(base_amounts[chart["AR"]] + base_amounts[chart["AR adjustment"]], 645'00)
        << "600 at 1.0750";
    post(next_day);
    post(last_payment);
    EXPECT_EQ(amounts[chart["AR"]], 0);
    EXPECT_EQ(base_amounts[chart["AR"]], 0);
    EXPECT_EQ(base_amounts[chart["AR adjustment"]], 0);
    EXPECT_EQ(base_amounts[chart["FX"]], -3'36) << "a lifetime's gain, bank less invoice";
    EXPECT_EQ(base_amounts[chart["bank"]] - 1100'00, 3'36);
}

TEST(WorkedExamples, AnAmountInYenHasItsBaseAllocatedToTheLines) {
    const auto whole = base::multiply(decimal("4950"), decimal("0.006712"))
                           ->rescaled(2, base::Rounding::half_away_from_zero)
                           ->units_at(2);
    EXPECT_EQ(*whole, 33'22);
    const std::vector<std::int64_t> lines{4500, 450};
    EXPECT_EQ(base::allocate(*whole, lines), (std::vector<std::int64_t>{30'20, 3'02}));
}

TEST(WorkedExamples, DepreciationIsTheDifferenceOfRoundedTotals) {
    std::vector<std::int64_t> months;
    std::int64_t before = 0;
    for (int month = 1; month <= 36; ++month) {
        const auto total = *base::divide(
                                base::Decimal{1999 * month, 0},
                                base::Decimal{36, 0},
                                2,
                                base::Rounding::half_away_from_zero
        )
                                ->units_at(2);
        months.push_back(total - before);
        before = total;
        if (month == 12) {
            EXPECT_EQ(total, 666'33);
        }
    }
    EXPECT_EQ(months[0], 55'53);
    EXPECT_EQ(months[1], 55'53);
    EXPECT_EQ(months[2], 55'52);
    EXPECT_EQ(before, 1999'00);
}

}  // namespace
}  // namespace accubooks::ledger
