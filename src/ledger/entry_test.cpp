#include "ledger/entry.h"

#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace accubooks::ledger {
namespace {

constexpr base::AccountId kBank{1};
constexpr base::AccountId kSales{2};
constexpr base::AccountId kImported{3};
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

base::Date day(std::string_view text) {
    return *base::Date::parse(text);
}

Terms terms() {
    return {
        .base = {.code = "USD", .scale = 2},
        .commodities =
            {{"USD", {.code = "USD", .scale = 2}},
             {"EUR", {.code = "EUR", .scale = 2}},
             {"JPY", {.code = "JPY", .scale = 0}}},
        .accounts = {{kBank, false}, {kSales, false}, {kImported, true}},
    };
}

DraftLine line(
    base::AccountId account,
    std::string_view amount,
    std::string commodity = "USD",
    std::optional<std::string_view> base_amount = {}
) {
    DraftLine made{
        .account = account,
        .amount = *base::Decimal::parse(amount),
        .commodity = std::move(commodity),
    };
    if (base_amount) {
        made.base_amount = *base::Decimal::parse(*base_amount);
    }
    return made;
}

Draft draft(std::vector<DraftLine> lines) {
    return {.date = day("2026-02-28"), .description = "Sale", .lines = std::move(lines)};
}

struct Units {
    std::int64_t amount;
    std::int64_t base_amount;
    std::optional<std::int64_t> cost_in_base{};

