#include "app/role_command.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/option_groups.h"
#include "app/remote.h"
#include "app/run.h"
#include "app/signing_key.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "identity/personal_keys.h"
#include "identity/second_factor.h"
#include "identity/secret_key.h"
#include "launch/role_statement.h"
#include "launch/roles.h"
#include "launch/signed_statement.h"

namespace accubooks::app {
namespace {

namespace json = boost::json;
using base::Result;
using base::Task;
using launch::RoleStatement;
using Act = RoleOptions::Act;

constexpr const char* kRoles = "/api/v1/launch/roles";

std::string text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{value->get_string()}
                                                  : std::string{};
}

std::string email_of(const json::object& object, std::string_view name) {
    const auto* person = object.if_contains(name);
    return person != nullptr && person->is_object() ? text_of(person->get_object(), "email")
                                                    : std::string{};
}

const json::array& array_of(const json::value& answer, std::string_view name) {
    static const json::array none;
    const auto* object = answer.if_object();
    const auto* found = object != nullptr ? object->if_contains(name) : nullptr;
    return found != nullptr && found->is_array() ? found->get_array() : none;
}

/// Signs on this machine and sends; what was signed is told.
Result<void> sign_and_send(
    Remote& remote, const SigningKeyOptions& options, const RoleStatement& statement
) {
    AB_TRY(key, open_signing_key(options));
    base::JsonWriter body;
    body.begin_object()
        .key("envelope")
        .raw(launch::sign_statement(statement_of(statement), key))
        .end_object();
    AB_TRY(answer, remote.post(kRoles, std::move(body).take()));
    say(fmt::format(
        "You {} to {} {} {} {}.",
        statement.act == launch::RoleEvent::Kind::proposed ? "proposed" : "confirmed",
        to_string(statement.effect),
        to_string(statement.role),
        statement.effect == launch::RoleEffect::grant ? "to" : "from",
        statement.email
    ));
    fmt::print("{}\n", base::to_string(statement.grant));
    return {};
}

Result<void> propose(Remote& remote, const RoleOptions& options) {
    AB_TRY(role, launch::parse_role_name(options.role));
    const base::SystemClock clock;
    const bool is_grant = options.act == Act::grant;
    return sign_and_send(
        remote,
        options.key,
        {
            .act = launch::RoleEvent::Kind::proposed,
            .grant = base::uuid_v7(clock.now(), base::system_random()),
            .effect = is_grant ? launch::RoleEffect::grant : launch::RoleEffect::revoke,
            .role = role,
            .email = options.user,
            .signed_at = clock.now(),
        }
    );
}

Result<void> confirm(Remote& remote, const RoleOptions& options) {
    AB_TRY(answer, remote.get(kRoles));
    for (const auto& each : array_of(answer, "pending")) {
        const auto& pending = each.as_object();
        if (text_of(pending, "grant_id") != options.grant) {
            continue;
        }
        AB_TRY(grant, base::Uuid::parse(options.grant));
        AB_TRY(role, launch::parse_role_name(text_of(pending, "role")));
        const bool is_grant = text_of(pending, "effect") == "grant";
        const base::SystemClock clock;
        return sign_and_send(
            remote,
            options.key,
            {
                .act = launch::RoleEvent::Kind::confirmed,
                .grant = grant,
                .effect = is_grant ? launch::RoleEffect::grant : launch::RoleEffect::revoke,
                .role = role,
                .email = email_of(pending, "user"),
                .signed_at = clock.now(),
            }
        );
    }
    return base::refuse(
        base::ErrorKind::not_found,
        "launch.grant_not_found",
        "No grant of this name awaits confirmation; accubooks launch roles lists them."
    );
}

Result<void> list(Remote& remote, const RoleOptions& options) {
    AB_TRY(answer, remote.get(kRoles));
    if (options.json) {
        fmt::print("{}\n", json::serialize(answer));
        return {};
    }
    for (const auto& each : array_of(answer, "holders")) {
        const auto& holder = each.as_object();
        fmt::print(
            "{}  {}  since {}\n",
            base::printable(text_of(holder, "role")),
            base::printable(email_of(holder, "user")),
            base::printable(text_of(holder, "since"))
        );
    }
    for (const auto& each : array_of(answer, "pending")) {
        const auto& pending = each.as_object();
        fmt::print(
            "{}  awaits confirmation: {} {}, {}, proposed by {}\n",
            base::printable(text_of(pending, "grant_id")),
            base::printable(text_of(pending, "effect")),
            base::printable(text_of(pending, "role")),
            base::printable(email_of(pending, "user")),
            base::printable(email_of(pending, "proposed_by"))
        );
    }
    return {};
}

Result<void> act(const RoleOptions& options) {
    AB_TRY(remote, Remote::open(options.remote));
    switch (options.act) {
        case Act::grant:
        case Act::revoke:
            return propose(*remote, options);
        case Act::confirm:
            return confirm(*remote, options);
        case Act::list:
            break;
    }
    return list(*remote, options);
}

Task<Result<void>> bootstrap(Workbench& workbench, const BootstrapOptions& options) {
    identity::Directory& directory = workbench.directory();
    // Nobody signs anything here, so no secret is ever opened.
    identity::SecretKey no_key{{}, base::system_random()};
    identity::SecondFactor factor{
        workbench.ops(), no_key, workbench.clock(), base::system_random()
    };
    identity::PersonalKeys keys{workbench.ops(), factor, workbench.clock()};
    launch::Roles roles{workbench.ops(), directory, keys, workbench.clock(), base::system_random()};
    AB_CO_TRY(lead, co_await directory.user_named(options.lead, command_deadline()));
    AB_CO_TRY(executive, co_await directory.user_named(options.executive, command_deadline()));
    co_return co_await roles.bootstrap(lead, executive, command_line_actor(), command_deadline());
}

}  // namespace

