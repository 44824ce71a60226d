#include "ledger/periods.h"

#include <algorithm>

#include "base/utf8.h"
#include "ledger/entry.h"
#include "ledger/verification.h"

namespace accubooks::ledger {
namespace {

base::Result<void> check_reason(const std::string& reason) {
    if (reason.empty() || !base::is_plain_text(reason) ||
        base::characters_in(reason) > kTextLengthMax) {
        return base::refuse(
            base::ErrorKind::invalid,
            "ledger.bad_period_act",
            "Nothing was done to the period; correct the named field.",
            {{"/reason", "1 to 1000 characters of plain text"}}
        );
    }
    return {};
}

/// The first period behind the one named `after`.
Period first_of(const PeriodList& list, std::string_view after, base::Date today) {
    const Calendar& calendar = list.book.calendar;
    if (const auto last_shown = parse_period(after, calendar)) {
        return period_after(*last_shown);
    }
    Period first = list.book.first.value_or(period_of(today, calendar));
    if (!list.acts.empty() && list.acts.front().period.first_day < first.first_day) {
        first = list.acts.front().period;
    }
    return first;
}

}  // namespace

base::Task<base::Result<PeriodList>> list_periods(
    pg::Pool& pool,
    base::TenantId tenant,
    std::string after,
    std::size_t limit,
    base::Instant now,
    base::Deadline deadline
) {
    auto transaction =
        co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_only, deadline);
    PeriodList list;
    AB_CO_TRY(book, co_await period_book(transaction));
    list.book = std::move(book);
    const base::Date today = co_await today_of(transaction, now);
    list.acts = co_await period_acts(transaction);
    co_await transaction.commit();
    const base::Date closed = list.book.closure.closed_through.value_or(today);
    const base::Date last =
        period_of(std::max({today, closed, list.book.last.value_or(today)}), list.book.calendar)
            .first_day;
    for (Period period = first_of(list, after, today);
         period.first_day <= last && list.periods.size() < limit;
         period = period_after(period)) {
        list.periods.push_back(period);
    }
    co_return list;
}

base::Task<base::Result<CheckedPeriod>> check_period(
    pg::Pool& pool, base::TenantId tenant, std::string period, base::Deadline deadline
) {
    auto transaction =
        co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_only, deadline);
    AB_CO_TRY(book, co_await period_book(transaction));
    AB_CO_TRY(days, parse_period(period, book.calendar));
    CheckedPeriod checked{
        .period = days, .checks = co_await period_checks(transaction, days.last_day)
    };
    co_await transaction.commit();
    const Verification found = co_await verify(pool, tenant, {}, deadline);
    checked.entries_verified = found.entries;
    std::ranges::find(checked.checks, "verify", &PeriodCheck::name)->holds = found.breaches == 0;
    co_return checked;
}

base::Task<base::Result<Period>> act_on_period(
    pg::Pool& pool, PeriodRequest request, base::Instant now
) {
    AB_CO_CHECK(check_reason(request.reason));
    // Before anything is locked: it reads all of the books.
    bool is_verified = false;
    if (request.act == "lock") {
        const Verification found = co_await verify(pool, request.tenant, {}, request.deadline);
        is_verified = found.breaches == 0;
    }
    auto transaction = co_await pg::TenantTransaction::begin(
        pool, request.tenant, pg::Access::read_write, request.deadline
    );
    co_await pg::act_as(transaction, request.by);
    AB_CO_TRY(book, co_await period_book(transaction));
    AB_CO_TRY(period, parse_period(request.period, book.calendar));
    PeriodOrder order{
        .act = std::move(request.act),
        .period = period,
        .by = std::move(request.by.actor),
        .at = now,
        .reason = std::move(request.reason),
        .is_verified = is_verified,
    };
    AB_CO_CHECK(co_await act_on_period(transaction, std::move(order)));
    co_await transaction.commit();
    co_return period;
}

}  // namespace accubooks::ledger
