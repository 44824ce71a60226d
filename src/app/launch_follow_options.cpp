#include <memory>

#include <CLI/CLI.hpp>

#include "app/option_groups.h"
#include "app/remote.h"
#include "app/signing_key.h"

namespace accubooks::app {

void declare_following(CLI::App& launch, const Choose& choose) {
    const auto watched = std::make_shared<LaunchWatchOptions>();
    CLI::App* watch = launch.add_subcommand(
        "watch", "follow the newest execution until it has ended; the exit code says how"
    );
    add_remote(*watch, watched->remote);
    watch->add_option("change", watched->change, kChangeHelp)->required();
    watch->add_flag("--json", watched->json, "a view a line, for programs");
    watch->callback([watched, choose] { choose(*watched); });

    const auto notified = std::make_shared<LaunchNotifyOptions>();
    CLI::App* notify = launch.add_subcommand(
        "notify",
        "tell stakeholders again whom the notice couldn't be brought to; lists who was told"
    );
    add_remote(*notify, notified->remote);
    notify->add_option("change", notified->change, kChangeHelp)->required();
    notify->add_flag("--json", notified->json, "as JSON, for programs");
    notify->callback([notified, choose] { choose(*notified); });

    const auto reported = std::make_shared<LaunchReportOptions>();
    CLI::App* report = launch.add_subcommand(
        "report", "the post-change report of the newest execution, as Markdown"
    );
    add_remote(*report, reported->remote);
    report->add_option("change", reported->change, kChangeHelp)->required();
    CLI::Option* sign =
        report->add_flag("--sign", reported->sign, "sign it as the lead, which closes the change");
    add_signing_key(*report, reported->signing);
    CLI::Option* key = report->get_option("--key")->required(false);
    sign->needs(key);
    key->needs(sign);
    report->add_flag("--json", reported->json, "its exact bytes instead, which are signed");
    report->callback([reported, choose] { choose(*reported); });
}

}  // namespace accubooks::app
