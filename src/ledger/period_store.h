#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "ledger/period.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {

/// What a tenant's books say of their periods.
struct PeriodBook {
    Calendar calendar{};
    Closure closure{};
    std::optional<Period> first{};     // that with the first entry; none in empty books
    std::optional<base::Date> last{};  // the day of the latest entry
};

/// Errors: `ledger.no_books`.
base::Task<base::Result<PeriodBook>> period_book(pg::TenantTransaction& transaction);

/// Until the transaction ends, nobody else posts to these books or acts on their periods. Errors:
/// `ledger.no_books`; `ledger.queue_full` where somebody else has them locked for a second more.
base::Task<base::Result<void>> lock_ledger(pg::TenantTransaction& transaction);

/// What a tenant's day is at `now`, in its own time zone.
base::Task<base::Date> today_of(pg::TenantTransaction& transaction, base::Instant now);

/// `day` itself if nothing is closed there; else today, or the first day that is open after it.
/// Source: docs/accounting.md, "Periods".
base::Task<base::Date> first_open_day(
    pg::TenantTransaction& transaction, base::Date day, base::Instant now
);

/// Everything that was done to its periods, the first first.
base::Task<std::vector<PeriodAct>> period_acts(pg::TenantTransaction& transaction);

/// What a lock demands of the books up to a period's last day.
struct PeriodCheck {
    std::string_view name;    // trial_balance, suspense, drafts, verify
    std::string_view breach;  // what is wrong where it doesn't hold, in one sentence
    bool holds = true;
};

/// Makes them as a lock would, but for `verify`, which doesn't hold until the caller has verified.
base::Task<std::vector<PeriodCheck>> period_checks(
    pg::TenantTransaction& transaction, base::Date last_day
);

/// An act as somebody asks for it: `act` is close, lock, ask_reopen or reopen.
struct PeriodOrder {
    std::string act;
    Period period;
    std::string by;
    base::Instant at{};
    std::string reason{};
    bool is_verified = false;  // the books were found intact just before; a lock needs it
};

/// Does it, or says why not. Errors: `ledger.no_such_period`, `ledger.period_out_of_order`,
/// `ledger.period_already_closed`, `ledger.period_already_locked`, `ledger.period_not_closed`,
/// `ledger.period_checks_failed` with a field for each check, `ledger.reopening_not_asked`,
/// `ledger.second_person_required`, `ledger.notice_running`; `ledger.queue_full` as lock_ledger.
base::Task<base::Result<void>> act_on_period(pg::TenantTransaction& transaction, PeriodOrder order);

/// Does an act again in books that `transaction` makes, as it was done in those that come in; the
/// order's `is_verified` isn't looked at. False when it can't follow the acts before. Throws
/// pg::Failure, for books too that were there before.
base::Task<bool> replay_period_act(pg::TenantTransaction& transaction, PeriodOrder order);

/// Sets on which day fiscal years begin, and the time zone. Errors: `ledger.bad_calendar`,
/// `ledger.calendar_in_use` (409) once a period is closed; `ledger.queue_full` as lock_ledger.
base::Task<base::Result<void>> set_calendar(pg::TenantTransaction& transaction, Calendar calendar);

}  // namespace accubooks::ledger
