#pragma once

#include <memory>
#include <utility>

#include <CLI/CLI.hpp>

#include "app/option_groups.h"

namespace accubooks::app {

/// A command below `under` that does one `act` on a tenant's books: with the options that every
/// such command takes, to which the caller adds its own. What it fills outlives the parsing.
template <class Options>
std::pair<CLI::App*, std::shared_ptr<Options>> declare_tenant_act(
    CLI::App& under,
    const Choose& choose,
    typename Options::Act act,
    const char* name,
    const char* help
) {
    auto options = std::make_shared<Options>();
    options->act = act;
    CLI::App* command = under.add_subcommand(name, help);
    add_database(*command, options->database);
    command->add_option("--tenant", options->tenant, kTenantHelp)->required();
    command->callback([options, choose] { choose(*options); });
    return {command, options};
}

}  // namespace accubooks::app
