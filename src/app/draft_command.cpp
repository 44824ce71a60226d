#include "app/draft_command.h"

#include <cstdio>
#include <iterator>
#include <memory>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/file_input.h"
#include "app/option_groups.h"
#include "app/run.h"
#include "app/tenant_act.h"
#include "base/json.h"
#include "base/utf8.h"
#include "ledger/draft_json.h"
#include "ledger/draft_store.h"
#include "ledger/journal.h"

namespace accubooks::app {
namespace {

using base::Result;
using base::Task;
using ledger::DraftId;
using ledger::KeptDraft;
using Act = DraftOptions::Act;

std::string line_of(const KeptDraft& draft) {
    return fmt::format(
        "{}  {}  {} lines  {}  {}",
        draft.id.value,
        draft.date ? base::to_string(*draft.date) : "no day yet",
        draft.line_count,
        base::printable(draft.changed_by),
        base::printable(draft.description)
    );
}

Task<std::vector<KeptDraft>> drafts_of(pg::Pool& pool, base::TenantId tenant) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool, tenant, pg::Access::read_only, command_deadline()
    );
    auto drafts = co_await ledger::list_drafts(transaction, DraftId{0}, ledger::kDraftsMax);
    co_await transaction.commit();
    co_return drafts;
}

Task<Result<KeptDraft>> draft_in(pg::Pool& pool, base::TenantId tenant, DraftId id) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool, tenant, pg::Access::read_only, command_deadline()
    );
    auto draft = co_await ledger::find_draft(transaction, id);
    co_await transaction.commit();
    if (!draft) {
        co_return std::unexpected(ledger::no_such_draft());
    }
    co_return *std::move(draft);
}

/// Over the draft of this id; 0: as a new one.
Task<Result<DraftId>> save(
    pg::Pool& pool, base::TenantId tenant, DraftId id, ledger::DraftContent content
) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool, tenant, pg::Access::read_write, command_deadline()
    );
    if (id.value == 0) {
        AB_CO_TRY(made, co_await ledger::insert_draft(transaction, std::move(content)));
        id = made.id;
    } else {
        if (!co_await ledger::lock_draft(transaction, id)) {
            co_return std::unexpected(ledger::no_such_draft());
        }
        co_await ledger::change_draft(transaction, id, std::move(content));
    }
    co_await transaction.commit();
    co_return id;
}

Task<Result<DraftId>> remove(pg::Pool& pool, base::TenantId tenant, DraftId id) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool, tenant, pg::Access::read_write, command_deadline()
    );
    if (!co_await ledger::lock_draft(transaction, id)) {
        co_return std::unexpected(ledger::no_such_draft());
    }
    co_await ledger::remove_draft(transaction, id);
    co_await transaction.commit();
    co_return id;
}

/// A draft that is gone may be what an earlier command posted.
Task<Result<ledger::Posted>> posted_before(pg::Pool& pool, base::TenantId tenant, DraftId id) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool, tenant, pg::Access::read_only, command_deadline()
    );
    auto posted = co_await ledger::posted_draft(transaction, id);
    co_await transaction.commit();
    if (!posted) {
        co_return std::unexpected(ledger::no_such_draft());
    }
    co_return *std::move(posted);
}

Task<Result<ledger::Posted>> post(
    pg::Pool& pool, ledger::Journal& journal, base::TenantId tenant, DraftId id
) {
    const auto draft = co_await draft_in(pool, tenant, id);
    if (!draft) {
        co_return co_await posted_before(pool, tenant, id);
    }
    AB_CO_TRY(entry, ledger::draft_of(*draft));
    ledger::Journal::Request request{
        .tenant = tenant,
        .idempotency_key = {},
        .actor = command_line_actor(),
        .deadline = command_deadline(),
    };
    co_return co_await journal.post_draft(std::move(request), id, draft->version, std::move(entry));
}

