#include "ledger/period_store.h"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <utility>

#include <fmt/format.h>

#include "ledger/books.h"
#include "ledger/internal/refusals.h"

namespace accubooks::ledger {
namespace {

constexpr pg::Statement kBook{
    .name = "ledger.period_book",
    .text = R"sql(
select l.closed_through, l.locked_through, l.year_starts_month, l.year_starts_day, l.time_zone, books.first_period($1),
       (select j.entry_date from books.journal_entry j where j.tenant_id = $1
         order by j.tenant_id desc, j.entry_date desc, j.number desc limit 1)
  from books.ledger l
 where l.tenant_id = $1)sql",
};

constexpr pg::Statement kLockLedger{
    .name = "ledger.lock_ledger",
    .text = "select books.lock_ledger($1)",
};

constexpr pg::Statement kToday{
    .name = "ledger.today",
    .text =
        "select ($2::timestamptz at time zone time_zone)::date from books.ledger where tenant_id = "
        "$1",
};

constexpr pg::Statement kFirstOpenDay{
    .name = "ledger.first_open_day",
    .text = R"sql(
select case
           when $2::date > coalesce(closed_through, '-infinity') then $2
           else greatest(($3::timestamptz at time zone time_zone)::date, closed_through + 1)
       end
  from books.ledger
 where tenant_id = $1)sql",
};

constexpr pg::Statement kActs{
    .name = "ledger.period_acts",
    .text = R"sql(
select number, after_number, act, first_day, last_day, acted_by, acted_at, reason, chain_hash
  from books.period_act
 where tenant_id = $1
 order by number)sql",
};

constexpr pg::Statement kAct{
    .name = "ledger.act_on_period",
    .text =
        "select outcome, array_to_string(failed_checks, ' ') from books.act_on_period($1, $2, $3, "
        "$4, $5, $6, $7)",
};

constexpr pg::Statement kBreaches{
    .name = "ledger.lock_breaches",
    .text = "select unnest(books.lock_breaches($1, $2))",
};

constexpr pg::Statement kReplayAct{
    .name = "ledger.replay_period_act",
    .text = "select books.replay_period_act($1, $2, $3, $4, $5, $6)",
};

constexpr pg::Statement kSetCalendar{
    .name = "ledger.set_calendar",
    .text = "select books.set_calendar($1, $2, $3, $4)",
};

base::Error refusal_of_act(std::string_view outcome) {
    using enum base::ErrorKind;
    static constexpr Refusal kRefusals[] = {
        {"no_such_period",
         not_found,
         "ledger.no_such_period",
         "A period begins on the day of the month on which the fiscal year does."},
        {"out_of_order",
         conflict,
         "ledger.period_out_of_order",
         "Periods are closed and locked one after another: an earlier one is due."},
        {"already_closed", conflict, "ledger.period_already_closed", "The period is closed."},
        {"already_locked",
         conflict,
         "ledger.period_already_locked",
         "The period is locked, and stays so."},
        {"not_closed", conflict, "ledger.period_not_closed", "The period isn't soft closed."},
        {"checks_failed",
         conflict,
         "ledger.period_checks_failed",
         "The period isn't locked; set right what the fields name."},
        {"not_asked",
         conflict,
         "ledger.reopening_not_asked",
         "Nobody has asked to reopen the period, or another period was acted on since; ask first."},
        {"second_person",
         conflict,
         "ledger.second_person_required",
         "Two owners reopen a period: one asks, another confirms."},
        {"too_early",
         conflict,
         "ledger.notice_running",
         "A tenant with one owner reopens a period 24 hours after that was asked for."},
    };
    return refusal_among(kRefusals, outcome, "books.act_on_period");
}

constexpr PeriodCheck kChecks[] = {
    {.name = "trial_balance", .breach = "debits and credits up to its last day differ"},
    {.name = "suspense",
     .breach = "an account of suspense or of opening balances isn't zero on its last day"},
    {.name = "drafts", .breach = "drafts are dated in the period or before it: post or delete them"
    },
    {.name = "verify", .breach = "accubooks verify finds breaches in these books", .holds = false},
};

/// For statements that wait for the ledger's lock. Errors: `ledger.queue_full`.
base::Task<base::Result<pg::Rows>> under_lock(
    pg::TenantTransaction& transaction, const pg::Statement& statement, pg::Params params
) {
    try {
        co_return co_await transaction.execute(statement, std::move(params));
    } catch (const pg::Failure& failure) {
        if (auto refusal = refusal_of_locked(failure)) {
            co_return std::unexpected(*std::move(refusal));
        }
        throw;
    }
}

pg::Params params_of(const pg::TenantTransaction& transaction, const PeriodOrder& order) {
    return pg::Params::of(
        transaction.tenant(), order.act, order.period.first_day, order.by, order.at, order.reason
    );
}

const PeriodCheck& check_named(std::string_view name) {
    const auto* const found = std::ranges::find(kChecks, name, &PeriodCheck::name);
    base::ensure(
        found != std::end(kChecks), fmt::format("the database knows the unknown check '{}'", name)
    );
    return *found;
}

}  // namespace

base::Task<base::Result<PeriodBook>> period_book(pg::TenantTransaction& transaction) {
    const pg::Rows rows = co_await transaction.execute(kBook, pg::Params::of(transaction.tenant()));
    if (rows.empty()) {
        co_return std::unexpected(no_books());
    }
    const pg::Row row = rows[0];
    PeriodBook book;
    book.closure.closed_through = row.get<std::optional<base::Date>>(0);
    book.closure.locked_through = row.get<std::optional<base::Date>>(1);
    book.calendar = {
        .year_starts_month = static_cast<unsigned>(row.get<std::int16_t>(2)),
        .year_starts_day = static_cast<unsigned>(row.get<std::int16_t>(3)),
        .time_zone = row.get<std::string>(4),
    };
    if (const auto first = row.get<std::optional<base::Date>>(5)) {
        book.first = period_of(*first, book.calendar);
    }
    book.last = row.get<std::optional<base::Date>>(6);
    co_return book;
}