void declare_roles(CLI::App& program, const Choose& choose) {
    const auto first = std::make_shared<BootstrapOptions>();
    CLI::App* bootstrap = program.add_subcommand(
        "bootstrap-admin", "name the first lead and Executive Operator, once, on this machine"
    );
    add_database(*bootstrap, first->database);
    bootstrap->add_option("--lead", first->lead, "e-mail address or id of the requesting lead")
        ->required();
    bootstrap
        ->add_option(
            "--executive", first->executive, "e-mail address or id of the Executive Operator"
        )
        ->required();
    bootstrap->callback([first, choose] { choose(*first); });

    const auto add_act = [&](Act act, const char* name, const char* help) {
        const auto options = std::make_shared<RoleOptions>();
        options->act = act;
        CLI::App* command = program.add_subcommand(name, help);
        add_remote(*command, options->remote);
        if (act != Act::list) {
            add_signing_key(*command, options->key);
        }
        if (act == Act::grant || act == Act::revoke) {
            command
                ->add_option(
                    "role",
                    options->role,
                    "requester_lead, executive_operator, product_lead, business_lead or on_call"
                )
                ->required();
            command->add_option("user", options->user, "e-mail address of the person")->required();
        }
        command->callback([options, choose] { choose(*options); });
        return std::pair{command, options};
    };
    add_act(Act::grant, "grant", "propose that a person gets a role; a second one confirms it");
    add_act(Act::revoke, "revoke-role", "propose that a person loses a role");
    const auto [confirm, confirmed] =
        add_act(Act::confirm, "confirm", "confirm what another person proposed");
    confirm->add_option("grant", confirmed->grant, "its id, as roles lists it")->required();
    const auto [list, listed] = add_act(Act::list, "roles", "who holds which role");
    list->add_flag("--json", listed->json, "as JSON");
}

int bootstrap_admin(Workbench& workbench, const BootstrapOptions& options) {
    const auto done = run(workbench.io(), bootstrap(workbench, options));
    return done ? kExitDone : fail_command(done.error());
}

int run_role(const RoleOptions& options) {
    const auto done = act(options);
    return done ? kExitDone : fail_command(done.error());
}

}  // namespace accubooks::app
