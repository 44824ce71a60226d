#include "app/attachment_command.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/file_input.h"
#include "app/option_groups.h"
#include "app/run.h"
#include "app/tenant_act.h"
#include "base/utf8.h"
#include "ledger/attachment_store.h"
#include "ledger/draft_attachment_store.h"

namespace accubooks::app {
namespace {

using base::Result;
using base::Task;
using ledger::AttachedContent;
using ledger::Attachment;
using ledger::DraftId;
using ledger::NewAttachment;
using Act = AttachmentOptions::Act;

struct NameEnd {
    std::string_view end;
    std::string_view media_type;
};

constexpr std::array<NameEnd, 10> kNameEnds{{
    {".csv", "text/csv"},
    {".eml", "message/rfc822"},
    {".jpeg", "image/jpeg"},
    {".jpg", "image/jpeg"},
    {".pdf", "application/pdf"},
    {".png", "image/png"},
    {".tif", "image/tiff"},
    {".tiff", "image/tiff"},
    {".txt", "text/plain"},
    {".xml", "application/xml"},
}};

/// As the name ends; empty where it tells nothing.
std::string_view media_type_of(const std::filesystem::path& name) {
    std::string end = name.extension().string();
    std::ranges::transform(end, end.begin(), [](unsigned char letter) {
        return static_cast<char>(std::tolower(letter));
    });
    const auto* const found = std::ranges::find(kNameEnds, end, &NameEnd::end);
    return found == kNameEnds.end() ? "" : found->media_type;
}

std::unexpected<base::Error> bad_file(std::string detail) {
    return base::refuse(base::ErrorKind::invalid, "app.bad_attachment_file", std::move(detail));
}

Result<NewAttachment> document_of(const AttachmentOptions& options, base::Instant now) {
    auto content = read_input(options.file, ledger::kDocumentBytesMax);
    if (!content) {
        return bad_file(fmt::format("{} can't be read.", options.file.string()));
    }
    const std::string name = options.name.empty() && options.file != "-"
                                 ? options.file.filename().string()
                                 : options.name;
    NewAttachment document{
        .name = name,
        .media_type =
            options.media_type.empty() ? std::string{media_type_of(name)} : options.media_type,
        .content = *std::move(content),
        .actor = command_line_actor(),
        .at = now,
    };
    AB_CHECK(ledger::check_document(document));
    return document;
}

Result<base::Digest> digest_of(const AttachmentOptions& options) {
    const auto sha256 = base::digest_from_hex(options.sha256);
    if (!sha256) {
        return ledger::no_such_attachment();
    }
    return *sha256;
}

/// `Id` is what the document belongs to: an entry's number or a draft's id.
template <class Id>
Task<Result<Attachment>> add(pg::Pool& pool, base::TenantId tenant, Id id, NewAttachment document) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool, tenant, pg::Access::read_write, command_deadline()
    );
    AB_CO_TRY(attached, co_await ledger::attach(transaction, id, std::move(document)));
    co_await transaction.commit();
    co_return attached;
}

template <class Id>
Task<Result<std::vector<Attachment>>> list(pg::Pool& pool, base::TenantId tenant, Id id) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool, tenant, pg::Access::read_only, command_deadline()
    );
    AB_CO_TRY(attachments, co_await ledger::attachments_of(transaction, id));
    co_await transaction.commit();
    co_return attachments;
}

template <class Id>
Task<Result<std::string>> read(pg::Pool& pool, base::TenantId tenant, Id id, base::Digest sha256) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool, tenant, pg::Access::read_only, command_deadline()
    );
    auto found = co_await ledger::find_attachment(transaction, id, sha256);
    co_await transaction.commit();
    if (!found) {
        co_return ledger::no_such_attachment();
    }
    co_return std::move(found->content);
}

Task<Result<base::Digest>> remove(
    Workbench& workbench, base::TenantId tenant, DraftId draft, base::Digest sha256
) {
    auto transaction = co_await pg::TenantTransaction::begin(
        workbench.app(), tenant, pg::Access::read_write, command_deadline()
    );
    const bool was_there = co_await ledger::detach(
        transaction, draft, sha256, command_line_actor(), workbench.clock().now()
    );
    co_await transaction.commit();
    if (!was_there) {
        co_return ledger::no_such_attachment();
    }
    co_return sha256;
}