/// JSON as the API takes it, from a file or, by the name "-", from standard input.
Result<ledger::DraftContent> content_of(Workbench& workbench, const std::filesystem::path& file) {
    const auto text = read_input(file, ledger::kDraftBytesMax);
    if (!text) {
        return base::refuse(
            base::ErrorKind::invalid,
            "app.unreadable_draft",
            fmt::format("{} can't be read.", file.string())
        );
    }
    if (text->size() > ledger::kDraftBytesMax) {
        return base::refuse(
            base::ErrorKind::invalid, "app.unreadable_draft", "A draft has at most 256 KiB."
        );
    }
    AB_TRY(body, base::parse_json(*text));
    return ledger::draft_content_of(body, command_line_actor(), workbench.clock().now());
}

/// Prints what `value_of` makes of a result; a refusal ends with 1.
template <class T, class ValueOf>
int end_with(const Result<T>& result, ValueOf value_of) {
    if (!result) {
        complain(result.error());
        return kExitRefused;
    }
    fmt::print("{}\n", value_of(*result));
    return kExitDone;
}

std::int64_t number_of(DraftId id) {
    return id.value;
}

int post_draft(Workbench& workbench, base::TenantId tenant, DraftId id) {
    ledger::BooksCache books{workbench.app(), 0};
    ledger::Poster poster{workbench.io().get_executor(), workbench.app(), workbench.clock()};
    ledger::Journal journal{workbench.app(), books, poster, workbench.clock()};
    return end_with(
        app::run(workbench.io(), post(workbench.app(), journal, tenant, id)),
        [](const ledger::Posted& posted) { return posted.number.value; }
    );
}

}  // namespace

int run_draft(Workbench& workbench, const DraftOptions& options) {
    pg::Pool& pool = workbench.app();
    const base::TenantId tenant{options.tenant};
    const DraftId id{options.draft};
    switch (options.act) {
        case Act::list:
            for (const KeptDraft& draft : app::run(workbench.io(), drafts_of(pool, tenant))) {
                fmt::print("{}\n", line_of(draft));
            }
            return kExitDone;
        case Act::show:
            return end_with(
                app::run(workbench.io(), draft_in(pool, tenant, id)),
                [](const KeptDraft& draft) { return draft.content; }
            );
        case Act::save: {
            auto content = content_of(workbench, options.file);
            if (!content) {
                complain(content.error());
                return kExitRefused;
            }
            return end_with(
                app::run(workbench.io(), save(pool, tenant, id, *std::move(content))), number_of
            );
        }
        case Act::post:
            return post_draft(workbench, tenant, id);
        case Act::remove:
            return end_with(app::run(workbench.io(), remove(pool, tenant, id)), number_of);
    }
    std::unreachable();
}

void declare_drafts(CLI::App& program, const Choose& choose) {
    CLI::App* draft = program.add_subcommand("draft", "entries that aren't in the books yet")
                          ->require_subcommand(1);
    const auto declare = [&](Act act, const char* name, const char* help) {
        const auto [command, options] =
            declare_tenant_act<DraftOptions>(*draft, choose, act, name, help);
        CLI::Option* which = nullptr;
        if (act == Act::save) {
            which = command->add_option("--draft", options->draft, "over this one (default: new)");
            command
                ->add_option("file", options->file, "JSON as the API takes it; - is standard input")
                ->required();
        } else if (act != Act::list) {
            which = command->add_option("draft", options->draft, "its id")->required();
        }
        if (which != nullptr) {
            which->check(CLI::PositiveNumber);
        }
    };
    declare(Act::list, "list", "drafts by id");
    declare(Act::show, "show", "a draft's JSON, to be edited and saved again");
    declare(Act::save, "save", "keep a draft; its id is printed");
    declare(Act::post, "post", "post a draft as an entry, whose number is printed");
    declare(Act::remove, "delete", "remove a draft");
}

}  // namespace accubooks::app
