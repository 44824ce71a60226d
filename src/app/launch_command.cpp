#include "app/launch_command.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/remote.h"
#include "app/signing_key.h"
#include "app/workbench.h"
#include "base/canonical_json.h"
#include "base/date.h"
#include "base/json_writer.h"
#include "base/rfc3339.h"
#include "base/utf8.h"
#include "launch/payload.h"
#include "launch/plan_lint.h"
#include "launch/rehearsal.h"
#include "launch/role_name.h"
#include "launch/signed_decision.h"

namespace accubooks::app {
namespace {

namespace json = boost::json;
using base::Result;
using launch::Decision;
using launch::Verb;
using Act = LaunchOptions::Act;

constexpr std::string_view kChanges = "/api/v1/launch/changes";

/// Of a server's answer, as a terminal may show it. Throws where it isn't there.
std::string text_of(const json::value& value, std::string_view name) {
    return base::printable(value.at(name).as_string());
}

std::int64_t number_of(const json::value& value, std::string_view name) {
    return value.at(name).to_number<std::int64_t>();
}

std::string path_of(const LaunchOptions& options, std::string_view below = "") {
    return fmt::format("{}/{}{}", kChanges, options.change, below);
}

void print_standing(const json::value& change) {
    fmt::print(
        "change {}\nphase {}\nrevision {}\nsha256 {}\nstate {}\n",
        text_of(change, "change"),
        text_of(change, "phase"),
        number_of(change, "revision"),
        text_of(change, "sha256"),
        text_of(change, "state")
    );
}

/// What a write answered.
void print_answer(const LaunchOptions& options, const json::value& answer) {
    if (options.json) {
        fmt::print("{}\n", json::serialize(answer));
    } else {
        print_standing(answer);
    }
}

/// "execution 3, attempt 2 (rehearsal, 60 times faster): sustained"
std::string describe(const json::value& execution) {
    if (execution.as_object().contains("unreadable")) {
        return fmt::format(
            "execution {}, attempt {}: can't be read. {}",
            number_of(execution, "execution"),
            number_of(execution, "attempt"),
            text_of(execution, "unreadable")
        );
    }
    // How everything was found before is for the record.
    const std::string why =
        text_of(execution, "cause") == "progress" ? "" : text_of(execution, "why");
    return fmt::format(
        "execution {}, attempt {}{}: {}{}",
        number_of(execution, "execution"),
        number_of(execution, "attempt"),
        execution.at("rehearsal").as_bool()
            ? fmt::format(" (rehearsal, {} times faster)", number_of(execution, "time_scale"))
            : "",
        text_of(execution, "state"),
        why.empty() ? "" : fmt::format(". {}", why)
    );
}

/// Each change with its executions, newest first.
Result<json::array> changes_with_executions(Remote& remote) {
    AB_TRY(answer, remote.get(std::string{kChanges}));
    json::array changes = std::move(answer.at("items").as_array());
    for (json::value& change : changes) {
        AB_TRY(
            executions,
            remote.get(fmt::format("{}/{}/executions", kChanges, text_of(change, "change")))
        );
        change.as_object()["executions"] = std::move(executions.at("items"));
    }
    return changes;
}

Result<void> status(const LaunchOptions& options) {
    AB_TRY(remote, Remote::open(options.remote));
    AB_TRY(changes, changes_with_executions(*remote));
    if (options.json) {
        fmt::print("{}\n", json::serialize(json::object{{"items", std::move(changes)}}));
        return {};
    }
    for (const json::value& change : changes) {
        fmt::print(
            "{}  {}  revision {}  {}  {}\n",
            text_of(change, "change"),
            text_of(change, "phase"),
            number_of(change, "revision"),
            text_of(change, "state"),
            text_of(change, "sha256")
        );
        for (const json::value& execution : change.at("executions").as_array()) {
            fmt::print("  {}\n", describe(execution));
        }
    }
    if (changes.empty()) {
        say("Nothing was requested yet; accubooks launch request phase1 does.");
    }
    return {};
}

void print_change(const json::value& change) {
    print_standing(change);
    for (const json::value& revision : change.at("revisions").as_array()) {
        fmt::print(
            "\nrevision {}  {}  made {}\n  sha256 {}\n",
            number_of(revision, "revision"),
            text_of(revision, "state"),
            text_of(revision, "made_at"),
            text_of(revision, "sha256")
        );
        for (const json::value& approval : revision.at("approvals").as_array()) {
            fmt::print(
                "  approved {} by the key {}, good until {}\n",
                text_of(approval, "at"),
                text_of(approval, "key_id"),
                text_of(approval, "expires_at")
            );
        }
    }
    fmt::print("\n");
    for (const json::value& event : change.at("history").as_array()) {
        fmt::print(
            "{}  revision {}  {}  {}\n",
            text_of(event, "at"),
            number_of(event, "revision"),
            text_of(event, "event"),
            text_of(event, "actor")
        );
    }
}

Result<void> show(const LaunchOptions& options) {
    AB_TRY(remote, Remote::open(options.remote));
    if (options.revision) {
        const std::string below = fmt::format("/revisions/{}/payload", *options.revision);
        AB_TRY(answer, remote->send({.target = path_of(options, below), .repeatable = true}));
        fmt::print("{}", answer.body);  // nothing behind it: these are the bytes
        return {};
    }
    AB_TRY(change, remote->get(path_of(options)));
    if (options.json) {
        fmt::print("{}\n", json::serialize(change));
    } else {
        print_change(change);
    }
    return {};
}

Result<void> record(const LaunchOptions& options) {
    AB_TRY(remote, Remote::open(options.remote));
    AB_TRY(answer, remote->send({.target = path_of(options, "/record"), .repeatable = true}));
    fmt::print("{}", answer.body);
    return {};
}

Result<void> request(const LaunchOptions& options) {
    AB_TRY(remote, Remote::open(options.remote));
    base::JsonWriter body;
    body.begin_object().member("phase", options.change);
    if (!options.text.empty()) {
        body.member("note", options.text);
    }
    body.member("new_revision", options.new_revision).end_object();
    AB_TRY(answer, remote->post(std::string{kChanges}, std::move(body).take()));
    print_answer(options, answer);
    return {};
}

Result<void> withdraw(const LaunchOptions& options) {
    AB_TRY(remote, Remote::open(options.remote));
    base::JsonWriter body;
    body.begin_object().member("reason", options.text).end_object();
    AB_TRY(answer, remote->post(path_of(options, "/withdrawal"), std::move(body).take()));
    print_answer(options, answer);
    return {};
}

Result<void> acknowledge(const LaunchOptions& options) {
    AB_TRY(remote, Remote::open(options.remote));
    AB_TRY(change, remote->get(path_of(options)));
    base::JsonWriter body;
    body.begin_object().member("revision", number_of(change, "revision")).end_object();
    AB_TRY(answer, remote->post(path_of(options, "/acknowledgement"), std::move(body).take()));
    print_answer(options, answer);
    return {};
}

Result<base::Instant> parse_until(const std::string& text) {
    if (const auto day = base::Date::parse(text)) {
        const std::chrono::microseconds since = std::chrono::days{day->unix_days()};
        return base::Instant::from_unix_micros(since.count());
    }
    return base::parse_rfc3339(text);
}

Verb verb_of(Act act) {
    switch (act) {
        case Act::reject:
            return Verb::reject;
        case Act::defer:
            return Verb::defer;
        case Act::revoke:
            return Verb::revoke;
        case Act::approve:
        case Act::status:
        case Act::show:
        case Act::record:
        case Act::request:
        case Act::withdraw:
        case Act::acknowledge:
        case Act::start:
        case Act::pause:
        case Act::resume:
        case Act::rollback:
        case Act::abort:
        case Act::resolve:
            return Verb::approve;
    }
    return Verb::approve;
}

/// What the server shows of a change, read here from the exact bytes that it will be held to.
struct Seen {
    json::value change;
    launch::Payload payload;
    base::Digest digest;
};

/// Errors: `launch.bad_payload`, and `app.other_bytes` when the bytes aren't those that the server
/// says they are.
Result<Seen> look_at(Remote& remote, const LaunchOptions& options) {
    AB_TRY(change, remote.get(path_of(options)));
    const std::string below = fmt::format("/revisions/{}/payload", number_of(change, "revision"));
    AB_TRY(answer, remote.send({.target = path_of(options, below), .repeatable = true}));
    const base::Digest digest = base::sha256(answer.body);
    if (base::to_hex(digest) != text_of(change, "sha256")) {
        return base::refuse(
            base::ErrorKind::conflict,
            "app.other_bytes",
            "The server shows another payload than its digest says; nothing was signed."
        );
    }
    AB_TRY(payload, launch::payload_of(answer.body));
    return Seen{.change = std::move(change), .payload = std::move(payload), .digest = digest};
}

/// To standard error: what is about to be signed.
void tell(const Decision& decision, const Seen& seen) {
    say(fmt::format(
        "You {} {} revision {}, SHA-256 {}, as {}:",
        to_string(decision.verb),
        launch::change_name(decision.change),
        decision.revision,
        base::to_hex(seen.digest),
        title_of(decision.role)
    ));
    for (const launch::SettingChange& change : seen.payload.plan.phase1.change) {
        say(fmt::format("  {} {} -> {}", change.setting, change.from, change.to));
    }
    say(fmt::format("  on {}", fmt::join(seen.payload.instances, ", ")));
    for (const launch::Condition& condition : decision.conditions) {
        say(fmt::format("  if {}", to_text(condition)));
    }
    say(fmt::format("  good until {}", base::to_rfc3339(decision.expires_at)));
}

Result<Decision> decision_for(const Seen& seen, const LaunchOptions& options) {
    AB_TRY(now, base::parse_rfc3339(text_of(seen.change, "now")));
    const json::value& you = seen.change.at("you");
    AB_TRY(approver, base::Uuid::parse(text_of(you, "user_id")));
    Decision decision{
        .verb = verb_of(options.act),
        .change = seen.payload.change,
        .revision = seen.payload.revision,
        .payload = seen.digest,
        .role = seen.payload.policy.approver,
        .approver = approver,
        .approver_name = std::string{you.at("name").as_string()},
        .not_before = now,
        .expires_at = now + seen.payload.policy.approval_valid,
    };
    (decision.verb == Verb::approve ? decision.sentence : decision.rationale) = options.text;
    if (options.until) {
        AB_TRY(until, parse_until(*options.until));
        decision.defer_until = until;
    }
    for (const std::string& text : options.conditions) {
        AB_TRY(condition, launch::parse_approval_condition(text));
        decision.conditions.push_back(std::move(condition));
    }
    return decision;
}

Result<void> decide(const LaunchOptions& options) {
    AB_TRY(remote, Remote::open(options.remote));
    AB_TRY(seen, look_at(*remote, options));
    AB_TRY(decision, decision_for(seen, options));
    tell(decision, seen);
    AB_TRY(key, open_signing_key(options.signing));
    base::JsonWriter body;
    body.begin_object()
        .key("envelope")
        .raw(launch::sign_decision(std::move(decision), key))
        .end_object();
    AB_TRY(answer, remote->post(path_of(options, "/decisions"), std::move(body).take()));
    print_answer(options, answer);
    return {};
}

void print_execution(const LaunchOptions& options, const json::value& execution) {
    if (options.json) {
        fmt::print("{}\n", json::serialize(execution));
    } else {
        fmt::print("{} of {}\n", describe(execution), text_of(execution, "change"));
    }
}

/// Enough that the figures are about right, few enough not to be waited for.
constexpr launch::OperatingOptions kQuickly{.error_histories = 200, .latency_histories = 60};

/// To standard error: how often a rehearsal so much faster is wrong.
Result<void> tell_power(Remote& remote, const LaunchOptions& options) {
    AB_TRY(seen, look_at(remote, options));
    const launch::Plan plan =
        launch::rehearsal_of(std::move(seen.payload.plan), options.time_scale);
    const auto found =
        launch::operating_characteristics(plan, launch::assumed_latencies(), kQuickly);
    say(fmt::format(
        "What is left of the plan's power {} times faster, with latencies that are assumed "
        "(accubooks launch lint --time-scale {} says more):",
        options.time_scale,
        options.time_scale
    ));
    fmt::print(stderr, "{}", launch::to_summary(found));
    return {};
}

Result<void> start(const LaunchOptions& options) {
    AB_TRY(remote, Remote::open(options.remote));
    base::JsonWriter body;
    body.begin_object().member("rehearsal", options.rehearsal);
    if (options.rehearsal) {
        body.member("time_scale", options.time_scale);
    }
    if (options.override_window) {
        body.member("override_window", *options.override_window);
    }
    body.end_object();
    AB_TRY(answer, remote->post(path_of(options, "/executions"), std::move(body).take()));
    print_execution(options, answer);
    // Programs ask `launch lint`. It has been started, whatever becomes of this.
    if (options.rehearsal && !options.json) {
        if (const auto told = tell_power(*remote, options); !told) {
            complain(told.error());
        }
    }
    return {};
}

Result<void> steer(const LaunchOptions& options, std::string_view intent) {
    AB_TRY(remote, Remote::open(options.remote));
    base::JsonWriter body;
    body.begin_object().member("intent", intent).member("reason", options.text).end_object();
    AB_TRY(answer, remote->post(path_of(options, "/intents"), std::move(body).take()));
    print_execution(options, answer);
    return {};
}

Result<void> act(const LaunchOptions& options) {
    if (options.act != Act::status) {
        AB_CHECK(check_change_name(options.change));
    }
    switch (options.act) {
        case Act::status:
            return status(options);
        case Act::show:
            return show(options);
        case Act::record:
            return record(options);
        case Act::request:
            return request(options);
        case Act::withdraw:
            return withdraw(options);
        case Act::acknowledge:
            return acknowledge(options);
        case Act::approve:
        case Act::reject:
        case Act::defer:
        case Act::revoke:
            return decide(options);
        case Act::start:
            return start(options);
        case Act::pause:
            return steer(options, "pause");
        case Act::resume:
            return steer(options, "resume");
        case Act::rollback:
            return steer(options, "rollback");
        case Act::abort:
            return steer(options, "abort");
        case Act::resolve:
            return steer(options, "resolve");
    }
    return {};
}

}  // namespace

Result<void> check_change_name(const std::string& change) {
    if (!launch::parse_phase_name(change) && !launch::parse_change_name(change)) {
        return base::refuse(
            base::ErrorKind::invalid,
            "launch.change_not_found",
            fmt::format("“{}” is neither a phase, phase1, nor a change, CHG-0001.", change)
        );
    }
    return {};
}

int run_launch(const LaunchOptions& options) {
    return run_remote([&options]() -> Result<int> {
        AB_CHECK(act(options));
        return kExitDone;
    });
}

}  // namespace accubooks::app
