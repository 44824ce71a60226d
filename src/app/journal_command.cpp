#include "app/journal_command.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/option_groups.h"
#include "app/run.h"
#include "base/utf8.h"
#include "ledger/account_store.h"
#include "ledger/entry_search.h"
#include "ledger/entry_store.h"
#include "net/page.h"
#include "reports/text_table.h"

namespace accubooks::app {
namespace {

struct Page {
    ledger::EntryPage entries{};
    ledger::EntryNames names{};
};

ledger::EntryPageQuery query_of(
    const JournalOptions& options, std::optional<base::AccountId> account
) {
    return {
        .filter =
            {.from = options.from,
             .to = options.to,
             .account = account,
             .amount = options.amount,
             .text = options.text,
             .reference = options.reference,
             .tags = options.tags},
        .after = options.after.transform([](auto number) { return base::EntryNumber{number}; }),
        .limit = options.limit,
    };
}

base::Task<base::Result<Page>> read_page(pg::Pool& pool, JournalOptions options) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool, base::TenantId{options.tenant}, pg::Access::read_only, command_deadline()
    );
    if (!co_await ledger::base_commodity(transaction)) {
        co_return base::refuse(
            base::ErrorKind::not_found,
            "ledger.no_books",
            fmt::format("There are no books with the number {}.", options.tenant)
        );
    }
    std::optional<base::AccountId> account;
    if (options.account) {
        account = co_await ledger::account_by_code(transaction, *options.account);
        if (!account) {
            co_return base::refuse(
                base::ErrorKind::not_found,
                "ledger.account_not_found",
                fmt::format("These books have no account {}.", *options.account)
            );
        }
    }
    Page page{.entries = co_await list_entries(transaction, query_of(options, account))};
    page.names = co_await names_for(transaction, page.entries.entries);
    co_await transaction.commit();
    co_return page;
}

std::string number_of(base::EntryNumber number) {
    return fmt::to_string(number.value);
}

/// A row for each line, the entry's own cells in the first of them.
std::string table_of(const Page& page) {
    reports::TextTable table{{"number", "date", "description", "account", "amount", "in"}, 4};
    for (const ledger::PostedEntry& posted : page.entries.entries) {
        bool first = true;
        for (const ledger::Line& line : posted.entry.lines) {
            const auto code = page.names.account_codes.find(line.account);
            const auto scale = page.names.scales.find(line.commodity);
            base::ensure(
                code != page.names.account_codes.end() && scale != page.names.scales.end(),
                "the database refuses lines of unknown accounts and commodities"
            );
            table.add(
                {first ? number_of(posted.number) : "",
                 first ? base::to_string(posted.entry.date) : "",
                 base::printable(first ? posted.entry.description : line.memo),
                 base::printable(code->second),
                 base::units_to_string(line.amount, scale->second),
                 base::printable(line.commodity)}
            );
            first = false;
        }
    }
    return table.text();
}

std::string json_of(const Page& page) {
    const auto write = [&page](base::JsonWriter& json, const ledger::PostedEntry& posted) {
        write_entry(json, posted, page.names);
    };
    return net::page_json(page.entries.entries, page.entries.next.transform(number_of), write);
}

void declare(CLI::App& journal, const Choose& choose, bool searches) {
    const auto options = std::make_shared<JournalOptions>();
    CLI::App* command = searches
                            ? journal.add_subcommand("search", "the entries that are like this")
                            : journal.add_subcommand("list", "the entries, by number");
    add_database(*command, options->database);
    command->add_option("--tenant", options->tenant, kTenantHelp)->required();
    if (searches) {
        add_date(*command, "--from", options->from, "first day");
        add_date(*command, "--to", options->to, "last day");
        command->add_option("--account", options->account, "code of an account that a line is on");
        command
            ->add_option_function<std::string>(
                "--amount",
                [options](const std::string& text) {
                    options->amount = *base::Decimal::parse(std::string_view{text});
                },
                "of a line, whether debit or credit"
            )
            ->check([](const std::string& text) {
                const auto amount = base::Decimal::parse(std::string_view{text});
                return amount && !amount->is_negative() ? std::string{}
                                                        : "give an amount such as 12.50";
            });
        const auto is_there = [](const std::string& text) {
            return text.empty() ? "give at least one character" : std::string{};
        };
        command
            ->add_option("--text", options->text, "in the description or a memo, whatever the case")
            ->check(is_there);
        command->add_option("--reference", options->reference, "the whole reference")
            ->check(is_there);
        add_tags(*command, options->tags);
    }
    command->add_option("--after", options->after, "the number that the last page ended with")
        ->check(CLI::PositiveNumber);
    command->add_option("--limit", options->limit, "entries at most (default: 50)")
        ->check(CLI::Range(std::int64_t{1}, net::kPageMax));
    command->add_flag("--json", options->json, "as JSON");
    command->callback([options, choose] { choose(*options); });
}

}  // namespace

int print_journal(Workbench& workbench, const JournalOptions& options) {
    const auto page = app::run(workbench.io(), read_page(workbench.app(), options));
    if (!page) {
        complain(page.error());
        return kExitRefused;
    }
    fmt::print("{}", options.json ? json_of(*page) + '\n' : table_of(*page));
    if (page->entries.next && !options.json) {
        say(fmt::format(
            "accubooks: there may be more; go on with --after {}.", page->entries.next->value
        ));
    }
    return kExitDone;
}

void declare_journal(CLI::App& program, const Choose& choose) {
    CLI::App* journal = program.add_subcommand("journal", "entries")->require_subcommand(1);
    declare(*journal, choose, false);
    declare(*journal, choose, true);
}

}  // namespace accubooks::app
