#include "ledger/valuation.h"

#include <limits>
#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace accubooks::ledger {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();

Line line(std::string commodity, std::int64_t amount, std::optional<Cost> cost = {}) {
    return {
        .account = base::AccountId{1},
        .commodity = std::move(commodity),
        .amount = amount,
        .cost = std::move(cost),
    };
}

TEST(ValueAtCost, GivesEachLineItsWorth) {
    struct Case {
        const char* name;
        std::vector<Line> lines;
        std::vector<std::int64_t> base_amounts;
    };
    const Case cases[] = {
        {"nothing", {}, {}},
        {"base currency alone", {line("USD", 5), line("USD", -5)}, {5, -5}},
        {"foreign alone is unvalued", {line("EUR", 5), line("EUR", -5)}, {0, 0}},
        {"bought for base", {line("EUR", 10, Cost{"USD", 11}), line("USD", -11)}, {11, -11}},
        {"base sold for foreign", {line("USD", -11, Cost{"EUR", -10}), line("EUR", 10)}, {-11, 11}},
        {"the worth is shared by amounts",
         {line("USD", 100, Cost{"EUR", 90}), line("EUR", -60), line("EUR", -30)},
         {100, -67, -33}},
        {"debits and credits on the open side",
         {line("USD", -100, Cost{"EUR", -90}), line("EUR", 120), line("EUR", -30)},
         {-100, 133, -33}},
        {"foreign for foreign is unvalued",
         {line("EUR", 10, Cost{"JPY", 1600}), line("JPY", -1600)},
         {0, 0}},
        {"foreign for a foreign one that base was exchanged for",
         {line("EUR", 10, Cost{"JPY", 1600}), line("USD", -11, Cost{"JPY", -1600})},
         {11, -11}},
        {"two prices that cancel out are no anchor",
         {line("USD", 5, Cost{"EUR", 4}), line("USD", -5, Cost{"EUR", -4}), line("EUR", 0)},
         {5, -5, 0}},
        {"a zero line is worth nothing",
         {line("USD", -7, Cost{"EUR", -5}), line("EUR", 5), line("EUR", 0)},
         {-7, 7, 0}},
        {"base for nothing: a line beside takes its worth",
         {line("USD", 1, Cost{"EUR", 0}), line("EUR", 0)},
         {1, 0, -1}},
        {"base at two prices that cancel, and nothing open",
         {line("USD", 5, Cost{"EUR", 4}), line("USD", -4, Cost{"EUR", -4})},
         {5, -4, -1}},
        {"the same with lines that have nothing to do with it",
         {line("USD", 5, Cost{"EUR", 4}),
          line("USD", -4, Cost{"EUR", -4}),
          line("EUR", 1),
          line("EUR", -1)},
         {5, -4, 0, 0, -1}},
        {"foreign for nothing is unvalued", {line("EUR", 5, Cost{"JPY", 0})}, {0}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        std::vector<Line> lines = c.lines;
        const auto valued = value_at_cost(lines, "USD");
        ASSERT_TRUE(valued.has_value()) << valued.error().detail;
        std::vector<std::int64_t> base_amounts;
        for (const Line& each : lines) {
            base_amounts.push_back(each.base_amount);
        }
        EXPECT_EQ(base_amounts, c.base_amounts);
    }
}

TEST(ValueAtCost, RefusesContradictionsAndWhatDoesNotFit) {
    struct Case {
        const char* name;
        std::vector<Line> lines;
        std::string_view code;
    };
    const Case cases[] = {
        {"an amount without an opposite",
         {line("EUR", kLeast), line("EUR", kMost), line("EUR", 1)},
         "ledger.out_of_range"},
        {"a cost without an opposite",
         {line("EUR", 1, Cost{"JPY", kLeast}), line("JPY", kMost), line("JPY", 1)},
         "ledger.out_of_range"},
        {"a worth past 64 bits",
         {line("USD", -kMost, Cost{"EUR", -1}), line("EUR", kMost), line("EUR", -(kMost - 1))},
         "ledger.out_of_range"},
        {"an anchor past 64 bits",
         {line("USD", kMost, Cost{"EUR", 1}), line("USD", kMost, Cost{"EUR", 1}), line("EUR", -2)},
         "ledger.out_of_range"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        std::vector<Line> lines = c.lines;
        const auto valued = value_at_cost(lines, "USD");
        ASSERT_FALSE(valued.has_value());
        EXPECT_EQ(valued.error().code, c.code);
    }
}

/// Random lines with, for each commodity at cost, a last line that makes it balance.
std::vector<Line> balanced_lines() {
    const auto commodity = rc::gen::element<std::string>("USD", "EUR", "JPY", "");
    const auto units = rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'001);
    std::vector<Line> lines;
    std::map<std::string, std::int64_t> at_cost;
    const int count = *rc::gen::inRange(1, 9);
    for (int at = 0; at < count; ++at) {
        Line made = line(*commodity, *units);
        if (const auto cost = *commodity; cost != made.commodity && *rc::gen::arbitrary<bool>()) {
            const std::int64_t size = *rc::gen::inRange<std::int64_t>(0, 1'000'001);
            made.cost = Cost{cost, made.amount < 0 ? -size : size};
        }
        at_cost[made.cost ? made.cost->commodity : made.commodity] +=
            made.cost ? made.cost->units : made.amount;
        lines.push_back(std::move(made));
    }
    for (const auto& [code, sum] : at_cost) {
        if (sum != 0) {
            lines.push_back(line(code, -sum));
        }
    }
    return lines;
}

RC_GTEST_PROP(ValueAtCost, SumsToZeroAndKeepsTheBaseCurrency, ()) {
    std::vector<Line> lines = balanced_lines();
    const auto valued = value_at_cost(lines, "USD");
    RC_ASSERT(valued.has_value());
    __int128 sum = 0;
    for (const Line& each : lines) {
        sum += each.base_amount;
        RC_ASSERT((each.commodity != "USD" || each.base_amount == each.amount));
        RC_ASSERT(
            (!each.cost || each.cost->commodity != "USD" || each.base_amount == each.cost->units)
        );
    }
    RC_ASSERT(sum == 0);
    RC_ASSERT(imbalance_of(lines) == std::nullopt);
}

}  // namespace
}  // namespace accubooks::ledger
