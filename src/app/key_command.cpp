#include "app/key_command.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/option_groups.h"
#include "app/remote.h"
#include "app/secret_input.h"
#include "app/workbench.h"
#include "audit/envelope.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "identity/key_file.h"
#include "identity/secret_file.h"

namespace accubooks::app {
namespace {

using base::Result;
using Act = KeyOptions::Act;

constexpr const char* kKeys = "/api/v1/me/keys";

Result<void> create(const KeyOptions& options) {
    AB_TRY(passphrase, read_secret("Passphrase", options.secret_file));
    const base::SystemClock clock;
    AB_TRY(file, identity::KeyFile::make(passphrase, clock.now(), base::system_random()));
    AB_CHECK(identity::make_secret_file(options.file, file.to_json()));
    fmt::print("{}\n", audit::key_id(file.public_key()));
    return {};
}

Result<void> enrol(const KeyOptions& options) {
    AB_TRY(file, identity::KeyFile::read(options.file));
    AB_TRY(remote, Remote::open(options.remote));
    AB_TRY(code, read_secret("Code", options.secret_file));
    base::JsonWriter body;
    body.begin_object().member("code", code).key("envelope").raw(file.possession()).end_object();
    AB_TRY(enrolled, remote->post(kKeys, std::move(body).take()));
    fmt::print("{}\n", audit::key_id(file.public_key()));
    return {};
}

std::string text_of(const boost::json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string()
               ? base::printable(std::string{value->get_string()})
               : std::string{};
}

Result<void> list(const KeyOptions& options) {
    AB_TRY(remote, Remote::open(options.remote));
    AB_TRY(answer, remote->get(kKeys));
    if (options.json) {
        fmt::print("{}\n", boost::json::serialize(answer));
        return {};
    }
    for (const auto& each : answer.at("items").as_array()) {
        const auto& key = each.as_object();
        const std::string revoked_at = text_of(key, "revoked_at");
        fmt::print(
            "{}  {}  enrolled {}{}\n",
            text_of(key, "key_id"),
            text_of(key, "kind"),
            text_of(key, "enrolled_at"),
            revoked_at.empty()
                ? std::string{}
                : fmt::format(", revoked {}: {}", revoked_at, text_of(key, "revocation_reason"))
        );
    }
    return {};
}

Result<void> revoke(const KeyOptions& options) {
    AB_TRY(remote, Remote::open(options.remote));
    base::JsonWriter body;
    body.begin_object().member("reason", options.reason).end_object();
    AB_TRY(
        done,
        remote->post(fmt::format("{}/{}/revocation", kKeys, options.key_id), std::move(body).take())
    );
    return {};
}

Result<void> act(const KeyOptions& options) {
    switch (options.act) {
        case Act::create:
            return create(options);
        case Act::enrol:
            return enrol(options);
        case Act::list:
            return list(options);
        case Act::revoke:
            break;
    }
    return revoke(options);
}

}  // namespace

void declare_key(CLI::App& program, const Choose& choose) {
    CLI::App* key =
        program.add_subcommand("key", "keys with which a person signs")->require_subcommand(1);
    const auto add_act = [&](Act act, const char* name, const char* help) {
        const auto options = std::make_shared<KeyOptions>();
        options->act = act;
        CLI::App* command = key->add_subcommand(name, help);
        command->callback([options, choose] { choose(*options); });
        if (act != Act::create) {
            add_remote(*command, options->remote);
        }
        return std::pair{command, options};
    };
    const auto [create, created] = add_act(Act::create, "create", "make a key on this machine");
    create->add_option("--out", created->file, "file for the key, which is made")->required();
    create->add_option(
        "--passphrase-file",
        created->secret_file,
        "file with the passphrase that will open it, - for standard input (default: prompt or "
        "standard input)"
    );
    const auto [enrol, enrolled] =
        add_act(Act::enrol, "enrol", "tell the server that a key is yours");
    enrol->add_option("file", enrolled->file, "the key")->required();
    enrol->add_option(
        "--totp-file",
        enrolled->secret_file,
        "file with a fresh code of your authenticator, or a recovery code; - for standard input "
        "(default: prompt or standard input)"
    );
    const auto [list, listed] = add_act(Act::list, "list", "your keys");
    list->add_flag("--json", listed->json, "as JSON");
    const auto [revoke, revoked] =
        add_act(Act::revoke, "revoke", "end a key; what it signed before still counts");
    revoke->add_option("key", revoked->key_id, "its id, as list shows it")
        ->required()
        ->check([](const std::string& text) {
            const bool is_id = text.size() == 64 &&
                               text.find_first_not_of("0123456789abcdef") == std::string::npos;
            return is_id ? std::string{} : "give 64 hexadecimal digits, as key list shows them";
        });
    revoke->add_option("--reason", revoked->reason, "why, for everybody who verifies")->required();
}

int run_key(const KeyOptions& options) {
    const auto done = act(options);
    return done ? kExitDone : fail_command(done.error());
}

}  // namespace accubooks::app
