#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

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

    base::Result<Entry> taken(const std::vector<Worked>& worked) {
        std::vector<DraftLine> lines;
        for (const Worked& line : worked) {
            lines.push_back({
                .account = (*this)[line.account],
                .amount = decimal(line.amount),
                .commodity = line.commodity,
                .base_amount = *line.base_amount == '\0' ? std::nullopt
                                                         : std::optional{decimal(line.base_amount)},
            });
        }
        return taken(std::move(lines));
    }

    base::Result<Entry> taken(std::vector<DraftLine> lines) {
        Terms terms{
            .base = {.code = "USD", .scale = 2},
            .commodities =
                {{"USD", {.code = "USD", .scale = 2}},
                 {"EUR", {.code = "EUR", .scale = 2}},
                 {"JPY", {.code = "JPY", .scale = 0}}},
            .accounts = {},
        };
        for (const DraftLine& line : lines) {
            terms.accounts.emplace(line.account, false);
        }
        const Draft draft{
            .date = *base::Date::of(2026, 3, 31),
            .description = "Example",
            .lines = std::move(lines)
        };
        return prepare(draft, terms);
    }

private:
    std::map<std::string, base::AccountId> ids_;
};

const Example kExamples[] = {
    {"tax exclusive", {{"AR", "649.47"}, {"sales", "-599.97"}, {"tax", "-49.50"}}},
    {"tax per document",
     {{"AR", "81.99"}, {"sales", "-55.55"}, {"sales", "-11.11"}, {"tax", "-15.33"}}},
    {"tax inclusive", {{"AR", "14.70"}, {"sales", "-9.84"}, {"sales", "-2.31"}, {"tax", "-2.55"}}},
    {"less a discount", {{"AR", "6527.81"}, {"sales", "-5350.66"}, {"tax", "-1177.15"}}},
    {"tax on a levy", {{"AR", "126.00"}, {"sales", "-100.00"}, {"levy", "-5.00"}, {"VAT", "-21.00"}}
    },
    {"taxes side by side",
     {{"AR", "344.93"}, {"sales", "-300.00"}, {"GST", "-15.00"}, {"QST", "-29.93"}}},
    {"withholding",
     {{"AR", "1477.11"}, {"withheld", "209.03"}, {"sales", "-1393.50"}, {"VAT", "-292.64"}}},
    {"bill, recoverable in part", {{"expense", "216.00"}, {"input", "24.00"}, {"AP", "-240.00"}}},
    {"reverse charge",
     {{"expense", "1000.00"}, {"input", "190.00"}, {"output", "-190.00"}, {"AP", "-1000.00"}}},
    {"last of three credits", {{"sales", "33.33"}, {"VAT", "6.34"}, {"AR", "-39.67"}}},
    {"paid too much", {{"bank", "1200.00"}, {"AR", "-1190.00"}, {"customer credit", "-10.00"}}},
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
    {"tax due on payment",
     {{"bank", "300.00"}, {"AR", "-300.00"}, {"deferred VAT", "50.00"}, {"VAT", "-50.00"}}},
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

base::Decimal times(const base::Decimal& left, const base::Decimal& right, std::uint8_t places) {
    return *base::multiply(left, right)->rescaled(places, base::Rounding::half_away_from_zero);
}

TEST(WorkedExamples, AreRoundedOnceHalfAwayFromZero) {
    const struct {
        const char* of;
        const char* rate;
        const char* part;
        std::uint8_t places = 2;
    } cases[] = {
        {"599.97", "0.0825", "49.50"},
        {"66.66", "0.23", "15.33"},
        {"55.55", "0.23", "12.78"},
        {"11.11", "0.23", "2.56"},
        {"5573.60", "0.96", "5350.66"},
        {"5350.66", "0.22", "1177.15"},
        {"105.00", "0.20", "21.00"},
        {"300", "0.05", "15.00"},
        {"300", "0.09975", "29.93"},
        {"1393.50", "0.21", "292.64"},
        {"-1393.50", "0.15", "-209.03"},
        {"99.99", "0.19", "19.00"},
        {"86.415", "0.10", "8.642", 3},
        {"400", "1.1234", "449.36"},
        {"1000", "1.0750", "1075.00"},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(base::to_string(times(decimal(c.of), decimal(c.rate), c.places)), c.part) << c.of;
    }
    const auto inclusive = base::divide(
        times(decimal("14.70"), decimal("0.21"), 4),
        decimal("1.21"),
        2,
        base::Rounding::half_away_from_zero
    );
    EXPECT_EQ(base::to_string(*inclusive), "2.55");
    const std::vector<std::int64_t> gross{11'90, 2'80};
    EXPECT_EQ(base::allocate(12'15, gross), (std::vector<std::int64_t>{9'84, 2'31}));
    EXPECT_EQ(base::allocate(2'55, gross), (std::vector<std::int64_t>{2'06, 49}));
}

/// A receivable of EUR, kept in USD: each movement is an entry that the books take.
class Receivable {
public:
    static constexpr std::int64_t kUnit = 10'000;  // rates are in ten-thousandths

    void invoice(std::int64_t euros, std::int64_t rate) {
        invoiced_ = carrying_ = at(euros, rate);
        open_ = euros;
        post({euro("AR", euros, carrying_), euro("sales", -euros, -carrying_)});
    }
    /// Its part of the carrying amount goes with it; the last takes the rest.
    void pay(std::int64_t euros, std::int64_t rate) {
        const std::int64_t relieved =
            euros == open_ ? carrying_
                           : base::allocate(carrying_, std::vector{euros, open_ - euros})[0];
        post(
            {euro("bank", euros, at(euros, rate)),
             euro("AR", -euros, -relieved),
             dollar("FX", relieved - at(euros, rate))}
        );
        paid_ += at(euros, rate);
        open_ -= euros;
        carrying_ -= relieved;
    }
    /// At a period's end, and undone on the next day.
    void revalue(std::int64_t rate) {
        const std::int64_t unrealised = at(open_, rate) - carrying_;
        for (const std::int64_t each : {unrealised, -unrealised}) {
            post({euro("AR adjustment", 0, each), dollar("FX", -each)});
            RC_ASSERT(
                (sums("AR").second + sums("AR adjustment").second ==
                 (each == unrealised ? at(open_, rate) : carrying_))
            );
        }
    }

    std::pair<std::int64_t, std::int64_t> sums(const std::string& account) {
        return sums_[chart_[account]];
    }
    std::int64_t lifetime_gain() const { return paid_ - invoiced_; }

private:
    static std::int64_t at(std::int64_t euros, std::int64_t rate) {
        return *times(base::Decimal{euros, 2}, base::Decimal{rate, 4}, 2).units_at(2);
    }
    DraftLine euro(const std::string& account, std::int64_t euros, std::int64_t dollars) {
        return {
            .account = chart_[account],
            .amount = base::Decimal{euros, 2},
            .commodity = "EUR",
            .base_amount = base::Decimal{dollars, 2}
        };
    }
    DraftLine dollar(const std::string& account, std::int64_t dollars) {
        return {
            .account = chart_[account], .amount = base::Decimal{dollars, 2}, .commodity = "USD"
        };
    }
    void post(std::vector<DraftLine> lines) {
        std::erase_if(lines, [](const DraftLine& line) {
            return line.amount.is_zero() && (!line.base_amount || line.base_amount->is_zero());
        });
        if (lines.empty()) {
            return;
        }
        const auto entry = chart_.taken(std::move(lines));
        RC_ASSERT(entry.has_value());
        for (const Line& line : entry->lines) {
            auto& [amount, base_amount] = sums_[line.account];
            amount += line.amount;
            base_amount += line.base_amount;
        }
    }

    Chart chart_;
    std::map<base::AccountId, std::pair<std::int64_t, std::int64_t>> sums_;
    std::int64_t open_ = 0;
    std::int64_t carrying_ = 0;
    std::int64_t invoiced_ = 0;
    std::int64_t paid_ = 0;
};

RC_GTEST_PROP(WorkedExamples, AnySplitOfPaymentsAndAnyRevaluationsEndAtZeroInBoth, ()) {
    const auto any_rate =
        rc::gen::inRange<std::int64_t>(Receivable::kUnit / 2, 2 * Receivable::kUnit);
    const auto weights = *rc::gen::nonEmpty(
        rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(1, 1000))
    );
    const std::int64_t euros = *rc::gen::inRange<std::int64_t>(1, 10'000'000);
    Receivable receivable;
    receivable.invoice(euros, *any_rate);
    for (const std::int64_t part : base::allocate(euros, weights)) {
        if (*rc::gen::arbitrary<bool>()) {
            receivable.revalue(*any_rate);
        }
        if (part != 0) {
            receivable.pay(part, *any_rate);
        }
    }
    RC_ASSERT((receivable.sums("AR") == std::pair<std::int64_t, std::int64_t>{0, 0}));
    RC_ASSERT((receivable.sums("AR adjustment") == std::pair<std::int64_t, std::int64_t>{0, 0}));
    RC_ASSERT(receivable.sums("FX").second == -receivable.lifetime_gain());
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
