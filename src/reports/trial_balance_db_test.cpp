#include <map>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "reports/csv.h"
#include "reports/internal/posted_books_test.h"
#include "reports/trial_balance.h"

namespace accubooks::reports {
namespace {

/// What a line of the report comes to, in the commodity and in the base commodity.
struct Figures {
    Total opening = 0;
    Total debit = 0;
    Total credit = 0;
    Total base_opening = 0;
    Total base_debit = 0;
    Total base_credit = 0;

    friend bool operator==(const Figures&, const Figures&) = default;
};
using Report = std::map<std::pair<std::int64_t, std::string>, Figures>;  // account, commodity

void PrintTo(const Figures& of, std::ostream* out) {
    *out << fmt::format(
        "{}+{}-{} ({}+{}-{})",
        of.opening,
        of.debit,
        of.credit,
        of.base_opening,
        of.base_debit,
        of.base_credit
    );
}

/// The key of what earlier years left unclosed.
constexpr std::int64_t kNoAccount = 0;

/// The report as one reads its definition: every line, one by one. `earners` are the revenue and
/// expense accounts, `year` the first day of the range's fiscal year.
Report added_up(
    const std::vector<Entry>& entries,
    const DateRange& range,
    const std::set<std::int64_t>& earners,
    base::Date year
) {
    Report report;
    for (const Entry& entry : entries) {
        if (range.to && entry.date > *range.to) {
            continue;
        }
        const bool is_opening = range.from && entry.date < *range.from;
        for (const Line& line : entry.lines) {
            const bool is_retained =
                is_opening && entry.date < year && earners.contains(line.account.value);
            const std::int64_t account = is_retained ? kNoAccount : line.account.value;
            Figures& figures = report[{account, line.commodity}];
            if (is_opening) {
                figures.opening += line.amount;
                figures.base_opening += line.base_amount;
            } else {
                (line.amount > 0 ? figures.debit : figures.credit) += std::abs(line.amount);
                (line.base_amount > 0 ? figures.base_debit : figures.base_credit) +=
                    std::abs(line.base_amount);
            }
        }
    }
    std::erase_if(report, [](const auto& each) { return each.second == Figures{}; });
    return report;
}

Report report_of(const TrialBalance& balance) {
    Report report;
    for (const TrialBalanceRow& row : balance.rows) {
        EXPECT_EQ(row.closing, row.opening + row.debit - row.credit);
        EXPECT_EQ(row.base_closing, row.base_opening + row.base_debit - row.base_credit);
        const bool is_new = report
                                .emplace(
                                    std::pair{row.account.value, row.commodity.code},
                                    Figures{
                                        row.opening,
                                        row.debit,
                                        row.credit,
                                        row.base_opening,
                                        row.base_debit,
                                        row.base_credit
                                    }
                                )
                                .second;
        EXPECT_TRUE(is_new);
    }
    return report;
}

class TrialBalanceTest : public ::testing::Test, protected PostedBooks {
protected:
    base::Result<TrialBalance> balance(DateRange range, Scope scope = {}) {
        auto made = books.await(trial_balance(
            books.pool, tenant, {.range = range, .scope = std::move(scope)}, TestBooks::deadline()
        ));
        if (!made) {
            return std::unexpected(made.error());
        }
        return std::move(made->columns.front());
    }

