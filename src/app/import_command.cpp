#include "app/import_command.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>

#include <fmt/format.h>

#include "app/progress.h"
#include "app/run.h"
#include "base/json_writer.h"
#include "interchange/book_import.h"
#include "interchange/csv_import.h"
#include "interchange/gnucash_import.h"
#include "interchange/journal_import.h"
#include "interchange/mapping_store.h"
#include "ledger/account.h"

namespace accubooks::app {
namespace {

using interchange::BookImportResult;
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

std::string place_of(const interchange::SourceReport& report, const Remark& remark) {
    if (remark.at.line == 0) {
        return {};
    }
    return fmt::format(
        "{}:{}:{}: ", report.files.at(remark.at.file), remark.at.line, remark.at.column
    );
}

void show_remarks(const interchange::SourceReport& report) {
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

/// What every import reports, whatever its format.
void write_result(base::JsonWriter& json, const BookImportResult& result) {
    json.member("posted", result.posted);
    json.member("repeated", result.repeated);
    json.member("without_lines", result.without_lines);
    json.member("accounts_made", result.accounts_made);
    json.member("commodities_made", result.commodities_made);
    json.member("batch", result.batch.transform([](base::EntryNumber number) {
        return number.value;
    }));
}

void print_json(const interchange::SourceReport& report, const BookImportResult& result) {
    base::JsonWriter json;
    json.begin_object();
    write_result(json, result);
    json.member("transactions", report.transactions);
    json.member("lines", report.lines);
    json.member("prices", report.prices);
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

void print_json(
    const interchange::CsvFormat& format, std::uint64_t left_out, const BookImportResult& result
) {
    base::JsonWriter json;
    json.begin_object();
    write_result(json, result);
    json.member("left_out", left_out);
    json.key("csv");
    write_format(json, format);
    json.end_object();
    fmt::print("{}\n", std::move(json).take());
}

int nothing_imported() {
    say("Nothing was imported.");
    return kExitRefused;
}

/// Whether it went well, and what is wrong else; what a rehearsal would change.
bool show(const BookImportResult& result) {
    for (const interchange::ImportProblem& problem : result.problems) {
        say(to_string(problem));
    }
    if (result.problem_count > result.problems.size()) {
        say(fmt::format("{} more problems.", result.problem_count - result.problems.size()));
    }
    for (const interchange::BalanceEffect& effect : result.effects) {
        say(fmt::format(
            "{} {}: {} {}, to {}",
            effect.account_code,
            effect.account,
            base::to_string(effect.change),
            effect.commodity,
            base::to_string(effect.after)
        ));
    }
    return !result.has_problems();
}

int say_done(const ImportOptions& options, const BookImportResult& result) {
    say(fmt::format(
        "{} {} entries; {} {} there already. {} accounts and {} commodities {} new.",
        options.dry_run ? "Would import" : "Imported",
        result.posted,
        result.repeated,
        options.dry_run ? "are" : "were",
        result.accounts_made,
        result.commodities_made,
        options.dry_run ? "would be" : "are"
    ));
    if (result.batch) {
        say(fmt::format("They are batch {}.", result.batch->value));
    }
    return kExitDone;
}

interchange::Rehearsal rehearsal_of(const ImportOptions& options) {
    return options.dry_run ? interchange::Rehearsal::yes : interchange::Rehearsal::no;
}

/// How the file is written, in words.
std::string described(const interchange::CsvFormat& format) {
    const std::string delimiter =
        format.delimiter == '\t' ? "tab" : fmt::format("'{}'", format.delimiter);
    const std::string titles =
        format.title_line == 0 ? "no titles" : fmt::format("titles on line {}", format.title_line);
    return fmt::format(
        "Read as {}, delimiter {}, {}, dates {}, decimal mark '{}'.",
        interchange::to_string(format.charset),
        delimiter,
        titles,
        interchange::to_string(format.date_order),
        format.decimal_mark
    );
}

base::Task<base::Result<interchange::SavedMapping>> mapping_of(
    pg::Pool& pool, base::TenantId tenant, std::string name
) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool, tenant, pg::Access::read_only, command_deadline()
    );
    auto mapping = co_await interchange::load_mapping(transaction, std::move(name));
    co_await transaction.commit();
    co_return mapping;
}

/// The commodities whose scale the tenant's books have settled.
std::vector<base::Commodity> settled_in_books(Workbench& workbench, base::TenantId tenant) {
    return run(
        workbench.io(),
        interchange::settled_commodities(workbench.app(), tenant, command_deadline())
    );
}

/// Reads books with `open`, which is given what to call with the fraction done, and posts them.
template <class Open>
int import_from(Workbench& workbench, const ImportOptions& options, const Open& open) {
    Progress progress{"Importing"};
    auto source = open([&progress](double fraction) { progress.show(fraction * kReadingShare); });
    if (!source) {
        progress.finish();
        say(to_string(source.error()));
        for (const interchange::ImportProblem& problem : source.error().more) {
            say(to_string(problem));
        }
        return nothing_imported();
    }
    const auto result = run(
        workbench.io(),
        interchange::import_into_books(
            workbench.app(),
            workbench.clock(),
            base::TenantId{options.tenant},
            *source,
            {
                .actor = command_line_actor(),
                .on_progress = [&progress](double fraction
                               ) { progress.show(kReadingShare + fraction * (1 - kReadingShare)); },
                .rehearsal = rehearsal_of(options),
            },
            command_deadline()
        )
    );
    progress.finish();
    if (!result) {
        complain(result.error());
        return nothing_imported();
    }
    if (!show(*result)) {
        return nothing_imported();
    }
    show_remarks(source->report());
    if (options.json) {
        print_json(source->report(), *result);
    }
    return say_done(options, *result);
}

int import_journal(Workbench& workbench, const ImportOptions& options) {
    auto settings = journal_options(
        options,
        settled_in_books(workbench, base::TenantId{options.tenant}),
        workbench.clock().now()
    );
    if (!settings) {
        complain(settings.error());
        return kExitUsage;
    }
    return import_from(workbench, options, [&](std::function<void(double)> on_progress) {
        settings->on_progress = std::move(on_progress);
        return interchange::JournalImport::open(options.file, *settings);
    });
}

int import_gnucash(Workbench& workbench, const ImportOptions& options) {
    if (!options.like.empty() || !options.types.empty()) {
        say("accubooks: --like and --type are for journals; a GnuCash book says how it is read.");
        return kExitUsage;
    }
    interchange::GnucashOptions settings{
        .symbols = options.symbols,
        .known_commodities = settled_in_books(workbench, base::TenantId{options.tenant}),
    };
    return import_from(workbench, options, [&](std::function<void(double)> on_progress) {
        settings.on_progress = std::move(on_progress);
        return interchange::GnucashImport::open(options.file, settings);
    });
}

/// By its content. What isn't a regular file isn't opened for it.
bool is_gnucash(const std::filesystem::path& file) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) {
        return false;
    }
    std::string bytes(64, '\0');
    std::ifstream in{file, std::ios::binary};
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(in.gcount()));
    return interchange::looks_like_gnucash(bytes);
}