/// Into a file that isn't there yet, or, by the name "-", to standard output.
Result<void> write(const std::filesystem::path& file, const std::string& content) {
    if (file == "-") {
        std::fwrite(content.data(), 1, content.size(), stdout);
        return {};  // the program's end says whether standard output took it
    }
    std::ofstream out{file, std::ios::binary | std::ios::noreplace};
    if (!out.is_open()) {
        return bad_file(fmt::format("{} is there already, or can't be made.", file.string()));
    }
    out << content << std::flush;
    if (!out) {
        return bad_file(fmt::format("{} can't be written.", file.string()));
    }
    return {};
}

void print(const std::vector<Attachment>& attachments) {
    for (const Attachment& each : attachments) {
        fmt::print(
            "{}  {} bytes  {}  {}  {}  {}\n",
            base::to_hex(each.sha256),
            each.bytes,
            each.media_type,
            base::to_rfc3339(each.attached_at),
            base::printable(each.attached_by),
            base::printable(each.name)
        );
    }
}

template <class T>
int end_with(const Result<T>& result) {
    if (!result) {
        complain(result.error());
        return kExitRefused;
    }
    return kExitDone;
}

template <class Id>
int run_of(Workbench& workbench, const AttachmentOptions& options, Id id) {
    const base::TenantId tenant{options.tenant};
    pg::Pool& pool = workbench.app();
    if (options.act == Act::list) {
        const auto listed = app::run(workbench.io(), list(pool, tenant, id));
        if (listed) {
            print(*listed);
        }
        return end_with(listed);
    }
    if (options.act == Act::add) {
        auto document = document_of(options, workbench.clock().now());
        if (!document) {
            return end_with(document);
        }
        const auto attached = app::run(workbench.io(), add(pool, tenant, id, *std::move(document)));
        if (attached) {
            fmt::print("{}\n", base::to_hex(attached->sha256));
        }
        return end_with(attached);
    }
    const auto sha256 = digest_of(options);
    if (!sha256) {
        return end_with(sha256);
    }
    if constexpr (std::is_same_v<Id, DraftId>) {
        if (options.act == Act::remove) {
            return end_with(app::run(workbench.io(), remove(workbench, tenant, id, *sha256)));
        }
    }
    const auto content = app::run(workbench.io(), read(pool, tenant, id, *sha256));
    return content ? end_with(write(options.file, *content)) : end_with(content);
}

}  // namespace

int run_attachment(Workbench& workbench, const AttachmentOptions& options) {
    return options.draft == 0 ? run_of(workbench, options, base::EntryNumber{options.entry})
                              : run_of(workbench, options, DraftId{options.draft});
}

void declare_attachments(CLI::App& program, const Choose& choose) {
    CLI::App* attachment = program.add_subcommand("attachment", "documents of entries and drafts")
                               ->require_subcommand(1);
    const auto declare = [&](Act act, const char* name, const char* help) {
        const auto [command, options] =
            declare_tenant_act<AttachmentOptions>(*attachment, choose, act, name, help);
        CLI::Option* draft = command->add_option("--draft", options->draft, "id of the draft");
        draft->check(CLI::PositiveNumber);
        if (act == Act::remove) {
            draft->required();  // an entry's stay
        } else {
            CLI::Option* entry =
                command->add_option("--entry", options->entry, "number of the entry");
            entry->check(CLI::PositiveNumber)->excludes(draft);
            command->callback([options, choose] {
                if (options->entry == 0 && options->draft == 0) {
                    throw CLI::RequiredError{"--entry or --draft"};
                }
                choose(*options);
            });
        }
        if (act == Act::save || act == Act::remove) {
            command->add_option("sha256", options->sha256, "as `list` prints it")->required();
        }
        if (act == Act::add) {
            command->add_option("--name", options->name, "of the document (default: the file's)");
            const auto types = ledger::document_types();
            command
                ->add_option(
                    "--type", options->media_type, "its media type (default: as the name ends)"
                )
                ->check(CLI::IsMember(std::vector<std::string>{types.begin(), types.end()}));
        }
        if (act == Act::add || act == Act::save) {
            command
                ->add_option(
                    "file",
                    options->file,
                    act == Act::add ? "up to 4 MiB; - is standard input"
                                    : "that isn't there yet; - is standard output"
                )
                ->required();
        }
    };
    declare(Act::add, "add", "attach a document; its digest is printed");
    declare(Act::list, "list", "documents by when they were attached");
    declare(Act::save, "save", "write a document into a file");
    declare(Act::remove, "remove", "take a document of a draft away");
}

}  // namespace accubooks::app
