#include "app/batch_command.h"

#include <cstdio>
#include <limits>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/option_groups.h"
#include "app/run.h"
#include "app/tenant_act.h"
#include "base/rfc3339.h"
#include "base/utf8.h"
#include "interchange/import_batch.h"
#include "interchange/mapping_store.h"
#include "pg/author.h"

namespace accubooks::app {
namespace {

using base::Result;
using base::Task;
using interchange::ImportBatch;
using interchange::SavedMapping;

constexpr std::int64_t kListedMax = 10'000;

std::string line_of(const ImportBatch& batch) {
    std::string line = fmt::format(
        "{}  entries {} to {}  {}  {}  {}  {}",
        batch.first.value,
        batch.first.value,
        batch.last.value,
        batch.format,
        base::to_rfc3339(batch.imported_at),
        base::printable(batch.imported_by),
        base::printable(batch.file_name)
    );
    if (batch.reversed_at) {
        line += fmt::format("  reversed: {}", base::printable(batch.reason.value_or("")));
    }
    return line;
}

int print_batches(Workbench& workbench, const BatchOptions& options) {
    const auto batches = app::run(
        workbench.io(),
        interchange::list_batches(
            workbench.app(),
            base::TenantId{options.tenant},
            base::EntryNumber{0},
            kListedMax,
            command_deadline()
        )
    );
    for (const ImportBatch& batch : batches) {
        fmt::print("{}\n", line_of(batch));
    }
    return kExitDone;
}

int reverse(Workbench& workbench, const BatchOptions& options) {
    const auto result = app::run(
        workbench.io(),
        interchange::reverse_batch(
            workbench.app(),
            workbench.clock(),
            base::TenantId{options.tenant},
            {.batch = base::EntryNumber{options.batch},
             .date = options.date,
             .reason = options.reason,
             .late_reason = options.late_reason,
             .actor = command_line_actor()},
            command_deadline()
        )
    );
    if (!result) {
        complain(result.error());
        say("Nothing was reversed.");
        return kExitRefused;
    }
    say(fmt::format(
        "Reversed {} entries; {} were reversed before.", result->reversed, result->reversed_before
    ));
    return kExitDone;
}

Task<std::vector<SavedMapping>> mappings_of(pg::Pool& pool, base::TenantId tenant) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool, tenant, pg::Access::read_only, command_deadline()
    );
    auto mappings = co_await interchange::list_mappings(transaction, std::nullopt, kListedMax);
    co_await transaction.commit();
    co_return mappings;
}

int print_mappings(Workbench& workbench, const MappingOptions& options) {
    const auto mappings =
        app::run(workbench.io(), mappings_of(workbench.app(), base::TenantId{options.tenant}));
    for (const SavedMapping& saved : mappings) {
        fmt::print("{}", base::printable(saved.name));
        for (const auto& [key, value] : saved.mapping.pairs()) {
            fmt::print("  {}={}", base::printable(key), base::printable(value));
        }
        fmt::print("\n");
    }
    return kExitDone;
}

int told(const Result<void>& done, const std::string& sentence) {
    if (!done) {
        complain(done.error());
        return kExitRefused;
    }
    say(sentence);
    return kExitDone;
}

/// Does `change` to the mappings of a tenant, at the command line.
template <class Change>
Task<Result<void>> change_mappings(pg::Pool& pool, base::TenantId tenant, Change change) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool, tenant, pg::Access::read_write, command_deadline()
    );
    co_await pg::act_as(transaction, {.actor = command_line_actor()});
    AB_CO_CHECK(co_await change(transaction));
    co_await transaction.commit();
    co_return Result<void>{};
}

