#include "app/person_command.h"

#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "app/run.h"
#include "app/secret_input.h"
#include "app/startup.h"
#include "base/utf8.h"
#include "identity/open_sessions.h"
#include "identity/operators.h"
#include "identity/passwords.h"
#include "identity/personal_tokens.h"
#include "identity/second_factor.h"
#include "identity/secret_file.h"

namespace accubooks::app {
namespace {

using base::Result;
using base::Task;

/// A secret where it was asked for: in a new file for its owner alone, or on standard output.
/// Taken back unless it is kept, so that no file is left of what came to nothing.
class ToldSecret {
public:
    static Result<ToldSecret> tell(const std::string& out, std::string_view text) {
        if (out == "-") {
            std::fwrite(text.data(), 1, text.size(), stdout);
            return ToldSecret{""};
        }
        AB_CHECK(identity::make_secret_file(out, text));
        return ToldSecret{out};
    }
    ToldSecret(ToldSecret&& other) noexcept : file_{std::exchange(other.file_, "")} {}
    ToldSecret(const ToldSecret&) = delete;
    ToldSecret& operator=(const ToldSecret&) = delete;
    ToldSecret& operator=(ToldSecret&&) = delete;
    ~ToldSecret() {
        if (!file_.empty()) {
            ::unlink(file_.c_str());
        }
    }
    void keep() { file_.clear(); }

private:
    explicit ToldSecret(std::string file) : file_{std::move(file)} {}
    std::string file_;
};

std::string text_of(const identity::MintedFactor& minted) {
    std::string text = minted.uri + "\n\nRecovery codes, each good once:\n";
    for (const std::string& code : minted.recovery_codes) {
        text += code + '\n';
    }
    return text;
}

/// Nobody loses a factor to somebody who merely sits at the terminal: a code of it proves its
/// owner, a reason says why there is none.
Task<Result<void>> check_replacement(
    identity::SecondFactor& factor, base::Uuid user, const TotpEnrolOptions& options
) {
    if (!co_await factor.is_enrolled(user, command_deadline()) || options.reason) {
        co_return Result<void>{};
    }
    if (!options.totp_file) {
        co_return base::refuse(
            base::ErrorKind::conflict,
            "app.factor_is_there",
            "The user has a second factor; give a fresh code of it by --totp-file, or say by "
            "--reason why there is none."
        );
    }
    AB_CO_TRY(code, read_secret("Code", options.totp_file));
    co_return co_await factor.spend(user, std::move(code), command_deadline());
}

Task<Result<void>> enrol(
    Workbench& workbench, identity::SecretKey& key, const TotpEnrolOptions& options
) {
    identity::SecondFactor factor{workbench.ops(), key, workbench.clock(), base::system_random()};
    AB_CO_TRY(user, co_await workbench.directory().user_named(options.user, command_deadline()));
    AB_CO_CHECK(co_await check_replacement(factor, user.user_id, options));
    AB_CO_TRY(minted, factor.mint(user));
    AB_CO_TRY(told, ToldSecret::tell(options.out, text_of(minted)));
    co_await factor.keep(
        std::move(minted),
        command_line_actor(),
        options.reason.value_or(options.totp_file ? "by a code of the one before" : "first"),
        command_deadline()
    );
    told.keep();
    co_return Result<void>{};
}

Result<std::filesystem::path> folder_of(
    const Workbench& workbench, const TotpEnrolOptions& options
) {
    AB_TRY(sources, read_sources(settings_file(options.database, options.config)));
    AB_TRY(values, ops::starting_values(sources));
    return own_folder(ops::text_of(values, "identity.directory"), workbench.data_dir(), "identity");
}

Task<Result<void>> reset(
    Workbench& workbench, identity::Passwords& passwords, std::string who, std::string password
) {
    AB_CO_TRY(user, co_await workbench.directory().user_named(std::move(who), command_deadline()));
    co_return co_await passwords.reset(
        std::move(user), std::move(password), command_line_actor(), command_deadline()
    );
}

void print(const identity::OpenSession& session) {
    fmt::print(
        "{}  since {}, used {}  from {}  {}\n",
        base::to_string(session.session_id),
        base::to_rfc3339(session.created_at),
        base::to_rfc3339(session.last_used_at),
        base::printable(session.peer),
        base::printable(session.user_agent)
    );
}

Task<Result<void>> work_on_sessions(Workbench& workbench, const SessionOptions& options) {
    identity::OpenSessions sessions{workbench.ops(), workbench.clock()};
    AB_CO_TRY(user, co_await workbench.directory().user_named(options.user, command_deadline()));
    if (options.act == SessionOptions::Act::list) {
        for (const auto& session : co_await sessions.list(user.user_id, command_deadline())) {
            print(session);
        }
        co_return Result<void>{};
    }
    if (!options.session) {
        co_await sessions.end_all(user.user_id, command_deadline());
        co_return Result<void>{};
    }
    AB_CO_TRY(session_id, base::Uuid::parse(*options.session));
    co_return co_await sessions.end(user.user_id, session_id, command_deadline());
}

Task<Result<void>> create_token(
    Workbench& workbench,
    identity::PersonalTokens& tokens,
    base::Uuid user,
    const PersonalTokenOptions& options
) {
    AB_CO_TRY(
        issued,
        tokens.mint({
            .user = user,
            .label = options.label,
            .created_by = command_line_actor(),
            .lifetime = std::chrono::days{options.days},
        })
    );
    AB_CO_TRY(told, ToldSecret::tell(options.out, issued.secret + '\n'));
    co_await tokens.keep(std::move(issued), command_deadline());
    told.keep();
    co_return Result<void>{};
}

void print(const identity::PersonalToken& token, base::Instant now) {
    const std::string end = token.revoked_at ? "revoked " + base::to_rfc3339(*token.revoked_at)
                            : token.expires_at <= now
                                ? "over since " + base::to_rfc3339(token.expires_at)
                                : "good until " + base::to_rfc3339(token.expires_at);
    fmt::print(
        "{}  {}  {}  {}\n",
        base::to_string(token.token_id),
        end,
        token.last_used_at ? "used " + base::to_rfc3339(*token.last_used_at) : "never used",
        base::printable(token.label)
    );
}

Task<Result<void>> work_on_tokens(Workbench& workbench, const PersonalTokenOptions& options) {
    using Act = PersonalTokenOptions::Act;
    identity::PersonalTokens tokens{workbench.ops(), workbench.clock(), base::system_random()};
    AB_CO_TRY(user, co_await workbench.directory().user_named(options.user, command_deadline()));
    switch (options.act) {
        case Act::create:
            co_return co_await create_token(workbench, tokens, user.user_id, options);
        case Act::list:
            for (const auto& token : co_await tokens.list(user.user_id, command_deadline())) {
                print(token, workbench.clock().now());
            }
            co_return Result<void>{};
        case Act::revoke:
            break;
    }
    AB_CO_TRY(token_id, base::Uuid::parse(options.token_id));
    co_return co_await tokens.revoke(user.user_id, token_id, command_deadline());
}

Task<Result<void>> work_on_operators(Workbench& workbench, const OperatorOptions& options) {
    using Act = OperatorOptions::Act;
    identity::Operators operators{workbench.ops(), workbench.clock()};
    if (options.act == Act::list) {
        for (const auto& one : co_await operators.list(command_deadline())) {
            fmt::print(
                "{}  since {}, by {}\n",
                one.user.email,
                base::to_rfc3339(one.granted_at),
                base::printable(one.granted_by)
            );
        }
        co_return Result<void>{};
    }
    AB_CO_TRY(user, co_await workbench.directory().user_named(options.user, command_deadline()));
    if (options.act == Act::revoke) {
        co_return co_await operators.revoke(user.user_id, command_line_actor(), command_deadline());
    }
    co_await operators.grant(user.user_id, command_line_actor(), command_deadline());
    co_return Result<void>{};
}

int exit_code_of(const Result<void>& done) {
    if (!done) {
        complain(done.error());
        return kExitRefused;
    }
    return kExitDone;
}

}  // namespace

int enrol_totp(Workbench& workbench, const TotpEnrolOptions& options) {
    auto folder = folder_of(workbench, options);
    if (!folder) {
        complain(folder.error());
        return kExitCantStart;
    }
    identity::SecretKey key{*std::move(folder), base::system_random()};
    return exit_code_of(run(workbench.io(), enrol(workbench, key, options)));
}

int reset_password(Workbench& workbench, const UserPasswordOptions& options) {
    auto password = read_secret("New password", options.password_file);
    if (!password) {
        complain(password.error());
        return kExitRefused;
    }
    identity::PasswordHasher hasher{1, 1};
    identity::AttemptLimiter limiter;
    identity::Passwords passwords{workbench.ops(), hasher, limiter, workbench.clock()};
    return exit_code_of(
        run(workbench.io(), reset(workbench, passwords, options.user, *std::move(password)))
    );
}

int run_session(Workbench& workbench, const SessionOptions& options) {
    return exit_code_of(run(workbench.io(), work_on_sessions(workbench, options)));
}

int run_operator(Workbench& workbench, const OperatorOptions& options) {
    return exit_code_of(run(workbench.io(), work_on_operators(workbench, options)));
}

int run_personal_token(Workbench& workbench, const PersonalTokenOptions& options) {
    return exit_code_of(run(workbench.io(), work_on_tokens(workbench, options)));
}

}  // namespace accubooks::app
