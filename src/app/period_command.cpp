#include "app/period_command.h"

#include <memory>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/option_groups.h"
#include "app/run.h"
#include "app/tenant_act.h"
#include "base/utf8.h"
#include "ledger/period_json.h"
#include "ledger/periods.h"
#include "ledger/posting.h"
#include "ledger/year_close.h"
#include "pg/author.h"

namespace accubooks::app {
namespace {

using base::Result;
using base::Task;
using Act = PeriodOptions::Act;

/// Periods in a list at most: more than a lifetime of them.
constexpr std::size_t kPeriodsMax = 10'000;

std::string line_of(const ledger::Period& period, ledger::PeriodState state) {
    return fmt::format(
        "{}  {} to {}  {}",
        ledger::name_of(period),
        base::to_string(period.first_day),
        base::to_string(period.last_day),
        to_string(state)
    );
}

Task<Result<ledger::PeriodList>> list_of(Workbench& workbench, const PeriodOptions& options) {
    return ledger::list_periods(
        workbench.app(),
        base::TenantId{options.tenant},
        "",
        kPeriodsMax,
        workbench.clock().now(),
        command_deadline()
    );
}

int print_list(Workbench& workbench, const PeriodOptions& options) {
    const auto list = app::run(workbench.io(), list_of(workbench, options));
    if (!list) {
        complain(list.error());
        return kExitRefused;
    }
    for (const ledger::Period& period : list->periods) {
        fmt::print("{}\n", line_of(period, list->book.closure.state_of(period.last_day)));
    }
    return kExitDone;
}

int act_on(Workbench& workbench, const PeriodOptions& options, std::string act) {
    ledger::PeriodRequest request{
        .tenant = base::TenantId{options.tenant},
        .act = std::move(act),
        .period = options.period,
        .by = {.actor = command_line_actor()},
        .reason = options.reason,
        .deadline = command_deadline(),
    };
    const auto period = app::run(
        workbench.io(),
        ledger::act_on_period(workbench.app(), std::move(request), workbench.clock().now())
    );
    if (!period) {
        complain(period.error());
        return kExitRefused;
    }
    const auto list = app::run(workbench.io(), list_of(workbench, options));
    if (!list) {
        complain(list.error());
        return kExitRefused;
    }
    fmt::print("{}\n", line_of(*period, list->book.closure.state_of(period->last_day)));
    if (options.act == Act::reopen && !options.confirm) {
        say("Asked. The period is reopened with --confirm: 24 hours from now where the tenant has "
            "one owner; otherwise two owners reopen it over HTTP.");
    }
    return kExitDone;
}

Task<Result<ledger::PeriodBook>> set_and_read(
    pg::Pool& pool, base::TenantId tenant, PeriodOptions options
) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool, tenant, pg::Access::read_write, command_deadline()
    );
    AB_CO_TRY(book, co_await ledger::period_book(transaction));
    ledger::Calendar calendar = book.calendar;
    if (options.fiscal_year_start) {
        base::ensure(
            ledger::read_year_start(*options.fiscal_year_start, calendar),
            "the command line has checked it"
        );
    }
    calendar.time_zone = options.time_zone.value_or(calendar.time_zone);
    if (options.fiscal_year_start || options.time_zone) {
        co_await pg::act_as(transaction, {.actor = command_line_actor()});
        AB_CO_CHECK(co_await ledger::set_calendar(transaction, calendar));
    }
    AB_CO_TRY(kept, co_await ledger::period_book(transaction));
    co_await transaction.commit();
    co_return kept;
}

int set_calendar(Workbench& workbench, const PeriodOptions& options) {
    const auto book = app::run(
        workbench.io(), set_and_read(workbench.app(), base::TenantId{options.tenant}, options)
    );
    if (!book) {
        complain(book.error());
        return kExitRefused;
    }
    fmt::print("{}\n", ledger::calendar_json(*book));
    return kExitDone;
}

