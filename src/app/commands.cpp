#include "app/commands.h"

#include <cstdio>

#include <fmt/format.h>

#include "app/access_command.h"
#include "app/archive_command.h"
#include "app/attachment_command.h"
#include "app/attest_command.h"
#include "app/audit_command.h"
#include "app/backup_command.h"
#include "app/batch_command.h"
#include "app/config_command.h"
#include "app/draft_command.h"
#include "app/export_command.h"
#include "app/import_command.h"
#include "app/journal_command.h"
#include "app/key_command.h"
#include "app/launch_command.h"
#include "app/launch_notify_command.h"
#include "app/launch_offline_command.h"
#include "app/launch_report_command.h"
#include "app/launch_watch.h"
#include "app/load_command.h"
#include "app/period_command.h"
#include "app/person_command.h"
#include "app/report_command.h"
#include "app/restart_command.h"
#include "app/role_command.h"
#include "app/run.h"
#include "app/secret_input.h"
#include "app/self_check_command.h"
#include "app/serve.h"
#include "app/tenant_audit_command.h"
#include "app/verify_command.h"
#include "app/workbench.h"
#include "base/utf8.h"
#include "ledger/account_store.h"
#include "ledger/books.h"
#include "ledger/chart.h"
#include "pg/author.h"

namespace accubooks::app {
namespace {

using base::Result;
using base::Task;

template <class T>
int refused(const Result<T>& result) {
    complain(result.error());
    return kExitRefused;
}

/// `work` on the database of `options`; what it refuses or fails at becomes one sentence and an
/// exit code.
template <class Work>
int on_workbench(const DatabaseOptions& options, WhenAbsent when_absent, Work work) {
    auto workbench = Workbench::open(options, when_absent);
    if (!workbench) {
        complain(workbench.error());
        return kExitCantStart;
    }
    return work(**workbench);
}

Task<Result<bool>> make_chart(
    pg::Pool& pool, base::TenantId tenant, std::vector<ledger::NewAccount> accounts
) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool, tenant, pg::Access::read_write, command_deadline()
    );
    co_await pg::act_as(transaction, {.actor = command_line_actor()});
    AB_CO_TRY(made, co_await ledger::insert_chart(transaction, std::move(accounts)));
    co_await transaction.commit();
    co_return true;
}

int run(const MigrateOptions& options) {
    auto database = Database::join(options.database, WhenAbsent::make, say);
    if (!database) {
        complain(database.error());
        return kExitCantStart;
    }
    boost::asio::io_context io{1};
    const auto report = app::run(io, database->migrate(command_deadline()));
    if (!report) {
        return refused(report);
    }
    for (const std::string& file : report->applied) {
        say(fmt::format("applied {}", file));
    }
    say(fmt::format("The schema is at version {}.", report->to_version));
    return kExitDone;
}

int run(const TenantCreateOptions& options) {
    return on_workbench(options.database, WhenAbsent::make, [&options](Workbench& workbench) {
        const auto tenant = app::run(
            workbench.io(),
            workbench.directory().create_tenant(
                {.name = options.name, .currency = options.currency, .actor = command_line_actor()},
                command_deadline()
            )
        );
        if (!tenant) {
            return refused(tenant);
        }
        if (options.chart) {
            auto accounts = ledger::chart_named(*options.chart, options.currency);
            base::ensure(accounts.has_value(), "the command line names a known chart");
            const auto made = app::run(
                workbench.io(), make_chart(workbench.app(), *tenant, std::move(*accounts))
            );
            if (!made) {
                return refused(made);
            }
        }
        fmt::print("{}\n", tenant->value);
        return kExitDone;
    });
}

int run(const TenantAuditOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&options](Workbench& workbench) {
        return print_tenant_audit(workbench, options);
    });
}

int run(const UserCreateOptions& options) {
    identity::Role role{};
    if (options.role) {
        const auto parsed = identity::parse_role(*options.role);
        if (!parsed) {
            complain(parsed.error());
            return kExitUsage;
        }
        role = *parsed;
    }
    auto password = read_secret("Password", options.password_file);
    if (!password) {
        return refused(password);
    }
    return on_workbench(options.database, WhenAbsent::make, [&](Workbench& workbench) {
        identity::Directory& directory = workbench.directory();
        if (options.tenant) {
            // Before the user is made: one who belongs nowhere would be left by a mistyped number.
            const auto books = app::run(
                workbench.io(),
                ledger::load_books(
                    workbench.app(), base::TenantId{*options.tenant}, command_deadline()
                )
            );
            if (!books) {
                return refused(books);
            }
        }
        const auto user = app::run(
            workbench.io(),
            directory.create_user(
                {
                    .email = options.email,
                    .name = options.name.empty() ? options.email : options.name,
                    .password = std::move(*password),
                },
                command_deadline()
            )
        );
        if (!user) {
            return refused(user);
        }
        if (options.tenant) {
            const auto added = app::run(
                workbench.io(),
                directory.add_member(
                    *user,
                    base::TenantId{*options.tenant},
                    role,
                    command_deadline(),
                    command_line_actor()
                )
            );
            if (!added) {
                return refused(added);
            }
        }
        if (options.is_operator) {
            using Act = OperatorOptions::Act;
            const OperatorOptions grant{
                .act = Act::grant, .database = options.database, .user = base::to_string(*user)
            };
            if (const int code = run_operator(workbench, grant); code != kExitDone) {
                return code;
            }
        }
        fmt::print("{}\n", base::to_string(*user));
        return kExitDone;
    });
}

