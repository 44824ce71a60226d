#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "base/task.h"
#include "ledger/entry_json.h"
#include "ledger/journal.h"
#include "ledger/period.h"
#include "pg/pool.h"

namespace accubooks::ledger {

/// The fiscal year that begins in `year`. Errors: `ledger.no_such_year`.
base::Result<Period> parse_year(std::string_view year, const Calendar& calendar);

/// Carries what a fiscal year has left on revenue and expense accounts over to retained earnings,
/// account by account and commodity by commodity: one entry on the year's last day with the tag
/// `closing`, which trial balance and income statement leave out. Its reversal opens the year again
/// while the day isn't locked. Years are closed in order and reopened the last one first, since a
/// close carries over all that earlier years have left; that is why the database refuses any other
/// reversal of what closed a year. Source: docs/accounting.md, "Periods".
class YearClose {
public:
    YearClose(pg::Pool& pool, Journal& journal) : pool_{pool}, journal_{journal} {}

    struct Request {
        base::TenantId tenant;
        std::string year;                       // in which it begins, "2026"
        std::optional<std::string> retained{};  // code of the account; none: the only one of its
                                                // subtype
        std::string actor{};                    // who posts; who only reads needs none
        base::Deadline deadline{};
    };

    struct State {
        Period days;
        std::optional<base::EntryNumber> closed_by{};  // none: the year is open
    };

    /// Whether the year is closed, and by what. Errors: `ledger.no_such_year`, `ledger.no_books`.
    base::Task<base::Result<State>> state_of(Request request);

    struct Preview {
        std::optional<Entry> entry{};  // none where nothing is left to close
        EntryNames names{};            // what showing it needs
    };

    /// What `close` would post. Errors: `ledger.no_such_year`, `ledger.no_books`,
    /// `ledger.year_closed`, `ledger.later_year_closed`, `ledger.retained_earnings_unknown`,
    /// `ledger.out_of_range`.
    base::Task<base::Result<Preview>> preview(Request request);

    /// All that was posted to the year is carried over, also what others post at the same moment or
    /// it comes behind the close. Errors: `ledger.no_such_year`, `ledger.no_books`,
    /// `ledger.year_closed`, `ledger.later_year_closed`, `ledger.nothing_to_close`,
    /// `ledger.too_much_to_close`, `ledger.retained_earnings_unknown`, those of lock_ledger and
    /// Poster::post.
    base::Task<base::Result<Posted>> close(Request request);

    /// Reverses the entry that closed the year, of several in imported books the last. Errors:
    /// `ledger.no_books`, `ledger.no_such_year`, `ledger.year_not_closed`,
    /// `ledger.later_year_closed`, `ledger.reason_required`, those of lock_ledger and Poster::post.
    base::Task<base::Result<Posted>> reopen(Request request, std::string reason);

private:
    pg::Pool& pool_;
    Journal& journal_;
};

}  // namespace accubooks::ledger