int close_year(Workbench& workbench, const PeriodOptions& options) {
    ledger::BooksCache books{workbench.app(), 0};
    ledger::Poster poster{workbench.io().get_executor(), workbench.app(), workbench.clock()};
    ledger::Journal journal{workbench.app(), books, poster, workbench.clock()};
    ledger::YearClose year_close{workbench.app(), journal};
    ledger::YearClose::Request request{
        .tenant = base::TenantId{options.tenant},
        .year = options.year,
        .retained = options.retained,
        .actor = command_line_actor(),
        .deadline = command_deadline(),
    };
    const auto posted = app::run(
        workbench.io(),
        options.act == Act::close_year ? year_close.close(std::move(request))
                                       : year_close.reopen(std::move(request), options.reason)
    );
    if (!posted) {
        complain(posted.error());
        return kExitRefused;
    }
    fmt::print("{}\n", posted->number.value);
    return kExitDone;
}

}  // namespace

int run_period(Workbench& workbench, const PeriodOptions& options) {
    switch (options.act) {
        case Act::list:
            return print_list(workbench, options);
        case Act::close:
            return act_on(workbench, options, "close");
        case Act::lock:
            return act_on(workbench, options, "lock");
        case Act::reopen:
            return act_on(workbench, options, options.confirm ? "reopen" : "ask_reopen");
        case Act::close_year:
        case Act::reopen_year:
            return close_year(workbench, options);
        case Act::calendar:
            return set_calendar(workbench, options);
    }
    std::unreachable();
}

void declare_periods(CLI::App& program, const Choose& choose) {
    const auto declare = [&choose](CLI::App& under, Act act, const char* name, const char* help) {
        return declare_tenant_act<PeriodOptions>(under, choose, act, name, help);
    };
    CLI::App* period = program.add_subcommand("period", "periods of the books, and their close")
                           ->require_subcommand(1);
    declare(*period, Act::list, "list", "periods and how far they are closed");
    const auto declare_act = [&](Act act, const char* name, const char* help) {
        const auto declared = declare(*period, act, name, help);
        declared.first
            ->add_option("--period", declared.second->period, "by its first month, as in 2026-03")
            ->required();
        declared.first->add_option("--reason", declared.second->reason, "why")->required();
        return declared;
    };
    declare_act(Act::close, "close", "soft close the next period: late entries only");
    declare_act(Act::lock, "lock", "lock the next closed period, for good, if nothing is amiss");
    const auto reopen =
        declare_act(Act::reopen, "reopen", "ask that a closed period and all later ones be opened");
    reopen.first->add_flag("--confirm", reopen.second->confirm, "do what was asked");

    CLI::App* year = program
                         .add_subcommand(
                             "year",
                             "fiscal years, and their close to retained "
                             "earnings"
                         )
                         ->require_subcommand(1);
    const auto declare_year = [&](Act act, const char* name, const char* help) {
        const auto declared = declare(*year, act, name, help);
        declared.first
            ->add_option("--year", declared.second->year, "in which it begins, as in 2026")
            ->required();
        return declared;
    };
    const auto close = declare_year(
        Act::close_year, "close", "post the entry that closes a year; its number is printed"
    );
    close.first->add_option(
        "--retained",
        close.second->retained,
        "code of the account to close to (default: the one of subtype retained)"
    );
    const auto open =
        declare_year(Act::reopen_year, "reopen", "reverse the entry that closed a year");
    open.first->add_option("--reason", open.second->reason, "why")->required();

    const auto calendar =
        declare(program, Act::calendar, "calendar", "when a tenant's fiscal years and days begin");
    calendar.first
        ->add_option(
            "--fiscal-year-start", calendar.second->fiscal_year_start, "a day as MM-DD, as in 04-06"
        )
        ->check([](const std::string& text) {
            ledger::Calendar read;
            return ledger::read_year_start(text, read) ? std::string{} : "give a day as MM-DD";
        });
    calendar.first->add_option(
        "--time-zone", calendar.second->time_zone, "of the IANA database, as in Europe/Berlin"
    );
}

}  // namespace accubooks::app