/// The file's bytes; none when it can't be read. One byte more than may be read shows that it is
/// too large.
std::optional<std::string> bytes_of(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    std::string bytes(interchange::CsvLimits::kFileBytes + 1, '\0');
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (in.bad() || !in.is_open()) {
        return std::nullopt;
    }
    bytes.resize(static_cast<std::size_t>(in.gcount()));
    return bytes;
}

}  // namespace

int import_books(Workbench& workbench, const ImportOptions& options) {
    return is_gnucash(options.file) ? import_gnucash(workbench, options)
                                    : import_journal(workbench, options);
}

int import_csv(Workbench& workbench, const ImportOptions& options) {
    const base::TenantId tenant{options.tenant};
    const auto saved = run(workbench.io(), mapping_of(workbench.app(), tenant, options.mapping));
    if (!saved) {
        complain(saved.error());
        return nothing_imported();
    }
    const auto bytes = bytes_of(options.file);
    if (!bytes) {
        say(fmt::format("accubooks: {} can't be read.", options.file.string()));
        return nothing_imported();
    }
    auto table = interchange::read_table(*bytes, saved->mapping);
    if (!table) {
        for (const interchange::CsvError& error : table.error()) {
            say(to_string(interchange::problem_of(error, options.file.string())));
        }
        return nothing_imported();
    }
    const interchange::CsvFormat format = table->format;
    const std::uint64_t left_out = table->left_out;
    say(described(format));
    const auto result =
        run(workbench.io(),
            interchange::import_csv(
                workbench.app(),
                workbench.clock(),
                tenant,
                *std::move(table),
                {.actor = command_line_actor(),
                 .file_name = options.file.string(),
                 .rehearsal = rehearsal_of(options)},
                command_deadline()
            ));
    if (!result) {
        complain(result.error());
        return nothing_imported();
    }
    if (!show(*result)) {
        return nothing_imported();
    }
    if (options.json) {
        print_json(format, left_out, *result);
    }
    if (left_out != 0) {
        say(fmt::format("{} rows are no entries and were left out.", left_out));
    }
    return say_done(options, *result);
}

}  // namespace accubooks::app