base::Task<base::Result<void>> lock_ledger(pg::TenantTransaction& transaction) {
    AB_CO_TRY(
        rows, co_await under_lock(transaction, kLockLedger, pg::Params::of(transaction.tenant()))
    );
    if (!rows[0].get<bool>(0)) {
        co_return std::unexpected(no_books());
    }
    co_return base::Result<void>{};
}

base::Task<base::Date> today_of(pg::TenantTransaction& transaction, base::Instant now) {
    const pg::Rows rows =
        co_await transaction.execute(kToday, pg::Params::of(transaction.tenant(), now));
    base::ensure(!rows.empty(), "who asks has found the books before");
    co_return rows[0].get<base::Date>(0);
}

base::Task<base::Date> first_open_day(
    pg::TenantTransaction& transaction, base::Date day, base::Instant now
) {
    const pg::Rows rows =
        co_await transaction.execute(kFirstOpenDay, pg::Params::of(transaction.tenant(), day, now));
    base::ensure(!rows.empty(), "who asks has found the books before");
    co_return rows[0].get<base::Date>(0);
}

base::Task<std::vector<PeriodAct>> period_acts(pg::TenantTransaction& transaction) {
    const pg::Rows rows = co_await transaction.execute(kActs, pg::Params::of(transaction.tenant()));
    std::vector<PeriodAct> acts;
    acts.reserve(static_cast<std::size_t>(rows.size()));
    for (int at = 0; at < rows.size(); ++at) {
        const pg::Row row = rows[at];
        acts.push_back({
            .number = row.get<std::int32_t>(0),
            .after = base::EntryNumber{row.get<std::int64_t>(1)},
            .act = row.get<std::string>(2),
            .period = {.first_day = row.get<base::Date>(3), .last_day = row.get<base::Date>(4)},
            .by = row.get<std::string>(5),
            .at = row.get<base::Instant>(6),
            .reason = row.get<std::string>(7),
            .chain_hash = row.get<base::Digest>(8),
        });
    }
    co_return acts;
}

base::Task<std::vector<PeriodCheck>> period_checks(
    pg::TenantTransaction& transaction, base::Date last_day
) {
    const pg::Rows rows =
        co_await transaction.execute(kBreaches, pg::Params::of(transaction.tenant(), last_day));
    std::vector<PeriodCheck> checks(std::begin(kChecks), std::end(kChecks));
    for (int at = 0; at < rows.size(); ++at) {
        const std::string_view name = check_named(rows[at].get<std::string_view>(0)).name;
        std::ranges::find(checks, name, &PeriodCheck::name)->holds = false;
    }
    co_return checks;
}

base::Task<base::Result<void>> act_on_period(
    pg::TenantTransaction& transaction, PeriodOrder order
) {
    pg::Params params = params_of(transaction, order);
    params.add(order.is_verified);
    AB_CO_TRY(rows, co_await under_lock(transaction, kAct, std::move(params)));
    const auto outcome = rows[0].get<std::string>(0);
    if (outcome == "done") {
        co_return base::Result<void>{};
    }
    base::Error refusal = refusal_of_act(outcome);
    const auto checks = rows[0].get<std::string>(1);
    for (const auto check : std::views::split(checks, ' ')) {
        const std::string_view name{check.begin(), check.end()};
        if (!name.empty()) {
            refusal.fields.push_back(
                {.pointer = std::string{name}, .detail = std::string{check_named(name).breach}}
            );
        }
    }
    co_return std::unexpected(std::move(refusal));
}

base::Task<bool> replay_period_act(pg::TenantTransaction& transaction, PeriodOrder order) {
    const pg::Rows rows = co_await transaction.execute(kReplayAct, params_of(transaction, order));
    co_return rows[0].get<bool>(0);
}

base::Task<base::Result<void>> set_calendar(pg::TenantTransaction& transaction, Calendar calendar) {
    const auto bad = [](std::string pointer, std::string detail) {
        return base::refuse(
            base::ErrorKind::invalid,
            "ledger.bad_calendar",
            "The calendar stays as it was; correct the named field.",
            {{std::move(pointer), std::move(detail)}}
        );
    };
    if (calendar.year_starts_month < 1 || calendar.year_starts_month > 12 ||
        calendar.year_starts_day < 1 || calendar.year_starts_day > 28) {
        co_return bad("/fiscal_year_start", "a day as MM-DD, up to the 28th of its month");
    }
    AB_CO_TRY(
        rows,
        co_await under_lock(
            transaction,
            kSetCalendar,
            pg::Params::of(
                transaction.tenant(),
                static_cast<std::int16_t>(calendar.year_starts_month),
                static_cast<std::int16_t>(calendar.year_starts_day),
                calendar.time_zone
            )
        )
    );
    const auto outcome = rows[0].get<std::string>(0);
    if (outcome == "in_use") {
        co_return base::refuse(
            base::ErrorKind::conflict,
            "ledger.calendar_in_use",
            "The fiscal year can't change any more: periods of it are closed."
        );
    }
    if (outcome == "unknown_time_zone") {
        co_return bad("/time_zone", "a name of the IANA time zone database, as in Europe/Berlin");
    }
    co_return base::Result<void>{};
}

}  // namespace accubooks::ledger