int save_mapping(Workbench& workbench, const MappingOptions& options) {
    auto mapping = interchange::CsvMapping::of(options.pairs);
    const auto name = interchange::check_mapping_name(options.name);
    if (!mapping || !name) {
        complain(mapping ? name.error() : mapping.error());
        return kExitUsage;
    }
    const SavedMapping saved{
        .name = options.name,
        .mapping = *std::move(mapping),
        .saved_by = command_line_actor(),
        .saved_at = workbench.clock().now(),
    };
    const auto done = app::run(
        workbench.io(),
        change_mappings(
            workbench.app(),
            base::TenantId{options.tenant},
            [&saved](pg::TenantTransaction& transaction) {
                return interchange::save_mapping(transaction, saved);
            }
        )
    );
    return told(done, fmt::format("Saved the mapping {}.", base::printable(options.name)));
}

int remove_mapping(Workbench& workbench, const MappingOptions& options) {
    const auto done = app::run(
        workbench.io(),
        change_mappings(
            workbench.app(),
            base::TenantId{options.tenant},
            [&options](pg::TenantTransaction& transaction) {
                return interchange::remove_mapping(transaction, options.name);
            }
        )
    );
    return told(done, fmt::format("Removed the mapping {}.", base::printable(options.name)));
}

void declare_mappings(CLI::App& program, const Choose& choose) {
    using Act = MappingOptions::Act;
    CLI::App* mapping = program.add_subcommand("mapping", "what the columns of CSV files are")
                            ->require_subcommand(1);
    declare_tenant_act<MappingOptions>(*mapping, choose, Act::list, "list", "mappings by name");
    const auto [save, options] = declare_tenant_act<MappingOptions>(
        *mapping, choose, Act::save, "save", "keep one under its name, over what was there"
    );
    save->add_option("name", options->name, "of the mapping")->required();
    save->add_option_function<std::vector<std::string>>(
            "pairs",
            [kept = options](const std::vector<std::string>& texts) {
                for (const std::string& text : texts) {
                    const auto equals = text.find('=');
                    kept->pairs.insert_or_assign(text.substr(0, equals), text.substr(equals + 1));
                }
            },
            "KEY=COLUMN: date=Datum, amount=#3, account==1200"
    )
        ->required()
        ->check([](const std::string& text) {
            return text.contains('=') ? std::string{} : "give pairs as KEY=COLUMN";
        });
    const auto [remove, removed] = declare_tenant_act<MappingOptions>(
        *mapping, choose, Act::remove, "remove", "remove one; what it has imported stays"
    );
    remove->add_option("name", removed->name, "of the mapping")->required();
}

}  // namespace

int run_batch(Workbench& workbench, const BatchOptions& options) {
    return options.act == BatchOptions::Act::list ? print_batches(workbench, options)
                                                  : reverse(workbench, options);
}

int run_mapping(Workbench& workbench, const MappingOptions& options) {
    switch (options.act) {
        case MappingOptions::Act::list:
            return print_mappings(workbench, options);
        case MappingOptions::Act::save:
            return save_mapping(workbench, options);
        case MappingOptions::Act::remove:
            return remove_mapping(workbench, options);
    }
    std::unreachable();
}

void declare_batches(CLI::App& program, const Choose& choose) {
    using Act = BatchOptions::Act;
    CLI::App* batch =
        program.add_subcommand("batch", "what imports have added")->require_subcommand(1);
    declare_tenant_act<BatchOptions>(*batch, choose, Act::list, "list", "imports by number");
    const auto [reverse, options] = declare_tenant_act<BatchOptions>(
        *batch, choose, Act::reverse, "reverse", "undo an import by a reversal for each entry"
    );
    reverse->add_option("batch", options->batch, "as the import named it")
        ->required()
        ->check(CLI::PositiveNumber);
    reverse->add_option("--reason", options->reason, "why")->required();
    add_date(*reverse, "--date", options->date, "of every reversal (default: its entry's own)");
    reverse->add_option(
        "--late-reason", options->late_reason, "why it is posted into a soft closed period"
    );
    declare_mappings(program, choose);
}

}  // namespace accubooks::app
