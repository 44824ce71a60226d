#include "app/export_command.h"

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/option_groups.h"
#include "app/run.h"
#include "interchange/books_export.h"
#include "ledger/tenant_audit.h"

namespace accubooks::app {
namespace {

base::Task<bool> print(std::string piece) {
    co_return std::fwrite(piece.data(), 1, piece.size(), stdout) == piece.size();
}

/// Whose books they were; none where standard output took no more.
base::Task<base::Result<std::optional<interchange::ArchiveHead>>> print_books(
    pg::Pool& pool,
    const base::Clock& clock,
    base::TenantId tenant,
    interchange::ExportFormat format
) {
    AB_CO_TRY(
        books, co_await interchange::BooksExport::begin(pool, clock, tenant, command_deadline())
    );
    co_await ledger::record_export(
        pool,
        tenant,
        {.actor = command_line_actor()},
        format == interchange::ExportFormat::hledger ? "hledger" : "jsonl",
        command_deadline()
    );
    const bool is_printed = co_await books.write(format, print);
    co_return is_printed ? std::optional{books.head()} : std::nullopt;
}

}  // namespace

int export_books(Workbench& workbench, const ExportOptions& options) {
    const auto head =
        run(workbench.io(),
            print_books(
                workbench.app(),
                workbench.clock(),
                base::TenantId{options.tenant},
                options.format == "hledger" ? interchange::ExportFormat::hledger
                                            : interchange::ExportFormat::jsonl
            ));
    if (!head) {
        complain(head.error());
        return kExitRefused;
    }
    if (!*head) {
        return kExitRefused;  // the program's end says that standard output can't be written
    }
    say(fmt::format(
        "Exported the books as of entry {}, hash {}.",
        (*head)->last_entry.value,
        base::to_hex((*head)->head_hash)
    ));
    return kExitDone;
}

void declare_export(CLI::App& program, const Choose& choose) {
    const auto options = std::make_shared<ExportOptions>();
    CLI::App* command = program.add_subcommand(
        "export", "all of a tenant's books on standard output, as a journal or an archive"
    );
    add_database(*command, options->database);
    command->add_option("--tenant", options->tenant, kTenantHelp)->required();
    command
        ->add_option(
            "--format",
            options->format,
            "hledger, a journal; jsonl, an archive that `verify --archive` proves"
        )
        ->required()
        ->check(CLI::IsMember({"hledger", "jsonl"}));
    command->callback([options, choose] { choose(*options); });
}

}  // namespace accubooks::app
