#include "app/options.h"

#include <algorithm>
#include <cstdlib>
#include <functional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/option_groups.h"
#include "base/rfc3339.h"
#include "base/utf8.h"

namespace accubooks::app {
namespace {

/// A flag that stands for a setting; the setting's own rules check it.
void add_setting(
    CLI::App& command, std::vector<ops::Flag>& flags, const std::string& name, std::string_view key
) {
    const ops::Setting& setting = *ops::find_setting(key);
    command
        .add_option_function<std::string>(
            name,
            [&flags, name, key](const std::string& text) {
                flags.push_back({.name = name, .key = std::string{key}, .text = text});
            },
            fmt::format("{} (default: {})", setting.help, setting.preset)
        )
        ->check([&setting](const std::string& text) {
            const auto value = ops::parse_value(setting, text);
            return value ? std::string{} : value.error().detail;
        });
}

using Pairs = std::vector<std::pair<std::string, std::string>>;
using TakePair = std::function<void(std::string name, std::string value)>;

/// An option NAME=VALUE that may come again and again.
CLI::Option* add_pairs(
    CLI::App& command, const std::string& name, TakePair take, const std::string& help
) {
    return command
        .add_option_function<std::vector<std::string>>(
            name,
            [take = std::move(take)](const std::vector<std::string>& texts) {
                for (const std::string& text : texts) {
                    const auto equals = text.rfind('=');
                    take(text.substr(0, equals), text.substr(equals + 1));
                }
            },
            help
        )
        ->check([](const std::string& text) {
            const auto equals = text.rfind('=');
            return equals == std::string::npos || equals + 1 == text.size() ? "give NAME=VALUE"
                                                                            : std::string{};
        })
        ->allow_extra_args(false);
}

/// Every command's options, filled while CLI11 parses.
struct Parsed {
    ServeOptions serve;
    MigrateOptions migrate;
    ImportOptions import;
    VerifyOptions verify;
    VerifyArchiveOptions verify_archive;
    SelfCheckOptions self_check;
    RestartOptions restart;
    LoadOptions load;
    ConfigOptions config;
    LaunchLintOptions launch_lint;
    LaunchReplayOptions launch_replay;
    BackupOptions backup;
    std::optional<Command> chosen;
};

void declare_server(CLI::App& program, Parsed& parsed) {
    CLI::App* serve = program.add_subcommand(
        "serve", "serve HTTP; makes and migrates the private cluster when needed"
    );
    add_database(*serve, parsed.serve.database);
    add_config(*serve, parsed.serve.config);
    std::vector<ops::Flag>& flags = parsed.serve.flags;
    add_setting(*serve, flags, "--listen", "server.listen");
    add_setting(*serve, flags, "--ops-listen", "server.ops_listen");
    add_setting(*serve, flags, "--tls-cert", "server.tls_cert");
    add_setting(*serve, flags, "--tls-key", "server.tls_key");
    add_setting(*serve, flags, "--behind-proxy", "server.trusted_proxies");
    add_setting(*serve, flags, "--lanes", "server.lanes");
    add_setting(*serve, flags, "--log-level", "log.level");
    add_setting(*serve, flags, "--drain-delay-ms", "server.drain_delay_ms");
    add_pairs(
        *serve,
        "--set",
        [&flags](std::string key, std::string text) {
            flags.push_back({.name = "--set", .key = std::move(key), .text = std::move(text)});
        },
        "KEY=VALUE: any other setting that needs a restart"
    );
    serve
        ->add_option(
            "--instance",
            parsed.serve.instance,
            "name of this instance, the same at each start (default: host name and port)"
        )
        ->check([](const std::string& text) {
            const bool good = !text.empty() && text.size() <= 200 && base::is_plain_text(text);
            return good ? std::string{} : "give a name of 1 to 200 bytes on one line";
        });
    serve->add_flag(
        "--ungoverned",
        parsed.serve.ungoverned,
        "for tests and benches: settings that the launch plan names change like any other"
    );
    serve->add_flag(
        "--demo",
        parsed.serve.demo,
        "make a demo tenant with a year of books, and a sign-in for it, once"
    );
    serve->add_flag(
        "--first-backup",
        parsed.serve.first_backup,
        "take and check a backup of the private cluster, once"
    );
    serve->add_option_function<std::string>(
        "--pid-file",
        [&parsed](const std::string& path) { parsed.serve.pid_file = path; },
        "file that `accubooks restart` finds this program by (default: serve.pid in the data "
        "folder)"
    );
    serve->callback([&parsed] { parsed.chosen = parsed.serve; });

    CLI::App* restart = program.add_subcommand(
        "restart", "replace a program that serves by a new process, without refusing a request"
    );
    auto* folder = restart->add_option_function<std::string>(
        "--data-dir",
        [&parsed](const std::string& path) { parsed.restart.data_dir = path; },
        "folder that the program serves (default: var)"
    );
    auto* pid_file = restart->add_option_function<std::string>(
        "--pid-file",
        [&parsed](const std::string& path) { parsed.restart.pid_file = path; },
        "the --pid-file that the program was started with"
    );
    folder->excludes(pid_file);
    restart
        ->add_option_function<int>(
            "--patience-s",
            [&parsed](int seconds) { parsed.restart.patience = std::chrono::seconds{seconds}; },
            "seconds until it must be done (default: 120)"
        )
        ->check(CLI::Range(1, 3600));
    restart->callback([&parsed] { parsed.chosen = parsed.restart; });

    CLI::App* migrate =
        program.add_subcommand("migrate", "bring the database to this program's schema");
    add_database(*migrate, parsed.migrate.database);
    migrate->callback([&parsed] { parsed.chosen = parsed.migrate; });

    CLI::App* routes = program.add_subcommand("routes", "print every route, METHOD PATH a line");
    routes->callback([&parsed] { parsed.chosen = RoutesOptions{}; });
}

void declare_books(CLI::App& program, Parsed& parsed) {
    CLI::App* import = program.add_subcommand(
        "import", "import a plain-text journal, a GnuCash book, CSV or an archive, all or nothing"
    );
    add_database(*import, parsed.import.database);
    import->add_option("--tenant", parsed.import.tenant, kTenantHelp)->required();
    import
        ->add_option(
            "--like",
            parsed.import.like,
            "whose reading to follow where two differ: hledger or ledger"
        )
        ->check(CLI::IsMember({"hledger", "ledger"}));
    const auto into = [](Pairs& pairs) {
        return [&pairs](std::string name, std::string value) {
            pairs.emplace_back(std::move(name), std::move(value));
        };
    };
    add_pairs(
        *import,
        "--type",
        into(parsed.import.types),
        "ACCOUNT=TYPE: asset, liability, equity, revenue or expense"
    );
    add_pairs(*import, "--map", into(parsed.import.symbols), "SYMBOL=CODE: '$=USD'");
    import->add_flag(
        "--archive", parsed.import.archive, "the file is an archive: into books that are new"
    );
    import->add_flag("--json", parsed.import.json, "the report as JSON on standard output");
    import
        ->add_option(
            "--csv",
            parsed.import.mapping,
            "the file is CSV: the name of the mapping that tells its columns"
        )
        ->excludes("--archive");
    import->add_flag("--dry-run", parsed.import.dry_run, "do all of it, show what it does, undo it")
        ->excludes("--archive");
    import
        ->add_option(
            "file", parsed.import.file, "the journal, the GnuCash book, the archive or the CSV"
        )
        ->required();
    import->callback([&parsed] { parsed.chosen = parsed.import; });

    CLI::App* verify = program.add_subcommand(
        "verify", "replay the journal and compare all that is derived from it"
    );
    add_database(*verify, parsed.verify.database);
    verify->add_option("--tenant", parsed.verify.tenant, "one tenant only (default: all)");
    verify->add_flag("--json", parsed.verify.json, "the result as JSON on standard output");
    const CLI::Option* archive = verify->add_option(
        "--archive",
        parsed.verify_archive.file,
        "the file that `export --format jsonl` wrote, without a database"
    );
    verify->callback([&parsed, archive] {
        parsed.verify_archive.json = parsed.verify.json;
        parsed.chosen = archive->empty() ? Command{parsed.verify} : Command{parsed.verify_archive};
    });

    CLI::App* self_check = program.add_subcommand(
        "selfcheck", "compute what money, allocation, balances and chain must come to"
    );
    self_check->add_flag("--json", parsed.self_check.json, "the results as JSON");
    self_check->callback([&parsed] { parsed.chosen = parsed.self_check; });
}

void declare_load(CLI::App& program, Parsed& parsed) {
    CLI::App* load = program.add_subcommand(
        "load", "drive a server as its clients do, and judge every answer by its body"
    );
    LoadOptions& options = parsed.load;
    load->add_option("--url", options.url, "the server, such as http://127.0.0.1:8080")->required();
    load->add_option(
            "--token-file",
            options.token_file,
            "file with one token a line, used in turn; - for standard input"
    )
        ->required();
    load->add_option(
            "--requests",
            options.requests,
            "how many requests (default: 500, or as many as --duration has room for)"
    )
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{10'000'000}));
    load->add_option(
            "--concurrency", options.concurrency, "requests under way at most (default: 50)"
    )
        ->check(CLI::Range(1, 10'000));
    load->add_option(
            "--rate",
            options.rate,
            "requests a second, each at its time whatever happens to the others (default: each "
            "worker at once)"
    )
        ->check(CLI::Range(0.001, 1'000'000.0));
    add_duration(*load, "--duration", options.duration, "no request starts later: 10m, 30s");
    load->add_option("--mix", options.mix, "TOML or JSON file with the weight of each operation");
    load->add_option("--seed", options.seed, "the same seed asks for the same (default: 1)");
    add_duration(*load, "--timeout", options.timeout, "of one request (default: 30s)");
    load->add_option("--json", options.json, "file for the result as JSON; - for standard output");
    load->add_option(
            "--max-error-rate",
            options.max_error_rate,
            "share of failed requests with which the run still ends with 0 (default: 0)"
    )
        ->check(CLI::Range(0.0, 1.0));
    load->callback([&parsed] { parsed.chosen = parsed.load; });
}

void declare_launch(CLI::App& program, Parsed& parsed, const Choose& choose) {
    CLI::App* launch =
        program
            .add_subcommand(
                "launch", "the launch plan, its evidence, and who decides about launches"
            )
            ->require_subcommand(1);
    CLI::App* lint = launch->add_subcommand(
        "lint", "refuse a plan that can't fail or can't pass, and say how often it is wrong"
    );
    LaunchLintOptions& linted = parsed.launch_lint;
    lint->add_option("plan", linted.plan, "plan file (default: the plan built in)");
    lint->add_option(
        "--baseline",
        linted.baseline,
        "evidence of an attempt, or the folder above it: latencies and errors are its baseline's; "
        "or a file with a sketch as base64 (default: an assumed lognormal)"
    );
    lint->add_option("--time-scale", linted.time_scale, "as a rehearsal that much faster")
        ->check(CLI::Range(1, 100'000));
    lint->add_option("--seed", linted.seed, "the same seed simulates the same (default: 1)");
    lint->add_flag("--schema", linted.schema, "print the JSON schema of a plan instead");
    lint->add_flag("--json", linted.json, "the result as JSON on standard output");
    lint->callback([&parsed] { parsed.chosen = parsed.launch_lint; });
    CLI::App* replay = launch->add_subcommand(
        "replay", "make every verdict again from the files of an execution's evidence"
    );
    LaunchReplayOptions& replayed = parsed.launch_replay;
    replay->add_option("folder", replayed.folder, "of one attempt, or one that holds attempts")
        ->required();
    replay->add_flag("--json", replayed.json, "the result as JSON on standard output");
    replay->callback([&parsed] { parsed.chosen = parsed.launch_replay; });
    declare_roles(*launch, choose);
    declare_attestation(*launch, choose);
    declare_changes(*launch, choose);
    declare_following(*launch, choose);
}

CLI::App* add_config_act(
    CLI::App& config, Parsed& parsed, ConfigOptions::Act act, const char* name, const char* help
) {
    CLI::App* command = config.add_subcommand(name, help);
    add_database(*command, parsed.config.database);
    add_config(*command, parsed.config.config);
    command->add_flag("--json", parsed.config.json, "the result as JSON on standard output");
    command->callback([&parsed, act] {
        parsed.config.act = act;
        parsed.chosen = parsed.config;
    });
    return command;
}

/// What every command that makes a revision takes.
void add_change(CLI::App& command, ConfigOptions& options, bool needs_reason) {
    auto* reason = command.add_option("--reason", options.reason, "why, for the history");
    reason->required(needs_reason);
    command.add_option(
        "--parent", options.parent, "refuse if a revision newer than this one is there"
    );
    add_duration(
        command,
        "--confirm-within",
        options.within,
        "go back by itself unless accubooks config confirm comes in this time"
    );
    add_duration(
        command, "--wait", options.patience, "how long to wait for every instance (default: 30s)"
    );
}

void declare_config(CLI::App& program, Parsed& parsed) {
    using Act = ConfigOptions::Act;
    ConfigOptions& options = parsed.config;
    CLI::App* config =
        program.add_subcommand("config", "settings and their revisions")->require_subcommand(1);
    CLI::App* get = add_config_act(*config, parsed, Act::get, "get", "settings as they are");
    get->add_option("keys", options.keys, "only these, such as database.pool.max");

    CLI::App* set = add_config_act(
        *config, parsed, Act::set, "set", "change live settings on every instance, all or none"
    );
    add_pairs(
        *set,
        "assignments",
        [&options](std::string key, std::string value) {
            options.assignments.emplace_back(std::move(key), std::move(value));
        },
        "KEY=VALUE, one or more"
    )
        ->expected(1, 1000)
        ->allow_extra_args(true)
        ->required();
    add_change(*set, options, true);

    CLI::App* diff = add_config_act(
        *config, parsed, Act::diff, "diff", "what differs: file and newest, or two revisions"
    );
    diff->add_option("revisions", options.revisions, "FROM and TO (default: the newest)")
        ->expected(0, 2);
    CLI::App* history =
        add_config_act(*config, parsed, Act::history, "history", "revisions, newest first");
    history->add_option("--limit", options.limit, "how many (default: 20)")
        ->check(CLI::Range(1, 100000));

    CLI::App* reload = add_config_act(
        *config, parsed, Act::reload, "reload", "make the file's live settings a revision"
    );
    add_change(*reload, options, false);
    CLI::App* rollback = add_config_act(
        *config, parsed, Act::rollback, "rollback", "bring the values of an earlier revision back"
    );
    rollback
        ->add_option(
            "--to-revision", options.revisions, "which (default: the one before the newest)"
        )
        ->expected(1);
    add_change(*rollback, options, true);
    CLI::App* confirm = add_config_act(
        *config, parsed, Act::confirm, "confirm", "keep the newest revision for good"
    );
    add_duration(*confirm, "--renew", options.within, "keep it for so much longer only");
}

CLI::App* add_backup_act(
    CLI::App& backup, Parsed& parsed, BackupOptions::Act act, const char* name, const char* help
) {
    CLI::App* command = backup.add_subcommand(name, help);
    add_database(*command, parsed.backup.database);
    add_config(*command, parsed.backup.config);
    command->callback([&parsed, act] {
        parsed.backup.act = act;
        parsed.chosen = parsed.backup;
    });
    return command;
}

void declare_backup(CLI::App& program, Parsed& parsed) {
    using Act = BackupOptions::Act;
    constexpr const char* kJsonHelp = "the result as JSON on standard output";
    BackupOptions& options = parsed.backup;
    CLI::App* backup =
        program.add_subcommand("backup", "backups of the private cluster, by pgBackRest")
            ->require_subcommand(1);
    add_backup_act(*backup, parsed, Act::run, "run", "take a full backup")
        ->add_flag("--json", options.json, kJsonHelp);
    add_backup_act(*backup, parsed, Act::list, "list", "backups, the oldest first")
        ->add_flag("--json", options.json, kJsonHelp);
    CLI::App* check = add_backup_act(
        *backup, parsed, Act::check, "check", "restore a backup beside the books and verify it"
    );
    check->add_option("--set", options.label, "which backup (default: the newest)");
    check->add_flag("--json", options.json, kJsonHelp);

    CLI::App* restore = add_backup_act(
        *backup, parsed, Act::restore, "restore", "make the books what they were at a time"
    );
    restore
        ->add_option_function<std::string>(
            "--to",
            [&options](const std::string& text) {
                if (const auto at = base::parse_rfc3339(text)) {
                    options.to = *at;
                }
            },
            "a time such as 2026-01-31T09:30:00Z, or latest"
        )
        ->check([](const std::string& text) {
            const auto at = base::parse_rfc3339(text);
            return at || text == "latest" ? std::string{} : at.error().detail;
        })
        ->required();
    options.reason = "Restored from a backup.";
    restore->add_option("--reason", options.reason, "why, for the books' new epoch")
        ->check([](const std::string& text) {
            const bool good = !text.empty() && text.size() <= 1000 && base::is_plain_text(text);
            return good ? std::string{} : "give a reason of 1 to 1000 bytes on one line";
        });
}

/// The environment's database, when no option names one: an option wins over what a shell carries
/// along.
void add_environment(Command& command) {
    const char* url = std::getenv("ACCUBOOKS_DATABASE_URL");
    if (url == nullptr || *url == '\0') {
        return;
    }
    std::visit(
        [url](auto& options) {
            if constexpr (requires { options.database; }) {
                if (!options.database.data_dir && !options.database.url) {
                    options.database.url = url;
                }
            }
        },
        command
    );
}

/// CLI11's own messages, as one sentence on standard error.
int print_usage_error(const CLI::App& program, const CLI::ParseError& error) {
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
        program.exit(error);
        return kExitDone;
    }
    std::string sentence = error.what();
    // To CLI11 a command that doesn't exist is one that is missing.
    const auto unknown = program.remaining(true);
    if (sentence.contains("subcommand is required") && !unknown.empty()) {
        sentence = fmt::format("there is no command {}", base::printable(unknown.front()));
    }
    std::replace(sentence.begin(), sentence.end(), '\n', ' ');
    std::fprintf(stderr, "accubooks: %s (see --help)\n", sentence.c_str());
    return kExitUsage;
}

}  // namespace

std::variant<Command, int> parse_command_line(int argc, const char* const* argv) {
    CLI::App program{"Double-entry books for many tenants, on PostgreSQL.", "accubooks"};
    program.require_subcommand(1);
    program.set_version_flag("--version", "accubooks " ACCUBOOKS_VERSION);
    Parsed parsed;
    declare_server(program, parsed);
    const Choose choose = [&parsed](Command command) { parsed.chosen = std::move(command); };
    declare_people(program, choose);
    declare_access(program, choose);
    declare_key(program, choose);
    declare_audit(program, choose);
    declare_incidents(program, choose);
    declare_books(program, parsed);
    declare_export(program, choose);
    declare_batches(program, choose);
    declare_drafts(program, choose);
    declare_attachments(program, choose);
    declare_journal(program, choose);
    declare_reports(program, choose);
    declare_periods(program, choose);
    declare_load(program, parsed);
    declare_config(program, parsed);
    declare_launch(program, parsed, choose);
    declare_backup(program, parsed);
    declare_completion(program, choose);
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return print_usage_error(program, error);
    }
    add_environment(*parsed.chosen);
    return *parsed.chosen;
}

}  // namespace accubooks::app
