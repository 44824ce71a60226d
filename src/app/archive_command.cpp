#include "app/archive_command.h"

#include <cstdio>
#include <fstream>
#include <optional>

#include <fmt/format.h>

#include "app/progress.h"
#include "app/run.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "interchange/archive_import.h"
#include "interchange/archive_verification.h"

namespace accubooks::app {
namespace {

using interchange::ArchiveVerification;

/// Proving is quick beside posting; the bar moves accordingly.
constexpr double kProvingShare = 0.15;

double fraction(std::uint64_t done, std::uint64_t of) {
    return of == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(of);
}

/// The archive, opened; complains where it can't be.
std::optional<std::ifstream> opened(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    if (!in) {
        say(fmt::format("accubooks: {} can't be read.", file.string()));
        return std::nullopt;
    }
    return in;
}

void print_json(const ArchiveVerification& found) {
    base::JsonWriter json;
    json.begin_object().member("tenant_id", found.head.tenant.value);
    json.member("last_entry", found.head.last_entry.value);
    json.member("head_hash", base::to_hex(found.head.head_hash));
    json.member("exported_at", base::to_rfc3339(found.head.exported_at));
    json.key("breaches").begin_array();
    for (const ledger::Breach& breach : found.books.first_breaches) {
        json.begin_object().member("check", breach.check).member("detail", breach.detail);
        json.end_object();
    }
    json.end_array().member("entries", found.books.entries).member("lines", found.books.lines);
    json.member("breach_count", found.books.breaches).end_object();
    fmt::print("{}\n", std::move(json).take());
}

void print_breaches(const ArchiveVerification& found) {
    for (const ledger::Breach& breach : found.books.first_breaches) {
        fmt::print("{}: {}\n", breach.check, base::printable(breach.detail));
    }
    if (found.books.breaches > found.books.first_breaches.size()) {
        fmt::print(
            "… and {} more breaches.\n", found.books.breaches - found.books.first_breaches.size()
        );
    }
}

/// "Verified an archive of …, as of entry 40, hash …: 40 entries, 80 lines, 0 breaches."
std::string summary_of(const ArchiveVerification& found) {
    return fmt::format(
        "Verified the books of tenant {} as of entry {}, hash {}: {} entries, {} lines, {} "
        "breaches.",
        found.head.tenant.value,
        found.head.last_entry.value,
        base::to_hex(found.head.head_hash),
        found.books.entries,
        found.books.lines,
        found.books.breaches
    );
}

}  // namespace

int verify_archive(const VerifyArchiveOptions& options) {
    auto in = opened(options.file);
    if (!in) {
        return kExitRefused;
    }
    Progress progress{"Verifying"};
    const auto found = interchange::verify_archive(
        *in,
        options.file.string(),
        [&progress](std::uint64_t done, std::uint64_t of) { progress.show(fraction(done, of)); }
    );
    progress.finish();
    if (!found) {
        complain(found.error());
        return kExitRefused;
    }
    if (options.json) {
        print_json(*found);
    } else {
        print_breaches(*found);
    }
    say(summary_of(*found));
    return found->books.breaches == 0 ? kExitDone : kExitRefused;
}

int import_archive(Workbench& workbench, const ImportOptions& options) {
    auto in = opened(options.file);
    if (!in) {
        return kExitRefused;
    }
    Progress progress{"Importing"};
    const auto found = interchange::verify_archive(
        *in,
        options.file.string(),
        [&](std::uint64_t done, std::uint64_t of) {
            progress.show(fraction(done, of) * kProvingShare);
        }
    );
    if (!found || found->books.breaches != 0) {
        progress.finish();
        if (found) {
            print_breaches(*found);
        } else {
            complain(found.error());
        }
        say("Nothing was imported.");
        return kExitRefused;
    }
    const std::uint64_t entries = found->books.entries;
    in->clear();
    in->seekg(0);
    const auto result =
        run(workbench.io(),
            interchange::import_archive(
                workbench.app(),
                workbench.clock(),
                base::TenantId{options.tenant},
                *in,
                options.file.string(),
                {
                    .actor = command_line_actor(),
                    .on_progress =
                        [&](std::uint64_t posted) {
                            progress.show(
                                kProvingShare + fraction(posted, entries) * (1 - kProvingShare)
                            );
                        },
                },
                command_deadline()
            ));
    progress.finish();
    if (!result) {
        complain(result.error());
        say("Nothing was imported.");
        return kExitRefused;
    }
    if (options.json) {
        fmt::print(
            "{{\"posted\":{},\"accounts_made\":{}}}\n", result->posted, result->accounts_made
        );
    }
    say(fmt::format(
        "Imported {} entries; {} accounts are new.", result->posted, result->accounts_made
    ));
    return kExitDone;
}

}  // namespace accubooks::app
