#include "app/backup_command.h"

#include <fmt/format.h>

#include "app/backup.h"
#include "app/restore_command.h"
#include "base/json_writer.h"

namespace accubooks::app {
namespace {

using base::Result;
using ops::BackupRepository;
using ops::BackupSet;

int failed(const base::Error& error, int code = kExitRefused) {
    complain(error);
    return code;
}

void print(base::JsonWriter json) {
    fmt::print("{}\n", std::move(json).take());
}

std::string mebibytes(std::int64_t bytes) {
    return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1 << 20));
}

void write(base::JsonWriter& json, const BackupSet& set) {
    json.member("label", set.label);
    json.member("started_at", base::to_rfc3339(set.started_at));
    json.member("finished_at", base::to_rfc3339(set.finished_at));
    json.member("bytes", set.bytes).member("stored_bytes", set.stored_bytes);
    json.member("has_errors", set.has_errors);
}

int take(Workbench& workbench, const BackupRepository& repository, const BackupOptions& options) {
    const auto taken = take_backup(workbench, repository);
    if (!taken) {
        return failed(taken.error());
    }
    if (options.json) {
        base::JsonWriter json;
        json.begin_object();
        write(json, *taken);
        json.end_object();
        print(std::move(json));
    } else {
        fmt::print(
            "Backup {}: {}, {} in {}.\n",
            taken->label,
            mebibytes(taken->bytes),
            mebibytes(taken->stored_bytes),
            repository.place().directory.string()
        );
    }
    return kExitDone;
}

int check(Workbench& workbench, const BackupRepository& repository, const BackupOptions& options) {
    const auto checked = check_backup(workbench, repository, options.label);
    if (!checked) {
        return failed(checked.error());
    }
    const std::string last = checked->last_transaction_at
                                 ? base::to_rfc3339(*checked->last_transaction_at)
                                 : std::string{};
    if (options.json) {
        base::JsonWriter json;
        json.begin_object();
        write(json, checked->set);
        json.key("last_transaction_at");
        if (last.empty()) {
            json.value(nullptr);
        } else {
            json.value(last);
        }
        json.member("tenants", checked->books.tenants).member("entries", checked->books.entries);
        json.member("lines", checked->books.lines).member("breach_count", checked->books.breaches);
        json.end_object();
        print(std::move(json));
    } else {
        fmt::print(
            "Backup {} is good{}. {}\n",
            checked->set.label,
            last.empty() ? "" : fmt::format(", and the log after it up to {}", last),
            to_string(checked->books)
        );
    }
    return kExitDone;
}

int list(const BackupOptions& options) {
    const auto sets = [&options]() -> Result<std::vector<BackupSet>> {
        AB_TRY(repository, open_backups(folder_of(options.database), options.config));
        return repository.list();
    }();
    if (!sets) {
        return failed(sets.error());
    }
    if (options.json) {
        base::JsonWriter json;
        json.begin_object().key("backups").begin_array();
        for (const BackupSet& set : *sets) {
            json.begin_object();
            write(json, set);
            json.end_object();
        }
        json.end_array().end_object();
        print(std::move(json));
        return kExitDone;
    }
    for (const BackupSet& set : *sets) {
        fmt::print(
            "{}  {}  {:>12}  {:>12} stored{}\n",
            set.label,
            base::to_rfc3339(set.finished_at),
            mebibytes(set.bytes),
            mebibytes(set.stored_bytes),
            set.has_errors ? "  DAMAGED" : ""
        );
    }
    if (sets->empty()) {
        say("There is no backup yet; take one with accubooks backup run.");
    }
    return kExitDone;
}

int on_books(const BackupOptions& options) {
    const auto workbench = Workbench::open(options.database, WhenAbsent::refuse);
    if (!workbench) {
        return failed(workbench.error(), kExitCantStart);
    }
    const auto repository = open_backups((*workbench)->database().data_dir(), options.config);
    if (!repository) {
        return failed(repository.error());
    }
    return options.act == BackupOptions::Act::run ? take(**workbench, *repository, options)
                                                  : check(**workbench, *repository, options);
}

}  // namespace

int run_backup(const BackupOptions& options) {
    if (options.database.url) {
        return failed(
            {.kind = base::ErrorKind::invalid,
             .code = "backup.not_ours",
             .detail = "Backups of a server of your own are yours: use its own tools, such as "
                       "pgBackRest."}
        );
    }
    switch (options.act) {
        case BackupOptions::Act::list:
            return list(options);
        case BackupOptions::Act::restore:
            return restore_books(options);
        case BackupOptions::Act::run:
        case BackupOptions::Act::check:
            return on_books(options);
    }
    std::unreachable();
}

}  // namespace accubooks::app