int run(const TotpEnrolOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&options](Workbench& workbench) {
        return enrol_totp(workbench, options);
    });
}

int run(const UserPasswordOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&options](Workbench& workbench) {
        return reset_password(workbench, options);
    });
}

int run(const SessionOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&options](Workbench& workbench) {
        return run_session(workbench, options);
    });
}

int run(const OperatorOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&options](Workbench& workbench) {
        return run_operator(workbench, options);
    });
}

int run(const PersonalTokenOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&options](Workbench& workbench) {
        return run_personal_token(workbench, options);
    });
}

int run(const LaunchOptions& options) {
    return run_launch(options);
}

int run(const LaunchWatchOptions& options) {
    return watch_launch(options);
}

int run(const LaunchNotifyOptions& options) {
    return notify_launch(options);
}

int run(const LaunchReportOptions& options) {
    return report_launch(options);
}

int run(const IncidentOptions& options) {
    return run_incident(options);
}

int run(const KeyOptions& options) {
    return run_key(options);
}

int run(const AuditOptions& options) {
    return run_audit(options);
}

int run(const AuditReopenOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&](Workbench& workbench) {
        return reopen_audit(workbench, options);
    });
}

int run(const BootstrapOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&options](Workbench& workbench) {
        return bootstrap_admin(workbench, options);
    });
}

int run(const RoleOptions& options) {
    return run_role(options);
}

int run(const TokenOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&options](Workbench& workbench) {
        return run_token(workbench, options);
    });
}

int run(const InvitationOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&options](Workbench& workbench) {
        return run_invitation(workbench, options);
    });
}

int run(const ReportOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&options](Workbench& workbench) {
        return print_report(workbench, options);
    });
}

int run(const JournalOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&options](Workbench& workbench) {
        return print_journal(workbench, options);
    });
}

int run(const PeriodOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&options](Workbench& workbench) {
        return run_period(workbench, options);
    });
}

int run(const ImportOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&options](Workbench& workbench) {
        if (options.archive) {
            return import_archive(workbench, options);
        }
        return options.mapping.empty() ? import_books(workbench, options)
                                       : import_csv(workbench, options);
    });
}

int run(const BatchOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&options](Workbench& workbench) {
        return run_batch(workbench, options);
    });
}

int run(const DraftOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&options](Workbench& workbench) {
        return run_draft(workbench, options);
    });
}

int run(const AttachmentOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&options](Workbench& workbench) {
        return run_attachment(workbench, options);
    });
}

int run(const MappingOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&options](Workbench& workbench) {
        return run_mapping(workbench, options);
    });
}

int run(const ExportOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&options](Workbench& workbench) {
        return export_books(workbench, options);
    });
}

int run(const VerifyArchiveOptions& options) {
    return verify_archive(options);
}

int run(const VerifyOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&options](Workbench& workbench) {
        return verify_books(workbench, options);
    });
}

int run(const ConfigOptions& options) {
    return on_workbench(options.database, WhenAbsent::refuse, [&options](Workbench& workbench) {
        return run_config(workbench, options);
    });
}

int run(const BackupOptions& options) {
    return run_backup(options);
}

int run(const ServeOptions& options) {
    return serve(options);
}

int run(const RestartOptions& options) {
    return restart(options);
}

int run(const LoadOptions& options) {
    return drive_load(options);
}

int run(const LaunchLintOptions& options) {
    return lint_launch(options);
}

int run(const LaunchReplayOptions& options) {
    return replay_launch(options);
}

int run(const AttestOptions& options) {
    return run_attest(options);
}

int run(const SelfCheckOptions& options) {
    return self_check(options);
}

int run(const CompletionOptions& options) {
    fmt::print("{}", options.script);
    return kExitDone;
}

int run(const RoutesOptions&) {
    return print_routes();
}

}  // namespace

int run_command(const Command& command) {
    int code = kExitRefused;
    try {
        code = std::visit([](const auto& options) { return run(options); }, command);
    } catch (const pg::Failure& failure) {
        fmt::print(stderr, "accubooks: {}\n", base::printable(failure.what()));
        const bool no_connection = failure.kind() == pg::Failure::Kind::connect;
        code = no_connection ? kExitCantStart : kExitRefused;
    } catch (const std::exception& failure) {
        fmt::print(stderr, "accubooks: {}\n", base::printable(failure.what()));
    }
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        fmt::print(stderr, "accubooks: standard output can't be written.\n");
        return kExitRefused;
    }
    return code;
}

}  // namespace accubooks::app