    friend bool operator==(const Units&, const Units&) = default;
};

std::vector<Units> units_of(const Entry& entry) {
    std::vector<Units> units;
    units.reserve(entry.lines.size());
    for (const Line& each : entry.lines) {
        units.push_back({each.amount, each.base_amount});
        if (each.cost) {
            EXPECT_EQ(each.cost->commodity, "USD");
            units.back().cost_in_base = each.cost->units;
        }
    }
    return units;
}

TEST(Prepare, MeasuresWhatBalances) {
    struct Case {
        const char* name;
        std::vector<DraftLine> lines;
        std::vector<Units> units;
    };
    const Case cases[] = {
        {"base currency",
         {line(kBank, "12.50"), line(kSales, "-12.5")},
         {{1250, 1250}, {-1250, -1250}}},
        {"base amounts restated",
         {line(kBank, "1", "USD", "1.00"), line(kSales, "-1")},
         {{100, 100}, {-100, -100}}},
        {"foreign and unvalued",
         {line(kBank, "7", "JPY"), line(kSales, "-7", "JPY")},
         {{7, 0}, {-7, 0}}},
        {"foreign and valued",
         {line(kBank, "10", "EUR", "11"), line(kSales, "-10", "EUR", "-11")},
         {{1000, 1100}, {-1000, -1100}}},
        {"an exchange",
         {line(kBank, "10", "EUR", "11"), line(kBank, "-11")},
         {{1000, 1100, 1100}, {-1100, -1100}}},
        {"an exchange of two foreign ones",
         {line(kBank, "10", "EUR", "11"), line(kBank, "-1600", "JPY", "-11")},
         {{1000, 1100, 1100}, {-1600, -1100, -1100}}},
        {"settled at another rate, the loss beside it",
         {line(kBank, "100", "EUR", "108"), line(kSales, "-100", "EUR", "-110"), line(kSales, "2")},
         {{10000, 10800, 10800}, {-10000, -11000, -11000}, {200, 200}}},
        {"revalued",
         {line(kBank, "0", "EUR", "5"), line(kSales, "-5")},
         {{0, 500, 500}, {-500, -500}}},
        {"worth less than a unit",
         {line(kBank, "1", "JPY", "0"),
          line(kSales, "-1", "JPY", "0"),
          line(kBank, "1"),
          line(kSales, "-1")},
         {{1, 0}, {-1, 0}, {100, 100}, {-100, -100}}},
        {"zero on an imported account",
         {line(kImported, "0"), line(kImported, "0")},
         {{0, 0}, {0, 0}}},
        {"the largest amount there is",
         {line(kBank, "92233720368547758.07"), line(kSales, "-92233720368547758.07")},
         {{kMost, kMost}, {-kMost, -kMost}}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto entry = prepare(draft(c.lines), terms());
        ASSERT_TRUE(entry.has_value()) << entry.error().detail;
        EXPECT_EQ(units_of(*entry), c.units);
        EXPECT_EQ(imbalance_of(entry->lines), std::nullopt);
    }
}

TEST(Prepare, KeepsWhatTheDraftSays) {
    Draft given = draft({line(kBank, "1"), line(kSales, "-1")});
    given.reference = "R-1";
    given.tags = {{"project", "atlas"}};
    given.lines[0].memo = "till";
    const auto entry = prepare(given, terms());
    ASSERT_TRUE(entry.has_value());
    const Entry expected{
        .date = day("2026-02-28"),
        .description = "Sale",
        .reference = "R-1",
        .tags = {{"project", "atlas"}},
        .source = "api",
        .lines =
            {{.account = kBank,
              .commodity = "USD",
              .amount = 100,
              .base_amount = 100,
              .memo = "till"},
             {.account = kSales, .commodity = "USD", .amount = -100, .base_amount = -100}},
    };
    EXPECT_EQ(*entry, expected);
}

TEST(Prepare, NamesTheFieldsOfARefusedDraft) {
    struct Case {
        const char* name;
        std::vector<DraftLine> lines;
        std::string_view code;
        std::vector<std::string> pointers;
    };
    const Case cases[] = {
        {"no lines", {}, "ledger.too_few_lines", {"/lines"}},
        {"one line", {line(kImported, "0")}, "ledger.too_few_lines", {"/lines"}},
        {"too many lines",
         std::vector<DraftLine>(kLinesMax + 1, line(kBank, "1")),
         "ledger.bad_entry",
         {"/lines"}},
        {"accounts that aren't there",
         {line(base::AccountId{8}, "1"), line(kBank, "-1"), line(base::AccountId{9}, "0")},
         "ledger.unknown_account",
         {"/lines/0/account_id", "/lines/2/account_id"}},
        {"a commodity that isn't there",
         {line(kBank, "1"), line(kSales, "-1", "XYZ")},
         "ledger.unknown_commodity",
         {"/lines/1/currency"}},
        {"too fine for their commodities",
         {line(kBank, "1.005"), line(kSales, "-1.5", "JPY", "-1.005")},
         "ledger.bad_entry",
         {"/lines/0/amount", "/lines/1/amount", "/lines/1/base_amount"}},
        {"more than 64 bits",
         {line(kBank, "92233720368547758.08"), line(kSales, "-1")},
         "ledger.bad_entry",
         {"/lines/0/amount"}},
        {"another base amount in the base currency",
         {line(kBank, "1", "USD", "2"), line(kSales, "-1", "USD", "-2")},
         "ledger.bad_entry",
         {"/lines/0/base_amount", "/lines/1/base_amount"}},
        {"base amounts on the other side",
         {line(kBank, "1", "EUR", "-1"), line(kSales, "1")},
         "ledger.bad_entry",
         {"/lines/0/base_amount"}},
        {"a line that moves nothing",
         {line(kBank, "1"), line(kSales, "-1"), line(kSales, "0")},
         "ledger.bad_entry",
         {"/lines/2/amount"}},
        {"an exchange whose worth isn't stated",
         {line(kBank, "1"), line(kSales, "-1", "EUR")},
         "ledger.bad_entry",
         {"/lines/1/base_amount"}},
        {"debits alone, at a cost of nothing",
         {line(kBank, "1000000", "EUR", "0"), line(kSales, "1", "EUR", "0")},
         "ledger.bad_entry",
         {"/lines/0/base_amount"}},
        {"a million for one, at a cost of nothing",
         {line(kBank, "1000000", "EUR", "0"), line(kSales, "-1", "EUR", "0")},
         "ledger.bad_entry",
         {"/lines/0/base_amount"}},
        {"valued in part",
         {line(kBank, "1", "EUR", "1"), line(kSales, "-1", "EUR")},
         "ledger.bad_entry",
         {"/lines/1/base_amount"}},
        {"unbalanced", {line(kBank, "1"), line(kSales, "-0.99")}, "ledger.unbalanced", {"/lines"}},
        {"unbalanced at cost",
         {line(kBank, "1", "EUR", "1.10"), line(kSales, "-1")},
         "ledger.unbalanced",
         {"/lines"}},
        {"a loss that nobody bears",
         {line(kBank, "1", "EUR", "1.08"), line(kSales, "-1", "EUR", "-1.10")},
         "ledger.unbalanced",
         {"/lines"}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto entry = prepare(draft(c.lines), terms());
        ASSERT_FALSE(entry.has_value());
        EXPECT_EQ(entry.error().code, c.code);
        EXPECT_EQ(entry.error().kind, base::ErrorKind::invalid);
        std::vector<std::string> pointers;
        for (const auto& field : entry.error().fields) {
            pointers.push_back(field.pointer);
        }
        EXPECT_EQ(pointers, c.pointers);
    }
}

TEST(Prepare, BoundsTexts) {
    struct Case {
        const char* name;
        void (*change)(Draft&);
        const char* pointer;  // null: taken
    };
    const Case cases[] = {
        {"the longest description", [](Draft& d) { d.description.assign(1000, 'x'); }, nullptr},
        {"letters of several bytes",
         [](Draft& d) { d.description = std::string(999, 'x') + "\u8D44"; },
         nullptr},
        {"a longer one", [](Draft& d) { d.description.assign(1001, 'x'); }, "/description"},
        {"a control character", [](Draft& d) { d.description = "a\nb"; }, "/description"},
        {"a turned direction", [](Draft& d) { d.description = "a\u202Eb"; }, "/description"},
        {"no UTF-8", [](Draft& d) { d.description = "\xff"; }, "/description"},
        {"the longest reference", [](Draft& d) { d.reference.assign(200, 'x'); }, nullptr},
        {"a longer reference", [](Draft& d) { d.reference.assign(201, 'x'); }, "/reference"},
        {"a memo too long", [](Draft& d) { d.lines[1].memo.assign(1001, 'x'); }, "/lines/1/memo"},
        {"a memo with a null", [](Draft& d) { d.lines[0].memo = {'\0'}; }, "/lines/0/memo"},
        {"an empty value", [](Draft& d) { d.tags = {{"k", ""}}; }, nullptr},
        {"an empty key", [](Draft& d) { d.tags = {{"", "v"}}; }, "/tags"},
        {"a key too long", [](Draft& d) { d.tags = {{std::string(201, 'k'), ""}}; }, "/tags"},
        {"a value too long", [](Draft& d) { d.tags = {{"k", std::string(1001, 'v')}}; }, "/tags"},
        {"a tab in a value", [](Draft& d) { d.tags = {{"k", "\t"}}; }, "/tags"},
        {"as many tags as there may be",
         [](Draft& d) {
             for (int at = 0; at < 50; ++at) {
                 d.tags[std::to_string(at)] = "";
             }
         },
         nullptr},
        {"one more tag",
         [](Draft& d) {
             for (int at = 0; at < 51; ++at) {
                 d.tags[std::to_string(at)] = "";
             }
         },
         "/tags"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        Draft given = draft({line(kBank, "1"), line(kSales, "-1")});
        c.change(given);
        const auto entry = prepare(given, terms());
        ASSERT_EQ(entry.has_value(), c.pointer == nullptr);
        if (c.pointer != nullptr) {
            EXPECT_EQ(entry.error().code, "ledger.bad_entry");
            ASSERT_EQ(entry.error().fields.size(), 1U);
            EXPECT_EQ(entry.error().fields[0].pointer, c.pointer);
        }
    }
}

TEST(Imbalance, IsFoundWhereSumsPass64Bits) {
    const Line much{.account = kBank, .commodity = "USD", .amount = kMost, .base_amount = kMost};
    // Modulo 2^64 these sum to zero.
    const Line two{.account = kBank, .commodity = "USD", .amount = 2, .base_amount = 2};
    const auto imbalance = imbalance_of({much, much, two});
    ASSERT_TRUE(imbalance.has_value());
    EXPECT_EQ(
        *imbalance, "debits and credits differ by 18446744073709551616 units of the base currency"
    );
}

TEST(Imbalance, CountsACostInItsOwnCommodity) {
    std::vector<Line> lines{
        {.account = kBank, .commodity = "EUR", .amount = 10, .cost = Cost{"JPY", 1600}},
        {.account = kBank, .commodity = "JPY", .amount = -1600},
    };
    EXPECT_EQ(imbalance_of(lines), std::nullopt);
    lines[0].cost->units = 1599;
    EXPECT_EQ(imbalance_of(lines), "JPY doesn't sum to zero: -1 units are left");
}

PostedEntry posted() {
    const auto entry = prepare(
        draft({line(kBank, "10", "EUR", "11"), line(kBank, "-11"), line(kImported, "0")}), terms()
    );
    PostedEntry made{.number = base::EntryNumber{7}, .entry = *entry};
    made.entry.document_date = day("2026-02-01");
    made.entry.reference = "R-1";
    made.entry.tags = {{"project", "atlas"}};
    made.entry.source = "import";
    return made;
}

TEST(Reversal, MirrorsEachLineAndSaysWhy) {
    const auto reversal = reversal_of(posted(), day("2026-03-01"), "typo");
    ASSERT_TRUE(reversal.has_value());
    Entry expected = posted().entry;
    expected.date = day("2026-03-01");
    expected.document_date.reset();
    expected.source = "reversal";
    expected.reverses = base::EntryNumber{7};
    expected.reason = "typo";
    expected.lines[0].amount = -1000;
    expected.lines[0].base_amount = -1100;
    expected.lines[0].cost->units = -1100;
    expected.lines[1].amount = 1100;
    expected.lines[1].base_amount = 1100;
    EXPECT_EQ(*reversal, expected);
    EXPECT_EQ(imbalance_of(reversal->lines), std::nullopt);
}

TEST(Reversal, NeedsAReasonAndOpposites) {
    for (const std::string& reason : {std::string{}, std::string(1001, 'x'), std::string{"a\tb"}}) {
        const auto refused = reversal_of(posted(), day("2026-03-01"), reason);
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().code, "ledger.reason_required");
        EXPECT_EQ(refused.error().fields.at(0).pointer, "/reason");
    }
    EXPECT_TRUE(reversal_of(posted(), day("2026-03-01"), std::string(1000, 'x')).has_value());

    constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
    for (int which = 0; which < 3; ++which) {
        PostedEntry extreme = posted();
        Line& first = extreme.entry.lines[0];
        (which == 0 ? first.amount : which == 1 ? first.base_amount : first.cost->units) = kLeast;
        const auto refused = reversal_of(extreme, day("2026-03-01"), "typo");
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().code, "ledger.out_of_range");
    }
}

/// Lines of which many make an entry that balances: mostly valued, and closed by one in USD.
std::vector<DraftLine> random_lines() {
    std::vector<DraftLine> lines;
    std::int64_t base_sum = 0;
    const int count = *rc::gen::inRange(1, 6);
    for (int at = 0; at < count; ++at) {
        const auto units = *rc::gen::inRange<std::int64_t>(-3, 4);
        DraftLine made{
            .account = *rc::gen::element(kBank, kImported),
            .amount = base::Decimal{units, 0},
            .commodity = *rc::gen::element<std::string>("USD", "EUR", "JPY"),
        };
        if (made.commodity == "USD") {
            base_sum += units;
        } else if (*rc::gen::inRange(0, 10) != 0) {
            const auto worth = units * *rc::gen::inRange<std::int64_t>(0, 3);
            made.base_amount = base::Decimal{worth, 0};
            base_sum += worth;
        }
        lines.push_back(made);
    }
    const auto off = *rc::gen::element<std::int64_t>(0, 0, 0, 1);
    lines.push_back(
        {.account = kImported, .amount = base::Decimal{off - base_sum, 0}, .commodity = "USD"}
    );
    return lines;
}

/// Whatever is given, prepare refuses it or makes an entry that balances and whose reversal does.
RC_GTEST_PROP(Prepare, NeverLetsAnImbalanceThrough, ()) {
    std::vector<DraftLine> lines = random_lines();
    const auto entry = prepare(draft(std::move(lines)), terms());
    RC_CLASSIFY(entry.has_value(), "accepted");
    if (!entry) {
        return;
    }
    RC_ASSERT(imbalance_of(entry->lines) == std::nullopt);
    for (const Line& each : entry->lines) {
        RC_ASSERT((each.commodity != "USD" || each.base_amount == each.amount));
        RC_ASSERT((!each.cost || each.cost->commodity != each.commodity));
        RC_ASSERT((each.amount != 0 || each.base_amount != 0 || each.account == kImported));
    }
    const auto reversal =
        reversal_of({.number = base::EntryNumber{1}, .entry = *entry}, day("2026-03-01"), "x");
    RC_ASSERT(reversal.has_value());
    RC_ASSERT(imbalance_of(reversal->lines) == std::nullopt);
}

}  // namespace
}  // namespace accubooks::ledger