    std::set<std::int64_t> ids_of(const std::set<std::string>& codes) {
        std::set<std::int64_t> ids;
        const auto report = balance({});
        for (const TrialBalanceRow& row : report->rows) {
            if (codes.contains(row.code)) {
                ids.insert(row.account.value);
            }
        }
        return ids;
    }
};

TEST_F(TrialBalanceTest, AgreesWithAddingUpEveryLineForRandomRangesAndParts) {
    const std::vector<Entry> entries = random_entries(300);
    post(entries);
    const ledger::Calendar calendar{.year_starts_month = 2, .year_starts_day = 10};
    books.tamper("update books.ledger set year_starts_month = 2, year_starts_day = 10");
    const std::set<std::int64_t> earners = ids_of({"revenue", "expense"});

    for (int at = 0; at < 100; ++at) {
        DateRange range;
        const std::int32_t from = kFirstDay - 10 + below(kDays + 20);
        const int ends = below(4);  // as often none as both
        if ((ends & 1) != 0) {
            range.from = base::Date::from_unix_days(from);
        }
        if ((ends & 2) != 0) {
            range.to = base::Date::from_unix_days(from + below(70));
        }
        const Scope scope = random_scope(300);
        const std::int64_t last = scope.known_at.value_or(base::EntryNumber{300}).value;
        SCOPED_TRACE(fmt::format("{}, {}, at {}", to_string(range), to_string(scope), last));
        const auto report = balance(range, scope);
        ASSERT_TRUE(report.has_value());
        const base::Date year = ledger::fiscal_year_of(days_of(range).first, calendar).first_day;
        EXPECT_EQ(
            report_of(*report), added_up(in_scope(entries, scope, range), range, earners, year)
        );
        EXPECT_TRUE(report->balanced());
        EXPECT_EQ(report->last_entry.value, last);
        EXPECT_TRUE(std::ranges::is_sorted(report->rows, {}, [](const TrialBalanceRow& row) {
            return std::tuple{!row.is_account(), row.code, row.commodity.code};
        }));
    }
}

TEST_F(TrialBalanceTest, KeepsWhatEarlierYearsLeftUnclosedOnARowOfItsOwn) {
    const auto bank = books.account(tenant, {.code = "1"});
    const auto sales = books.account(tenant, {.code = "4", .type = "revenue"});
    const auto rent = books.account(tenant, {.code = "6", .type = "expense"});
    post({
        move(900, day("2024-07-01"), sales, bank),
        move(300, day("2025-07-01"), bank, rent),
        move(50, day("2026-02-01"), sales, bank),
        move(20, day("2026-03-01"), bank, rent),
    });
    const auto openings = [&](std::string_view from) {
        std::map<std::string, Total> found;
        const auto report = balance({.from = day(from)});
        EXPECT_TRUE(report->balanced());
        for (const TrialBalanceRow& row : report->rows) {
            found[row.is_account() ? row.code : "retained"] = row.opening;
        }
        return found;
    };
    using Openings = std::map<std::string, Total>;
    EXPECT_TRUE(
        openings("2026-01-01") == (Openings{{"1", 600}, {"4", 0}, {"6", 0}, {"retained", -600}})
    );
    EXPECT_TRUE(
        openings("2026-03-01") == (Openings{{"1", 650}, {"4", -50}, {"6", 0}, {"retained", -600}})
    );
    // The year's own accounts are left out when nothing is on them, and none is unclosed before it.
    EXPECT_TRUE(openings("2027-01-01") == (Openings{{"1", 630}, {"retained", -630}}));
    EXPECT_TRUE(openings("2024-01-01") == (Openings{{"1", 0}, {"4", 0}, {"6", 0}}));
    const auto whole = balance({});
    EXPECT_TRUE(whole->rows.size() == 3 && whole->opening == 0);
    // A column beside has those of its own year, though another column begins with that year.
    const ReportQuery beside{
        .range = {.from = day("2026-02-01"), .to = day("2026-02-28")}, .comparison = {.earlier = 2}
    };
    const auto columns =
        books.await(trial_balance(books.pool, tenant, beside, TestBooks::deadline()))->columns;
    ASSERT_EQ(columns.size(), 3U);
    EXPECT_TRUE(columns[0].rows.back().opening == -600);
    EXPECT_TRUE(columns[1].rows.back().opening == -600);  // of January
    EXPECT_TRUE(columns[2].rows.back().opening == -900);  // of December, in the year before
}

TEST_F(TrialBalanceTest, LeavesClosingEntriesAndTheirReversalsOutUnlessItIsTold) {
    const auto bank = books.account(tenant, {.code = "1"});
    const auto sales = books.account(tenant, {.code = "4", .type = "revenue"});
    const auto retained = books.account(tenant, {.code = "3", .type = "equity"});
    Entry closing = move(5, day("2025-12-31"), retained, sales);
    closing.tags.emplace("closing", "2025");
    post({move(5, day("2025-06-30"), sales, bank), closing});
    const auto sales_of = [&](Closing closings) {
        const auto report = balance({}, {.closing = closings});
        EXPECT_TRUE(report->balanced());
        const auto found = std::ranges::find(report->rows, "4", &TrialBalanceRow::code);
        return found->closing;
    };
    EXPECT_TRUE(sales_of(Closing::exclude) == -5);
    EXPECT_TRUE(sales_of(Closing::include) == 0);
    // What was closed before a report's first day is closed.
    const auto next = balance({.from = day("2026-01-01")});
    ASSERT_EQ(next->rows.size(), 2U);
    EXPECT_TRUE(next->rows[0].code == "1" && next->rows[0].opening == 5);
    EXPECT_TRUE(next->rows[1].code == "3" && next->rows[1].opening == -5);
    ledger::PostedEntry posted;
    posted.number = base::EntryNumber{2};
    posted.entry = closing;
    Entry reopening = *ledger::reversal_of(posted, day("2026-01-01"), "Reopened");
    reopening.source = "import";  // as an archive brings it
    post({reopening});
    EXPECT_TRUE(sales_of(Closing::exclude) == -5);
    EXPECT_TRUE(sales_of(Closing::include) == -5);
}

TEST_F(TrialBalanceTest, IsAskedForAsKnownAtAnEntryThatThereIs) {
    const auto bank = books.account(tenant, {.code = "1"});
    const auto sales = books.account(tenant, {.code = "2"});
    post({move(5, day("2026-01-31"), sales, bank), move(7, day("2026-01-01"), sales, bank)});
    const auto then = balance({}, {.known_at = base::EntryNumber{1}});
    ASSERT_TRUE(then.has_value());
    EXPECT_TRUE(then->debit == 5);
    EXPECT_EQ(then->last_entry.value, 1);
    const auto refused = balance({}, {.known_at = base::EntryNumber{3}});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "reports.no_such_entry");
}

TEST_F(TrialBalanceTest, NamesAccountsByTheirPath) {
    const auto parent = books.account(tenant, {.code = "Assets", .imported = true});
    const auto child = books.account(tenant, {.code = "Bank", .parent = parent, .imported = true});
    const auto sales = books.account(tenant, {.code = "Sales", .type = "revenue"});
    post({move(5, day("2026-01-31"), sales, child)});
    const auto report = balance({});
    ASSERT_TRUE(report.has_value());
    EXPECT_EQ(
        to_csv(TrialBalances{{*report}}),
        "account_code,account,commodity,opening,debit,credit,closing\n"
        "Bank,Assets:Bank,USD,0.00,0.05,0.00,0.05\n"
        "Sales,Sales,USD,0.00,0.00,0.05,-0.05\n"
        ",Debits equal credits. As of entry 1.,,,,,\n"
    );
}

TEST_F(TrialBalanceTest, CarriesWhatCameBeforeFrom) {
    const auto bank = books.account(tenant, {.code = "1"});
    const auto sales = books.account(tenant, {.code = "2"});
    post({move(5, day("2026-01-31"), sales, bank), move(7, day("2026-02-01"), sales, bank)});
    const auto report = balance({.from = day("2026-02-01")});
    ASSERT_TRUE(report.has_value());
    ASSERT_EQ(report->rows.size(), 2U);
    EXPECT_EQ(report->rows[0].opening, 5);
    EXPECT_EQ(report->rows[0].debit, 7);
    EXPECT_EQ(report->rows[0].closing, 12);
    EXPECT_EQ(report->opening, 0);
    EXPECT_EQ(report->debit, 7);
    EXPECT_EQ(report->credit, 7);
}

TEST_F(TrialBalanceTest, HoldsOnTheLastDayThereIs) {
    const auto bank = books.account(tenant, {.code = "1"});
    const auto sales = books.account(tenant, {.code = "2"});
    post({move(5, day("9999-12-31"), sales, bank), move(7, day("0001-01-01"), sales, bank)});
    for (const DateRange& range :
         {DateRange{.to = day("9999-12-31")}, DateRange{.from = day("0001-01-01")}, DateRange{}}) {
        const auto report = balance(range);
        ASSERT_TRUE(report.has_value());
        EXPECT_EQ(report->debit, 12);
    }
    const auto late = balance({.from = day("9999-12-15")});
    ASSERT_TRUE(late.has_value());
    EXPECT_EQ(late->rows.at(0).opening, 7);
    EXPECT_EQ(late->debit, 5);
}

TEST_F(TrialBalanceTest, AnswersForTurnoverPast64Bits) {
    constexpr std::int64_t kMuch = 9'200'000'000'000'000'000;
    const auto bank = books.account(tenant, {.code = "1"});
    const auto sales = books.account(tenant, {.code = "2"});
    const auto other = books.account(tenant, {.code = "3"});
    const auto rest = books.account(tenant, {.code = "4"});
    // Back and forth: turnover without bound, and nothing is left of it but 7.
    post({
        move(kMuch, day("2026-01-01"), sales, bank),
        move(kMuch, day("2026-01-02"), bank, sales),
        move(kMuch, day("2026-02-01"), sales, bank),
        move(kMuch, day("2026-02-02"), bank, sales),
        move(7, day("2026-03-01"), sales, bank),
        // The sum of one month's accounts doesn't fit 64 bits, though each of them does.
        move(kMuch, day("2026-01-01"), rest, other),
        // Nor does an account's closing.
        move(kMuch, day("2026-02-01"), rest, other),
    });
    const Total much = kMuch;
    const auto whole = balance({});
    ASSERT_TRUE(whole.has_value()) << whole.error().detail;
    EXPECT_TRUE(whole->balanced());
    ASSERT_EQ(whole->rows.size(), 4U);
    EXPECT_TRUE(whole->rows[0].debit == 2 * much + 7);
    EXPECT_TRUE(whole->rows[0].closing == 7);
    EXPECT_TRUE(whole->rows[2].closing == 2 * much);
    EXPECT_TRUE(whole->rows[3].closing == -2 * much);
    EXPECT_TRUE(whole->debit == 6 * much + 7);
    EXPECT_NE(
        to_csv(TrialBalances{{*whole}}
        ).find(",0.00,184000000000000000.07,184000000000000000.00,0.07\n"),
        std::string::npos
    ) << to_csv(TrialBalances{{*whole}});
    EXPECT_NE(
        to_json(TrialBalances{{*whole}}).find("\"debit\":\"552000000000000000.07\""),
        std::string::npos
    );
    // As an opening, and with single days of the journal in it.
    const auto late = balance({.from = day("2026-02-02")});
    ASSERT_TRUE(late.has_value());
    EXPECT_TRUE(late->balanced());
    EXPECT_TRUE(late->rows[0].opening == much);
    EXPECT_TRUE(late->rows[2].opening == 2 * much);
}

TEST_F(TrialBalanceTest, AMonthsTurnoverPast64BitsIsRefusedAtPosting) {
    constexpr std::int64_t kMuch = 9'200'000'000'000'000'000;
    const auto bank = books.account(tenant, {.code = "1"});
    const auto sales = books.account(tenant, {.code = "2"});
    post({move(kMuch, day("2026-01-01"), sales, bank)});
    const auto more = results_of_posting({move(kMuch, day("2026-01-31"), sales, bank)});
    ASSERT_FALSE(more.at(0).has_value());
    EXPECT_EQ(more.at(0).error().code, "ledger.out_of_range");
    const auto whole = balance({});
    ASSERT_TRUE(whole.has_value());
    EXPECT_EQ(whole->last_entry.value, 1);
}

TEST_F(TrialBalanceTest, RefusesBooksThatAreNotThereAndRangesThatEndFirst) {
    const auto none =
        books.await(trial_balance(books.pool, base::TenantId{999}, {}, TestBooks::deadline()));
    ASSERT_FALSE(none.has_value());
    EXPECT_EQ(none.error().code, "ledger.no_books");
    const auto backwards = balance({.from = day("2026-02-01"), .to = day("2026-01-31")});
    ASSERT_FALSE(backwards.has_value());
    EXPECT_EQ(backwards.error().code, "reports.bad_range");
    const auto empty = balance({});
    ASSERT_TRUE(empty.has_value());
    EXPECT_TRUE(empty->rows.empty());
    EXPECT_TRUE(empty->balanced());
}

TEST_F(TrialBalanceTest, HasAColumnForEachPeriodThatItIsComparedWith) {
    const auto bank = books.account(tenant, {.code = "1"});
    const auto sales = books.account(tenant, {.code = "2"});
    post({move(5, day("2026-01-31"), sales, bank), move(7, day("2026-02-01"), sales, bank)});
    const ReportQuery query{
        .range = {.from = day("2026-02-01"), .to = day("2026-02-28")}, .comparison = {.earlier = 2}
    };
    const auto report =
        books.await(trial_balance(books.pool, tenant, query, TestBooks::deadline()));
    ASSERT_TRUE(report.has_value());
    ASSERT_EQ(report->columns.size(), 3U);
    EXPECT_TRUE(report->balanced());
    EXPECT_EQ(report->columns[1].range, (DateRange{day("2026-01-01"), day("2026-01-31")}));
    EXPECT_TRUE(report->columns[0].rows.at(0).debit == 7);
    EXPECT_TRUE(report->columns[1].rows.at(0).debit == 5);
    EXPECT_TRUE(report->columns[2].rows.at(0).closing == 0);
}

TEST_F(TrialBalanceTest, ShowsNoRowOfAnotherTenant) {
    const auto bank = books.account(tenant, {.code = "1"});
    const auto sales = books.account(tenant, {.code = "2"});
    post({move(5, day("2026-01-31"), sales, bank)});
    const auto stranger = books.tenant();
    const auto report = books.await(trial_balance(
        books.pool, stranger, {.range = {.from = day("2026-01-15")}}, TestBooks::deadline()
    ));
    ASSERT_TRUE(report.has_value());
    EXPECT_TRUE(report->columns.front().rows.empty());
    EXPECT_EQ(report->columns.front().last_entry.value, 0);
}

}  // namespace
}  // namespace accubooks::reports
