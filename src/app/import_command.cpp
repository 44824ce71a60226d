#include "app/import_command.h"

#include <chrono>
#include <cstdio>

#include <fmt/format.h>

#include "app/progress.h"
#include "app/run.h"
#include "base/json_writer.h"
#include "interchange/book_import.h"
#include "ledger/account.h"

namespace accubooks::app {
namespace {

using interchange::Remark;
using interchange::RemarkKind;

/// Reading is quick beside posting; the bar moves accordingly.
constexpr double kReadingShare = 0.15;
/// Of each kind of remark, as many go to the terminal; all of them are in the JSON report.
constexpr std::size_t kRemarksShown = 20;

std::string_view to_string(RemarkKind kind) {
    switch (kind) {
        case RemarkKind::warning:
            return "warning";
        case RemarkKind::note:
            return "note";
        case RemarkKind::assumed_type:
            return "assumed type";
        case RemarkKind::derived_cost:
            return "derived cost";
        case RemarkKind::rounded_cost:
            return "rounded cost";
        case RemarkKind::rounding_line:
            return "rounding line";
    }
    std::unreachable();
}

base::Result<interchange::JournalOptions> journal_options(
    const ImportOptions& options, std::vector<base::Commodity> settled, base::Instant now
) {
    interchange::JournalOptions journal;
    if (options.like == "hledger") {
        journal.like = interchange::Like::hledger;
    } else if (options.like == "ledger") {
        journal.like = interchange::Like::ledger;
    }
    const std::chrono::sys_days today =
        std::chrono::floor<std::chrono::days>(std::chrono::sys_time<std::chrono::microseconds>{
            std::chrono::microseconds{now.unix_micros()}
        });
    journal.default_year = static_cast<int>(std::chrono::year_month_day{today}.year());
    for (const auto& [account, text] : options.types) {
        AB_TRY(type, ledger::parse_account_type(text));
        journal.types.emplace_back(account, type);
    }
    journal.symbols = options.symbols;
    journal.known_commodities = std::move(settled);
    return journal;
}

std::string place_of(const interchange::JournalReport& report, const Remark& remark) {
    if (remark.at.line == 0) {
        return {};
    }
    return fmt::format(
        "{}:{}:{}: ", report.files.at(remark.at.file), remark.at.line, remark.at.column
    );
}

void show_remarks(const interchange::JournalReport& report) {
    std::map<RemarkKind, std::size_t> shown;
    for (const Remark& remark : report.remarks) {
        if (++shown[remark.kind] <= kRemarksShown) {
            say(fmt::format(
                "{}: {}{}", to_string(remark.kind), place_of(report, remark), remark.text
            ));
        }
    }
    for (const auto& [kind, count] : shown) {
        const std::uint64_t all = report.remark_counts.at(static_cast<std::size_t>(kind));
        if (all > kRemarksShown) {
            fmt::print(
                stderr, "{}: {} more; --json lists them.\n", to_string(kind), all - kRemarksShown
            );
        }
    }
}

void print_json(
    const interchange::JournalReport& report, const interchange::BookImportResult& result
) {
    base::JsonWriter json;
    json.begin_object();
    json.member("posted", result.posted);
    json.member("repeated", result.repeated);
    json.member("without_lines", result.without_lines);
    json.member("transactions", report.transactions);
    json.member("lines", report.lines);
    json.member("prices", report.prices);
    json.member("accounts_made", result.accounts_made);
    json.member("commodities_made", result.commodities_made);
    json.key("remarks").begin_array();
    for (const Remark& remark : report.remarks) {
        json.begin_object();
        json.member("kind", to_string(remark.kind));
        json.member("file", remark.at.line == 0 ? std::string{} : report.files.at(remark.at.file));
        json.member("line", remark.at.line);
        json.member("column", remark.at.column);
        json.member("text", remark.text);
        json.end_object();
    }
    json.end_array();
    json.end_object();
    fmt::print("{}\n", std::move(json).take());
}

}  // namespace

int import_journal(Workbench& workbench, const ImportOptions& options) {
    const base::TenantId tenant{options.tenant};
    auto settled =
        run(workbench.io(),
            interchange::settled_commodities(workbench.app(), tenant, command_deadline()));
    auto settings = journal_options(options, std::move(settled), workbench.clock().now());
    if (!settings) {
        complain(settings.error());
        return kExitUsage;
    }
    Progress progress{"Importing"};
    settings->on_progress = [&progress](double fraction) {
        progress.show(fraction * kReadingShare);
    };
    auto journal = interchange::JournalImport::open(options.file, *settings);
    if (!journal) {
        progress.finish();
        say(to_string(journal.error()));
        say("Nothing was imported.");
        return kExitRefused;
    }
    const auto result = run(
        workbench.io(),
        interchange::import_into_books(
            workbench.app(),
            workbench.clock(),
            tenant,
            *journal,
            {
                .actor = command_line_actor(),
                .on_progress = [&progress](double fraction
                               ) { progress.show(kReadingShare + fraction * (1 - kReadingShare)); },
            },
            command_deadline()
        )
    );
    progress.finish();
    if (!result) {
        say(result.error().detail);
        say("Nothing was imported.");
        return kExitRefused;
    }
    show_remarks(journal->report());
    if (options.json) {
        print_json(journal->report(), *result);
    }
    say(fmt::format(
        "Imported {} entries; {} were there already. {} accounts and {} commodities are new.",
        result->posted,
        result->repeated,
        result->accounts_made,
        result->commodities_made
    ));
    return kExitDone;
}

}  // namespace accubooks::app
