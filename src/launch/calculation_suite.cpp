#include "launch/calculation_suite.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/date.h"
#include "base/json_writer.h"
#include "base/money.h"
#include "ledger/chain.h"
#include "ledger/entry.h"
#include "ledger/valuation.h"
#include "reports/csv.h"
#include "reports/trial_balance.h"

namespace accubooks::launch {
namespace {

using base::Commodity;
using base::Decimal;
using base::Result;
using base::Rounding;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

const Commodity& dollars() {
    static const Commodity usd{.code = "USD", .scale = 2};
    return usd;
}

base::Date day(std::string_view text) {
    return *base::Date::parse(text);
}

// A refusal is a result like any other, by its code.
template <class T, class Text>
std::string text_of(const Result<T>& result, Text text) {
    return result ? std::string{text(*result)} : std::string{result.error().code};
}
std::string text_of(const Result<base::Money>& result) {
    return text_of(result, [](const base::Money& money) {
        return fmt::format("{} {}", money.units(), base::to_string(money));
    });
}
std::string text_of(const Result<Decimal>& result) {
    return text_of(result, [](const Decimal& decimal) { return base::to_string(decimal); });
}

std::string parsed(std::string_view amount, const Commodity& commodity) {
    return text_of(base::parse_money(amount, commodity));
}

std::string divided(std::string_view dividend, std::string_view divisor, Rounding rounding) {
    return text_of(base::divide(*Decimal::parse(dividend), *Decimal::parse(divisor), 2, rounding));
}

std::string allocated(std::int64_t total, const std::vector<std::int64_t>& weights) {
    return fmt::format("{}", fmt::join(base::allocate(total, weights), " "));
}

// ── Entries and balances ────────────────────────────────────────────────────────────────────────

ledger::DraftLine draft_line(
    std::int64_t account,
    std::string_view amount,
    std::string commodity,
    std::optional<std::string_view> base_amount = {}
) {
    ledger::DraftLine line{
        .account = base::AccountId{account},
        .amount = *Decimal::parse(amount),
        .commodity = std::move(commodity),
    };
    if (base_amount) {
        line.base_amount = *Decimal::parse(*base_amount);
    }
    return line;
}

std::string lines_of(const std::vector<ledger::Line>& lines) {
    std::vector<std::string> texts;
    texts.reserve(lines.size());
    for (const ledger::Line& line : lines) {
        texts.push_back(fmt::format("{} {} {}", line.commodity, line.amount, line.base_amount));
    }
    return fmt::format("{}", fmt::join(texts, ", "));
}

std::string prepared(std::vector<ledger::DraftLine> lines) {
    const ledger::Terms terms{
        .base = dollars(),
        .commodities =
            {{"USD", dollars()},
             {"EUR", {.code = "EUR", .scale = 2}},
             {"JPY", {.code = "JPY", .scale = 0}}},
        .accounts = {{base::AccountId{1}, false}, {base::AccountId{2}, false}},
    };
    const ledger::Draft draft{
        .date = day("2026-01-31"), .description = "Sale", .lines = std::move(lines)
    };
    return text_of(ledger::prepare(draft, terms), [](const ledger::Entry& entry) {
        return lines_of(entry.lines);
    });
}

std::string valued() {
    std::vector<ledger::Line> lines{
        {.account = base::AccountId{1},
         .commodity = "USD",
         .amount = 100,
         .cost = ledger::Cost{.commodity = "EUR", .units = 90}},
        {.account = base::AccountId{2}, .commodity = "EUR", .amount = -60},
        {.account = base::AccountId{3}, .commodity = "EUR", .amount = -30},
    };
    const auto done = ledger::value_at_cost(lines, "USD");
    return done ? lines_of(lines) : std::string{done.error().code};
}

std::string range_of(const reports::Days& days) {
    return days.last < days.first
               ? "none"
               : fmt::format("{} to {}", base::to_string(days.first), base::to_string(days.last));
}

std::string planned(std::string_view from, std::string_view to) {
    const auto plan = reports::plan_for({.from = day(from), .to = day(to)});
    return text_of(plan, [](const reports::RangePlan& ranges) {
        return fmt::format(
            "{}; {}; {}; {}; {}",
            range_of(ranges.opening_months),
            range_of(ranges.opening_days),
            range_of(ranges.movement_months),
            range_of(ranges.movement_head),
            range_of(ranges.movement_tail)
        );
    });
}

reports::TrialBalanceRow row(const std::string& code, std::int64_t debit, std::int64_t credit) {
    return {
        .account = base::AccountId{1},
        .code = code,
        .path = "Account " + code,
        .commodity = dollars(),
        .debit = debit,
        .credit = credit,
        .closing = debit - credit,
    };
}

std::string balanced(std::int64_t credit) {
    const reports::TrialBalance balance{
        .range = {},
        .base = dollars(),
        .last_entry = base::EntryNumber{1},
        .rows = {row("1000", 123'450, 0), row("4000", 0, credit)},
        .debit = 123'450,
        .credit = credit,
    };
    return fmt::format(
        "{} {}",
        balance.balanced() ? "balanced" : "unbalanced",
        base::to_hex(base::sha256(reports::to_csv(reports::TrialBalances{{balance}})))
    );
}

// ── The chain ───────────────────────────────────────────────────────────────────────────────────

base::Digest first_entry() {
    const ledger::Entry entry{
        .date = day("2026-01-31"),
        .description = "Rent",
        .lines =
            {{.account = base::AccountId{7},
              .commodity = "USD",
              .amount = 120'000,
              .base_amount = 120'000},
             {.account = base::AccountId{8},
              .commodity = "USD",
              .amount = -120'000,
              .base_amount = -120'000}},
    };
    return ledger::entry_hash({
        .tenant = base::TenantId{1},
        .entry = &entry,
        .posted_by = "user:u1",
        .posted_at = base::Instant::from_unix_micros(1'767'225'600'000'000),
        .idempotency_key = "k1",
    });
}

std::string chained() {
    return base::to_hex(
        ledger::chain_hash(ledger::genesis_hash(), base::EntryNumber{1}, first_entry())
    );
}

struct Golden {
    std::string_view name;
    std::string (*compute)();
    std::string_view expected;
};

constexpr Golden kGolden[] = {
    {"money/read", [] { return parsed("-12.50", dollars()); }, "-1250 -12.50"},
    {"money/below one", [] { return parsed("-0.05", dollars()); }, "-5 -0.05"},
    {"money/too fine", [] { return parsed("0.005", dollars()); }, "money.too_fine"},
    {"money/zeros are not fine", [] { return parsed("0.0500", dollars()); }, "5 0.05"},
    {"money/largest",
     [] { return parsed("92233720368547758.07", dollars()); },
     "9223372036854775807 92233720368547758.07"},
    {"money/too large",
     [] { return parsed("92233720368547758.08", dollars()); },
     "money.out_of_range"},
    {"money/sum", [] { return text_of(base::add({10, dollars()}, {20, dollars()})); }, "30 0.30"},
    {"money/sum out of range",
     [] { return text_of(base::add({kMost, dollars()}, {1, dollars()})); },
     "money.out_of_range"},
    {"decimal/tenths",
     [] { return text_of(base::add(*Decimal::parse("0.1"), *Decimal::parse("0.2"))); },
     "0.3"},
    {"decimal/product",
     [] { return text_of(base::multiply(*Decimal::parse("1.10"), *Decimal::parse("1.1"))); },
     "1.21"},
    {"decimal/third", [] { return divided("1", "3", Rounding::half_even); }, "0.33"},
    {"decimal/half even down", [] { return divided("0.25", "2", Rounding::half_even); }, "0.12"},
    {"decimal/half even up", [] { return divided("0.27", "2", Rounding::half_even); }, "0.14"},
    {"decimal/half away", [] { return divided("0.25", "2", Rounding::half_away_from_zero); }, "0.13"
    },
    {"decimal/half away below zero",
     [] { return divided("-0.25", "2", Rounding::half_away_from_zero); },
     "-0.13"},
    {"decimal/by zero",
     [] { return divided("1", "0", Rounding::half_even); },
     "base.division_by_zero"},
    {"allocation/thirds", [] { return allocated(100, {1, 1, 1}); }, "34 33 33"},
    {"allocation/credit", [] { return allocated(-100, {1, 1, 1}); }, "-34 -33 -33"},
    {"allocation/largest remainder", [] { return allocated(10, {1, 5, 3}); }, "1 6 3"},
    {"allocation/tie to the earlier", [] { return allocated(5, {3, 7}); }, "2 3"},
    {"allocation/nothing to one", [] { return allocated(7, {0, 1}); }, "0 7"},
    {"allocation/largest",
     [] { return allocated(kMost, {1, 1}); },
     "4611686018427387904 4611686018427387903"},
    {"entry/balanced",
     [] { return prepared({draft_line(1, "12.5", "USD"), draft_line(2, "-12.50", "USD")}); },
     "USD 1250 1250, USD -1250 -1250"},
    {"entry/a cent is missing",
     [] { return prepared({draft_line(1, "12.50", "USD"), draft_line(2, "-12.49", "USD")}); },
     "ledger.unbalanced"},
    {"entry/exchange",
     [] { return prepared({draft_line(1, "1000", "JPY", "6.50"), draft_line(2, "-6.50", "USD")}); },
     "JPY 1000 650, USD -650 -650"},
    {"entry/exchange at another worth",
     [] { return prepared({draft_line(1, "1000", "JPY", "6.50"), draft_line(2, "-6.49", "USD")}); },
     "ledger.unbalanced"},
    {"valuation/worth is shared by amounts", valued, "USD 100 100, EUR -60 -67, EUR -30 -33"},
    {"balances/months and days",
     [] { return planned("2026-01-15", "2026-03-10"); },
     "0001-01-01 to 2025-12-31; 2026-01-01 to 2026-01-14; 2026-02-01 to 2026-02-28; "
     "2026-01-15 to 2026-01-31; 2026-03-01 to 2026-03-10"},
    {"balances/backwards", [] { return planned("2026-03-10", "2026-01-15"); }, "reports.bad_range"},
    {"balances/trial balance",
     [] { return balanced(123'450); },
     "balanced 8af6884e217a1ee10a42e1a223a78662372b9fd15feede651a1b263fe14e6d33"},
    {"balances/trial balance off by a cent",
     [] { return balanced(123'449); },
     "unbalanced 5199fec73a00fcb7db993c699940782b7d359a1036c063dc5a18c30105a55317"},
    {"chain/entry",
     [] { return base::to_hex(first_entry()); },
     "79f87d822a85b0b7581e13aecbadec3804a9facb48044acb0708c34b8bc8feb1"},
    {"chain/head", chained, "eb8febb5b6b69f78c3c861070804120bfad6b51f53d3d119943abbf80066b056"},
};

}  // namespace

std::vector<CalculationVector> run_calculation_suite() {
    std::vector<CalculationVector> results;
    for (const Golden& golden : kGolden) {
        results.push_back(
            {.name = golden.name, .expected = golden.expected, .actual = golden.compute()}
        );
    }
    return results;
}

base::Digest digest_of(const std::vector<CalculationVector>& results) {
    base::Sha256 sum;
    for (const CalculationVector& one : results) {
        sum.update(fmt::format("{}\t{}\n", one.name, one.actual));
    }
    return sum.finish();
}

std::string to_json(const std::vector<CalculationVector>& results) {
    base::JsonWriter json;
    const auto passed = std::ranges::count_if(results, &CalculationVector::holds);
    json.begin_object();
    json.member("passed", passed);
    json.member("failed", static_cast<std::int64_t>(results.size()) - passed);
    json.member("digest", base::to_hex(digest_of(results)));
    json.key("vectors").begin_array();
    for (const CalculationVector& one : results) {
        json.begin_object();
        json.member("name", one.name).member("expected", one.expected);
        json.member("actual", std::string_view{one.actual}).member("holds", one.holds());
        json.end_object();
    }
    json.end_array().end_object();
    return std::move(json).take();
}

}  // namespace accubooks::launch
