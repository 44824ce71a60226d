#include "app/access_command.h"

#include <memory>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/option_groups.h"
#include "app/run.h"
#include "app/secret_input.h"
#include "app/tenant_act.h"
#include "base/utf8.h"
#include "identity/invitations.h"
#include "ledger/books.h"

namespace accubooks::app {
namespace {

using base::Result;
using base::Task;

/// What a list shows at most.
constexpr std::int64_t kShownMax = 10'000;

Result<base::Uuid> id_of(const std::string& text, std::string_view code, std::string_view what) {
    auto id = base::Uuid::parse(text);
    if (!id) {
        return base::refuse(
            base::ErrorKind::not_found, code, fmt::format("There is no such {}.", what)
        );
    }
    return *id;
}

void print(const identity::ApiToken& token, base::Instant now) {
    const auto end = [&]() -> std::string {
        if (token.revoked_at) {
            return "revoked " + base::to_rfc3339(*token.revoked_at);
        }
        if (!token.expires_at) {
            return "good until revoked";
        }
        return (*token.expires_at <= now ? "over since " : "good until ") +
               base::to_rfc3339(*token.expires_at);
    };
    fmt::print(
        "{}  {}  {}  {}  {}\n",
        base::to_string(token.token_id),
        to_string(token.role),
        end(),
        token.last_used_at ? "used " + base::to_rfc3339(*token.last_used_at) : "never used",
        base::printable(token.label)
    );
}

void print(const identity::Invitation& invitation, base::Instant now) {
    const auto end = [&]() -> std::string {
        if (invitation.accepted_at) {
            return "accepted " + base::to_rfc3339(*invitation.accepted_at);
        }
        if (invitation.withdrawn_at) {
            return "withdrawn " + base::to_rfc3339(*invitation.withdrawn_at);
        }
        return (invitation.expires_at <= now ? "over since " : "good until ") +
               base::to_rfc3339(invitation.expires_at);
    };
    fmt::print(
        "{}  {}  {}  {}\n",
        base::to_string(invitation.invitation_id),
        to_string(invitation.role),
        end(),
        invitation.email
    );
}

/// A tenant that isn't there has no empty lists.
Task<Result<void>> check_tenant(Workbench& workbench, base::TenantId tenant) {
    AB_CO_TRY(books, co_await ledger::load_books(workbench.app(), tenant, command_deadline()));
    co_return Result<void>{};
}

Task<Result<void>> work_on_tokens(Workbench& workbench, const TokenOptions& options) {
    using Act = TokenOptions::Act;
    identity::Directory& directory = workbench.directory();
    const base::TenantId tenant{options.tenant};
    switch (options.act) {
        case Act::create: {
            AB_CO_TRY(role, identity::parse_role(options.role));
            AB_CO_TRY(
                issued,
                co_await directory.create_token(
                    {
                        .tenant = tenant,
                        .role = role,
                        .label = options.label,
                        .created_by = command_line_actor(),
                        .expires_at = options.expires_on.transform(identity::end_of),
                    },
                    command_deadline()
                )
            );
            fmt::print("{}\n", issued.secret);
            co_return Result<void>{};
        }
        case Act::list: {
            AB_CO_CHECK(co_await check_tenant(workbench, tenant));
            for (const auto& token :
                 co_await directory.list_tokens(tenant, {}, kShownMax, command_deadline())) {
                print(token, workbench.clock().now());
            }
            co_return Result<void>{};
        }
        case Act::revoke:
            break;
    }
    AB_CO_TRY(token_id, id_of(options.token_id, "identity.token_not_found", "token"));
    co_return co_await directory.revoke_token(
        tenant, token_id, {.author = {.actor = command_line_actor()}}, command_deadline()
    );
}

/// By whoever has an account, else with a new one.
Task<Result<void>> accept(
    Workbench& workbench, identity::Invitations& invitations, const InvitationOptions& options
) {
    AB_CO_TRY(secret, read_secret("Secret of the invitation", options.secret_file));
    const std::string peer = "the command line";
    if (options.user) {
        AB_CO_TRY(
            user, co_await workbench.directory().user_named(*options.user, command_deadline())
        );
        AB_CO_TRY(
            joined,
            co_await invitations.join(std::move(secret), std::move(user), peer, command_deadline())
        );
        co_return Result<void>{};
    }
    AB_CO_TRY(password, read_secret("Password", options.password_file));
    identity::Newcomer newcomer{.name = options.name, .password = std::move(password)};
    AB_CO_TRY(
        joined,
        co_await invitations.accept(
            std::move(secret), std::move(newcomer), peer, command_deadline()
        )
    );
    fmt::print("{}\n", base::to_string(joined.user_id));
    co_return Result<void>{};
}

Task<Result<void>> work_on_invitations(Workbench& workbench, const InvitationOptions& options) {
    using Act = InvitationOptions::Act;
    identity::PasswordHasher hasher{1, 1};
    identity::Invitations invitations{
        workbench.ops(), hasher, workbench.clock(), base::system_random()
    };
    const base::TenantId tenant{options.tenant};
    const identity::Keeping keeping{.author = {.actor = command_line_actor()}};
    switch (options.act) {
        case Act::create: {
            AB_CO_TRY(role, identity::parse_role(options.role));
            AB_CO_TRY(
                issued,
                invitations.mint({
                    .email = options.email,
                    .role = role,
                    .created_by = command_line_actor(),
                    .expires_at = options.expires_on.transform(identity::end_of),
                })
            );
            AB_CO_CHECK(co_await invitations.keep(tenant, issued, keeping, command_deadline()));
            fmt::print("{}\n", issued.secret);
            co_return Result<void>{};
        }
        case Act::list: {
            AB_CO_CHECK(co_await check_tenant(workbench, tenant));
            for (const auto& invitation :
                 co_await invitations.list(tenant, {}, kShownMax, command_deadline())) {
                print(invitation, workbench.clock().now());
            }
            co_return Result<void>{};
        }
        case Act::accept:
            co_return co_await accept(workbench, invitations, options);
        case Act::withdraw:
            break;
    }
    AB_CO_TRY(
        invitation_id,
        id_of(options.invitation_id, "identity.invitation_not_found", "open invitation")
    );
    co_return co_await invitations.withdraw(tenant, invitation_id, keeping, command_deadline());
}

int exit_code_of(const Result<void>& done) {
    if (!done) {
        complain(done.error());
        return kExitRefused;
    }
    return kExitDone;
}

void add_role(CLI::App& command, std::string& role) {
    command.add_option("--role", role, "owner, accountant, bookkeeper or viewer")
        ->required()
        ->check([](const std::string& text) {
            const auto parsed = identity::parse_role(text);
            return parsed ? std::string{} : parsed.error().detail;
        });
}

void declare_acceptance(CLI::App& invitation, const Choose& choose) {
    const auto options = std::make_shared<InvitationOptions>();
    options->act = InvitationOptions::Act::accept;
    CLI::App* accept = invitation.add_subcommand(
        "accept", "join a tenant by an invitation's secret, with a new account or as a user"
    );
    add_database(*accept, options->database);
    accept
        ->add_option(
            "--secret-file", options->secret_file, "file with the secret, - for standard input"
        )
        ->required();
    auto* user =
        accept->add_option("--user", options->user, "e-mail address or id of who has an account");
    auto* name = accept->add_option("--name", options->name, "name of who gets an account");
    auto* password = accept->add_option(
        "--password-file",
        options->password_file,
        "file with the new account's password (default: prompt or standard input)"
    );
    name->excludes(user);
    password->excludes(user);
    accept->callback([options, choose] { choose(*options); });
}

}  // namespace

int run_token(Workbench& workbench, const TokenOptions& options) {
    return exit_code_of(run(workbench.io(), work_on_tokens(workbench, options)));
}

int run_invitation(Workbench& workbench, const InvitationOptions& options) {
    return exit_code_of(run(workbench.io(), work_on_invitations(workbench, options)));
}

void declare_access(CLI::App& program, const Choose& choose) {
    CLI::App* token = program.add_subcommand("token", "tokens for programs")->require_subcommand(1);
    using TokenAct = TokenOptions::Act;
    const auto [create, created] = declare_tenant_act<TokenOptions>(
        *token, choose, TokenAct::create, "create", "make a token for one tenant and print it"
    );
    add_role(*create, created->role);
    create->add_option("--label", created->label, "what the token is for");
    add_date(*create, "--expires-on", created->expires_on, "its last day (default: none)");
    declare_tenant_act<TokenOptions>(
        *token, choose, TokenAct::list, "list", "a tenant's tokens and when each was used last"
    );
    const auto [revoke, revoked] = declare_tenant_act<TokenOptions>(
        *token, choose, TokenAct::revoke, "revoke", "make a token good for nothing"
    );
    revoke->add_option("token", revoked->token_id, "its id, as list shows it")->required();

    CLI::App* invitation =
        program.add_subcommand("invitation", "invitations to a tenant")->require_subcommand(1);
    using Act = InvitationOptions::Act;
    const auto [invite, invited] = declare_tenant_act<InvitationOptions>(
        *invitation,
        choose,
        Act::create,
        "create",
        "invite somebody to a tenant and print the secret, which lets in once"
    );
    invite->add_option("--email", invited->email, "address of the person")->required();
    add_role(*invite, invited->role);
    add_date(*invite, "--expires-on", invited->expires_on, "its last day (default: in seven days)");
    declare_tenant_act<InvitationOptions>(
        *invitation, choose, Act::list, "list", "a tenant's invitations and what became of them"
    );
    const auto [withdraw, withdrawn] = declare_tenant_act<InvitationOptions>(
        *invitation, choose, Act::withdraw, "withdraw", "make an invitation good for nothing"
    );
    withdraw->add_option("invitation", withdrawn->invitation_id, "its id, as list shows it")
        ->required();
    declare_acceptance(*invitation, choose);
}

}  // namespace accubooks::app
