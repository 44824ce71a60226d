#include <memory>

#include <CLI/CLI.hpp>

#include "app/option_groups.h"
#include "base/utf8.h"
#include "identity/personal_tokens.h"
#include "ledger/audit_event.h"

namespace accubooks::app {
namespace {

constexpr const char* kUserHelp = "e-mail address or id of the user";

void declare_tenant_audit(CLI::App& tenant, const Choose& choose) {
    const auto options = std::make_shared<TenantAuditOptions>();
    CLI::App* audit =
        tenant.add_subcommand("audit", "who changed what in a tenant, JSON, an event a line");
    add_database(*audit, options->database);
    audit->add_option("--tenant", options->tenant, kTenantHelp)->required();
    const std::vector<std::string> kinds{
        std::begin(ledger::kAuditKinds), std::end(ledger::kAuditKinds)
    };
    audit->add_option("--kind", options->kind, "only what was changed of this kind")
        ->check(CLI::IsMember(kinds));
    audit->add_option("--actor", options->actor, "only by this actor, such as user:ID");
    audit->add_option("--object", options->object, "only of this object, such as account:7");
    add_date(*audit, "--from", options->from, "first day, in UTC");
    add_date(*audit, "--to", options->to, "last day, in UTC");
    audit->callback([options, choose] { choose(*options); });
}

void declare_tenants(CLI::App& program, const Choose& choose) {
    CLI::App* tenant = program.add_subcommand("tenant", "tenants")->require_subcommand(1);
    const auto options = std::make_shared<TenantCreateOptions>();
    CLI::App* tenant_create =
        tenant->add_subcommand("create", "make a tenant with empty books and print its number");
    add_database(*tenant_create, options->database);
    tenant_create->add_option("--name", options->name, "name of the company")->required();
    tenant_create->add_option("--currency", options->currency, "base currency, ISO 4217")
        ->required();
    tenant_create
        ->add_option(
            "--chart", options->chart, "ready-made accounts: us, uk, de or minimal (default: none)"
        )
        ->check(CLI::IsMember({"us", "uk", "de", "minimal"}));
    tenant_create->callback([options, choose] { choose(*options); });
    declare_tenant_audit(*tenant, choose);
}

void declare_user_create(CLI::App& user, const Choose& choose) {
    const auto options = std::make_shared<UserCreateOptions>();
    CLI::App* user_create =
        user.add_subcommand("create", "make a user; the password is read, never an argument");
    add_database(*user_create, options->database);
    user_create->add_option("--email", options->email, "what the user signs in with")->required();
    user_create->add_option(
        "--name", options->name, "name of the person (default: the e-mail address)"
    );
    user_create->add_option(
        "--password-file",
        options->password_file,
        "file with the password, - for standard input (default: prompt or standard input)"
    );
    auto* member_of = user_create->add_option(
        "--tenant", options->tenant, "make the user a member of this tenant"
    );
    auto* role =
        user_create->add_option("--role", options->role, "owner, accountant, bookkeeper or viewer");
    member_of->needs(role);
    role->needs(member_of);
    user_create->add_flag(
        "--operator",
        options->is_operator,
        "let the user watch how the program does, which opens no books"
    );
    user_create->callback([options, choose] { choose(*options); });
}

void declare_totp(CLI::App& user, const Choose& choose) {
    const auto options = std::make_shared<TotpEnrolOptions>();
    CLI::App* totp = user.add_subcommand("totp", "second factors")->require_subcommand(1);
    CLI::App* enrol = totp->add_subcommand(
        "enrol", "give a user a second factor: a secret for an authenticator, and recovery codes"
    );
    add_database(*enrol, options->database);
    add_config(*enrol, options->config);
    enrol->add_option("--user", options->user, kUserHelp)->required();
    enrol
        ->add_option(
            "--out", options->out, "file for secret and codes, which is made; - for the terminal"
        )
        ->required();
    auto* code = enrol->add_option(
        "--totp-file",
        options->totp_file,
        "file with a fresh code of the factor that is replaced, - for standard input"
    );
    auto* reason = enrol->add_option(
        "--reason", options->reason, "why a factor is replaced without a code of it"
    );
    code->excludes(reason);
    reason->check([](const std::string& text) {
        const bool is_good = !text.empty() && text.size() <= 1000 && base::is_plain_text(text);
        return is_good ? std::string{} : "say in 1 to 1000 bytes of plain text why";
    });
    enrol->callback([options, choose] { choose(*options); });
}

void declare_password(CLI::App& user, const Choose& choose) {
    const auto options = std::make_shared<UserPasswordOptions>();
    CLI::App* password = user.add_subcommand(
        "password", "give a user another password, which is read; every session of the user ends"
    );
    add_database(*password, options->database);
    password->add_option("--user", options->user, kUserHelp)->required();
    password->add_option(
        "--password-file",
        options->password_file,
        "file with the password, - for standard input (default: prompt or standard input)"
    );
    password->callback([options, choose] { choose(*options); });
}

void declare_sessions(CLI::App& program, const Choose& choose) {
    CLI::App* session =
        program.add_subcommand("session", "where users are signed in")->require_subcommand(1);
    const auto add_act = [&](SessionOptions::Act act, const char* name, const char* help) {
        const auto options = std::make_shared<SessionOptions>();
        options->act = act;
        CLI::App* command = session->add_subcommand(name, help);
        add_database(*command, options->database);
        command->add_option("--user", options->user, kUserHelp)->required();
        command->callback([options, choose] { choose(*options); });
        return std::pair{command, options};
    };
    add_act(SessionOptions::Act::list, "list", "a user's sessions, oldest first");
    const auto [end, ended] =
        add_act(SessionOptions::Act::end, "end", "sign a user out: of one session, or of all");
    auto* one = end->add_option("session", ended->session, "its id, as list shows it");
    auto* all = end->add_flag("--all")->description("every session of the user");
    one->excludes(all);
    end->callback([options = ended, all, choose] {
        if (!options->session && all->count() == 0) {
            throw CLI::RequiredError("the session's id, or --all,");
        }
        choose(*options);
    });
}

void declare_user_tokens(CLI::App& user, const Choose& choose) {
    using Act = PersonalTokenOptions::Act;
    CLI::App* token =
        user.add_subcommand("token", "tokens with which a user's commands ask a server")
            ->require_subcommand(1);
    const auto add_act = [&](Act act, const char* name, const char* help) {
        const auto options = std::make_shared<PersonalTokenOptions>();
        options->act = act;
        CLI::App* command = token->add_subcommand(name, help);
        add_database(*command, options->database);
        command->add_option("--user", options->user, kUserHelp)->required();
        command->callback([options, choose] { choose(*options); });
        return std::pair{command, options};
    };
    const auto [create, created] = add_act(Act::create, "create", "make a token for one user");
    create
        ->add_option("--out", created->out, "file for the token, which is made; - for the terminal")
        ->required();
    create->add_option("--label", created->label, "what the token is for");
    create->add_option("--days", created->days, "how long it is good (default: 90)")
        ->check(CLI::Range(1, static_cast<int>(identity::kTokenLifetimeMax.count())));
    add_act(Act::list, "list", "a user's tokens, without their secrets");
    const auto [revoke, revoked] = add_act(Act::revoke, "revoke", "make a token good for nothing");
    revoke->add_option("token", revoked->token_id, "its id, as list shows it")->required();
}

void declare_operators(CLI::App& user, const Choose& choose) {
    using Act = OperatorOptions::Act;
    CLI::App* operators =
        user.add_subcommand("operator", "who watches how the program does, whatever the tenant")
            ->require_subcommand(1);
    const auto add_act = [&](Act act, const char* name, const char* help) {
        const auto options = std::make_shared<OperatorOptions>();
        options->act = act;
        CLI::App* command = operators->add_subcommand(name, help);
        add_database(*command, options->database);
        if (act != Act::list) {
            command->add_option("--user", options->user, kUserHelp)->required();
        }
        command->callback([options, choose] { choose(*options); });
    };
    add_act(Act::grant, "grant", "make a user an operator");
    add_act(Act::revoke, "revoke", "make an operator a user like the others, at once");
    add_act(Act::list, "list", "the operators, by address");
}

}  // namespace

void declare_people(CLI::App& program, const Choose& choose) {
    declare_tenants(program, choose);
    CLI::App* user = program.add_subcommand("user", "people who sign in")->require_subcommand(1);
    declare_user_create(*user, choose);
    declare_totp(*user, choose);
    declare_password(*user, choose);
    declare_user_tokens(*user, choose);
    declare_operators(*user, choose);
    declare_sessions(program, choose);
}

}  // namespace accubooks::app
