#include "app/attest_command.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/option_groups.h"
#include "app/remote.h"
#include "app/run.h"
#include "app/signing_key.h"
#include "app/workbench.h"
#include "base/json_writer.h"
#include "base/rfc3339.h"
#include "launch/backup_statement.h"
#include "launch/signed_statement.h"

namespace accubooks::app {
namespace {

base::Result<void> attest(const AttestOptions& options) {
    AB_TRY(finished_at, base::parse_rfc3339(options.finished));
    AB_TRY(tested_at, base::parse_rfc3339(options.tested));
    AB_TRY(remote, Remote::open(options.remote));
    AB_TRY(key, open_signing_key(options.key));
    const std::string payload = statement_of(launch::BackupStatement{
        .backup = options.backup,
        .finished_at = finished_at,
        .tested_at = tested_at,
        .signed_at = base::SystemClock{}.now(),
    });
    base::JsonWriter body;
    body.begin_object().key("envelope").raw(launch::sign_statement(payload, key)).end_object();
    AB_TRY(answer, remote->post("/api/v1/launch/backups", std::move(body).take()));
    say(fmt::format(
        "You attested that {} was finished at {} and its restore tested at {}.",
        options.backup,
        base::to_rfc3339(finished_at),
        base::to_rfc3339(tested_at)
    ));
    return {};
}

}  // namespace

void declare_attestation(CLI::App& launch, const Choose& choose) {
    const auto options = std::make_shared<AttestOptions>();
    CLI::App* command = launch.add_subcommand(
        "attest", "sign that a backup of a database of your own is there and was restored"
    );
    add_remote(*command, options->remote);
    add_signing_key(*command, options->key);
    command->add_option("backup", options->backup, "its name, as its system knows it")->required();
    command
        ->add_option("--finished", options->finished, "when it was, such as 2026-01-31T02:00:00Z")
        ->required();
    command->add_option("--tested", options->tested, "when its restore was tested")->required();
    command->callback([options, choose] { choose(*options); });
}

int run_attest(const AttestOptions& options) {
    const auto done = attest(options);
    return done ? kExitDone : fail_command(done.error());
}

}  // namespace accubooks::app
