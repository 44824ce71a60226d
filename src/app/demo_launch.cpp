#include "app/demo_launch.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/demo.h"
#include "audit/envelope.h"
#include "identity/key_file.h"
#include "identity/secret_file.h"
#include "launch/role_statement.h"
#include "launch/signed_statement.h"
#include "launch/stakeholders.h"

namespace accubooks::app {
namespace {

using base::Result;
using base::Task;
using launch::RoleName;

constexpr std::size_t kFileBytesMax = 64UL * 1024;

struct Part {
    RoleName role;
    const char* folder;
    const char* name;
};
constexpr std::array kParts{
    Part{RoleName::requester_lead, "lead", "Lea Lindqvist"},
    Part{RoleName::executive_operator, "executive", "Eve Okafor"},
    Part{RoleName::product_lead, "product", "Pia Rossi"},
    Part{RoleName::business_lead, "business", "Bob Tan"},
    Part{RoleName::on_call, "on-call", "Olu Mensah"},
};

base::Deadline deadline() {
    return base::deadline_in(std::chrono::minutes{2});
}

/// One of the five, with what they sign with.
struct Player {
    RoleName role{};
    identity::Person person;
    base::SigningKey key;
};

/// The file's text; made of `make` when it isn't there.
template <class Make>
Result<std::string> kept(const std::filesystem::path& file, Make make) {
    if (std::filesystem::exists(file)) {
        AB_TRY(text, identity::read_secret_file(file, kFileBytesMax));
        while (text.ends_with('\n')) {
            text.pop_back();
        }
        return text;
    }
    AB_TRY(made, make());
    AB_CHECK(identity::make_secret_file(file, made + '\n'));
    return made;
}

Result<std::string> new_password() {
    return generated_password();
}

Task<Result<identity::User>> user_of(
    DemoLaunchParts parts, Part part, std::filesystem::path folder
) {
    const std::string email = fmt::format("{}@accubooks.test", part.folder);
    AB_CO_TRY(password, kept(folder / "password", new_password));
    if (!co_await parts.directory.find_user(email, deadline())) {
        AB_CO_TRY(
            made,
            co_await parts.directory.create_user(
                {.email = email, .name = part.name, .password = password}, deadline()
            )
        );
    }
    co_return co_await parts.directory.user_named(email, deadline());
}

Task<Result<void>> keep_token(
    DemoLaunchParts parts, identity::User user, std::filesystem::path file
) {
    if (!std::filesystem::exists(file)) {
        identity::NewPersonalToken wanted{
            .user = user.user_id, .label = "demo", .created_by = "demo"
        };
        AB_CO_TRY(issued, parts.tokens.mint(wanted));
        AB_CO_CHECK(identity::make_secret_file(file, issued.secret + '\n'));
        co_await parts.tokens.keep(std::move(issued), deadline());
    }
    co_return Result<void>{};
}

/// Enrols the key by the first recovery code of a new second factor; the others are kept.
Task<Result<void>> enrol(
    DemoLaunchParts parts,
    identity::User user,
    identity::KeyFile file,
    std::filesystem::path codes_file
) {
    AB_CO_TRY(minted, parts.factor.mint(user));
    const std::string code = minted.recovery_codes.front();
    std::string others;
    for (std::size_t at = 1; at < minted.recovery_codes.size(); ++at) {
        others += minted.recovery_codes[at] + '\n';
    }
    co_await parts.factor.keep(std::move(minted), "demo", "the demo's people", deadline());
    std::filesystem::remove(codes_file);
    AB_CO_CHECK(identity::make_secret_file(codes_file, others));
    identity::KeyEnrolment enrolment{
        .user = user.user_id, .envelope = file.possession(), .code = code
    };
    AB_CO_TRY(enrolled, co_await parts.keys.enrol(std::move(enrolment), deadline()));
    co_return Result<void>{};
}

Task<Result<base::SigningKey>> key_of(
    DemoLaunchParts parts, identity::User user, std::filesystem::path folder
) {
    AB_CO_TRY(passphrase, kept(folder / "passphrase", new_password));
    const auto make = [&]() -> Result<std::string> {
        AB_TRY(file, identity::KeyFile::make(passphrase, parts.clock.now(), base::system_random()));
        return file.to_json();
    };
    AB_CO_TRY(json, kept(folder / "key", make));
    AB_CO_TRY(file, identity::KeyFile::parse(json));
    const auto known = co_await parts.keys.list(user.user_id, deadline());
    const std::string id = audit::key_id(file.public_key());
    if (std::ranges::find(known, id, &identity::PersonalKey::key_id) == known.end()) {
        AB_CO_CHECK(co_await enrol(parts, user, file, folder / "recovery-codes"));
    }
    co_return file.open(passphrase);
}

Task<Result<Player>> make_player(DemoLaunchParts parts, Part part, std::filesystem::path folder) {
    std::filesystem::create_directory(folder);
    AB_CO_TRY(user, co_await user_of(parts, part, folder));
    AB_CO_CHECK(co_await keep_token(parts, user, folder / "token"));
    AB_CO_TRY(key, co_await key_of(parts, user, folder));
    co_return Player{
        .role = part.role,
        .person = {.actor = "user:" + base::to_string(user.user_id), .user = user},
        .key = std::move(key),
    };
}

/// The lead proposes, the Executive confirms, with their own keys.
Task<Result<void>> grant(
    DemoLaunchParts parts, const Player& lead, const Player& executive, const Player& to
) {
    launch::RoleStatement statement{
        .grant = base::uuid_v7(parts.clock.now(), base::system_random()),
        .role = to.role,
        .email = to.person.user.email,
        .signed_at = parts.clock.now(),
    };
    for (const Player* by : {&lead, &executive}) {
        statement.act =
            by == &lead ? launch::RoleEvent::Kind::proposed : launch::RoleEvent::Kind::confirmed;
        std::string envelope = launch::sign_statement(launch::statement_of(statement), by->key);
        AB_CO_TRY(
            recorded, co_await parts.roles.record(by->person, std::move(envelope), deadline())
        );
    }
    co_return Result<void>{};
}

Task<Result<void>> give_roles(DemoLaunchParts parts, const std::vector<Player>& players) {
    const Player& lead = players[0];
    const Player& executive = players[1];
    launch::RoleBook book = co_await parts.roles.book(deadline());
    if (book.holdings().empty()) {
        AB_CO_CHECK(co_await parts.roles.bootstrap(
            lead.person.user, executive.person.user, "demo", deadline()
        ));
        book = co_await parts.roles.book(deadline());
    }
    for (const Player& player : players) {
        if (book.roles_of(player.person.user.user_id, parts.clock.now()).empty()) {
            AB_CO_CHECK(co_await grant(parts, lead, executive, player));
        }
    }
    co_return Result<void>{};
}

Task<Result<void>> request(DemoLaunchParts parts, const Player& lead) {
    launch::Actor actor{
        .person =
            {.user = lead.person.user.user_id,
             .name = lead.person.user.name,
             .roles = {RoleName::requester_lead}},
        .name = lead.person.actor,
    };
    launch::Wish wish;
    wish.stakeholders = co_await launch::stakeholders(parts.roles, parts.directory, deadline());
    wish.send_load = [&load = parts.load](base::Deadline by) { return load.run(by); };
    AB_CO_TRY(
        written,
        co_await parts.changes.request(
            std::move(actor), launch::PhaseName::phase1, std::move(wish), deadline()
        )
    );
    co_return Result<void>{};
}

}  // namespace

Task<Result<void>> make_demo_launch(DemoLaunchParts parts, std::filesystem::path folder) {
    const auto changes = co_await parts.changes.list(deadline());
    if (!changes.empty()) {
        co_return Result<void>{};
    }
    std::filesystem::create_directories(folder);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    std::vector<Player> players;
    for (const Part& part : kParts) {
        AB_CO_TRY(player, co_await make_player(parts, part, folder / part.folder));
        players.push_back(std::move(player));
    }
    AB_CO_CHECK(co_await give_roles(parts, players));
    co_return co_await request(parts, players.front());
}

}  // namespace accubooks::app
