#include "app/report_command.h"

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/option_groups.h"
#include "app/run.h"
#include "reports/balance_sheet.h"
#include "reports/csv.h"
#include "reports/general_ledger.h"
#include "reports/income_statement.h"
#include "reports/late_entries.h"
#include "reports/trial_balance.h"
#include "reports/xlsx.h"

namespace accubooks::app {
namespace {

using Report = ReportOptions::Report;

reports::Shown shown(const ReportOptions& options) {
    return options.currency == "original" ? reports::Shown::original : reports::Shown::base;
}

reports::ReportQuery query_of(const ReportOptions& options) {
    return {
        .range = {.from = options.from, .to = options.to},
        .comparison =
            {.earlier = options.compare,
             .with = reports::compare_with_of(options.compare_with)
                         .value_or(reports::CompareWith::period)},
        .scope =
            {.tags = options.tags,
             .closing = options.closing == "include" ? reports::Closing::include
                                                     : reports::Closing::exclude,
             .known_at =
                 options.known_at.transform([](auto number) { return base::EntryNumber{number}; })},
    };
}

std::string table_of(const reports::TrialBalances& balances, const ReportOptions& options) {
    return to_table(options.currency == "base" ? reports::in_base_currency(balances) : balances);
}
std::string table_of(const reports::LateEntries& late, const ReportOptions&) {
    return to_table(late);
}
std::string table_of(const auto& report, const ReportOptions& options) {
    return to_table(report, shown(options));
}

bool holds(const reports::Statement& statement) {
    return statement.balanced;
}
bool holds(const reports::LateEntries&) {
    return true;  // it asserts nothing
}
bool holds(const auto& report) {
    return report.balanced();
}

template <class Made>
int print(const base::Result<Made>& report, const ReportOptions& options) {
    if (!report) {
        complain(report.error());
        return kExitRefused;
    }
    std::string text;
    if (options.format == "xlsx") {
        auto workbook = to_xlsx(*report);
        if (!workbook) {
            complain(workbook.error());
            return kExitRefused;
        }
        text = *std::move(workbook);
    } else if (options.format == "csv") {
        text = to_csv(*report);
    } else if (options.format == "json") {
        text = to_json(*report) + '\n';
    } else {
        text = table_of(*report, options);
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (!holds(*report)) {
        say("accubooks: debits and credits differ; run accubooks verify.");
        return kExitRefused;
    }
    return kExitDone;
}

/// Has columns beside, and leaves closing entries out unless it is told.
bool is_statement(Report report) {
    return report == Report::trial_balance || report == Report::income_statement ||
           report == Report::balance_sheet;
}

void add_scope(CLI::App& command, const std::shared_ptr<ReportOptions>& options) {
    add_tags(command, options->tags);
    options->closing = is_statement(options->report) ? "exclude" : "include";
    command.add_option("--closing", options->closing, "include or exclude closing entries")
        ->check(CLI::IsMember({"include", "exclude"}));
    command
        .add_option(
            "--known-at", options->known_at, "as the books stood with this entry as their last"
        )
        ->check(CLI::PositiveNumber);
}

/// Lines of a general ledger at most: some 400 MB of memory.
constexpr std::int64_t kLinesMax = 1'000'000;

}  // namespace

int print_report(Workbench& workbench, const ReportOptions& options) {
    const auto make_ledger = [&options](
                                 pg::Pool& pool,
                                 base::TenantId tenant,
                                 const reports::ReportQuery& asked,
                                 base::Deadline deadline
                             ) {
        reports::LedgerQuery query{
            .range = asked.range, .scope = asked.scope, .lines_max = kLinesMax
        };
        if (options.report == Report::account_statement) {
            query.account = options.account;
        }
        return reports::general_ledger(pool, tenant, query, deadline);
    };
    const auto made = [&](auto make) {
        return app::run(
            workbench.io(),
            make(
                workbench.app(),
                base::TenantId{options.tenant},
                query_of(options),
                command_deadline()
            )
        );
    };
    switch (options.report) {
        case Report::trial_balance:
            return print(made(reports::trial_balance), options);
        case Report::income_statement:
            return print(made(reports::income_statement), options);
        case Report::balance_sheet:
            return print(made(reports::balance_sheet), options);
        case Report::general_ledger:
        case Report::account_statement:
            return print(made(make_ledger), options);
        case Report::late_entries:
            return print(made(reports::late_entries), options);
    }
    std::unreachable();
}

void declare_reports(CLI::App& program, const Choose& choose) {
    CLI::App* report = program.add_subcommand("report", "reports")->require_subcommand(1);
    const auto declare = [&](Report which, const char* name, const char* help) {
        const auto options = std::make_shared<ReportOptions>();
        options->report = which;
        CLI::App* command = report->add_subcommand(name, help);
        add_database(*command, options->database);
        command->add_option("--tenant", options->tenant, kTenantHelp)->required();
        const bool is_sheet = which == Report::balance_sheet;
        add_date(
            *command,
            "--from",
            options->from,
            is_sheet ? "first day of the fiscal year (default: of the tenant's, which holds the "
                       "last day)"
                     : "first day (default: whole-life, opening 0)"
        );
        add_date(*command, "--to", options->to, "last day (default: the last entry's)");
        command->add_option("--format", options->format, "table, csv, json or xlsx")
            ->check(CLI::IsMember({"table", "csv", "json", "xlsx"}));
        if (which != Report::late_entries) {
            options->currency = which == Report::trial_balance ? "original" : "base";
            command
                ->add_option(
                    "--currency", options->currency, "of a table's amounts: base or original"
                )
                ->check(CLI::IsMember({"base", "original"}));
        }
        if (is_statement(which)) {
            command->add_option("--compare", options->compare, "with how many columns of before")
                ->check(CLI::Range(0, reports::Comparison::kEarlierMax));
            command
                ->add_option(
                    "--compare-with",
                    options->compare_with,
                    is_sheet
                        ? "period: the end of the years before; month, quarter, year: the same "
                          "day of those before"
                        : "period: the days before; month, quarter, year: the same days of "
                          "those before"
                )
                ->check(CLI::IsMember({"period", "month", "quarter", "year"}));
        }
        if (which == Report::account_statement) {
            command->add_option("--account", options->account, "code of the account")->required();
        }
        add_scope(*command, options);
        command->callback([options, choose] { choose(*options); });
    };
    declare(
        Report::trial_balance, "trial-balance", "opening, movement and closing of every account"
    );
    declare(Report::income_statement, "income-statement", "what was earned and spent");
    declare(Report::balance_sheet, "balance-sheet", "what is owned and owed on a day");
    declare(
        Report::general_ledger, "general-ledger", "every line of every account, with its balance"
    );
    declare(
        Report::account_statement, "account-statement", "every line of an account, with its balance"
    );
    declare(
        Report::late_entries, "late-entries", "what was posted after its period was closed, and why"
    );
}

}  // namespace accubooks::app
