#include <memory>

#include <CLI/CLI.hpp>

#include "app/option_groups.h"
#include "app/remote.h"
#include "app/signing_key.h"

namespace accubooks::app {
namespace {

using Act = LaunchOptions::Act;

/// What the acts share.
struct Declared {
    CLI::App* command;
    std::shared_ptr<LaunchOptions> options;
};

Declared add_act(
    CLI::App& launch, const Choose& choose, Act act, const char* name, const char* help
) {
    const auto options = std::make_shared<LaunchOptions>();
    options->act = act;
    CLI::App* command = launch.add_subcommand(name, help);
    add_remote(*command, options->remote);
    command->callback([options, choose] { choose(*options); });
    return {command, options};
}

void add_change_name(const Declared& act) {
    act.command->add_option("change", act.options->change, kChangeHelp)->required();
}

void add_json(const Declared& act) {
    act.command->add_flag("--json", act.options->json, "as JSON, for programs");
}

void declare_looks(CLI::App& launch, const Choose& choose) {
    const auto status =
        add_act(launch, choose, Act::status, "status", "every change and its state");
    add_json(status);
    const auto show =
        add_act(launch, choose, Act::show, "show", "one change: revisions, approvals, history");
    add_change_name(show);
    add_json(show);
    show.command->add_option(
        "--payload",
        show.options->revision,
        "instead the exact bytes of this revision, about which decisions are signed"
    );
    const auto record = add_act(
        launch, choose, Act::record, "record", "the approval record as it is now, as Markdown"
    );
    add_change_name(record);
}

void declare_requests(CLI::App& launch, const Choose& choose) {
    const auto request = add_act(
        launch, choose, Act::request, "request", "ask for the approval of a phase's change"
    );
    request.command->add_option("phase", request.options->change, "phase1 to phase4")->required();
    request.command->add_option("--note", request.options->text, "a word to the approver");
    request.command->add_flag(
        "--new-revision",
        request.options->new_revision,
        "also when one is in review or approved: it is superseded, and its approvals are void"
    );
    add_json(request);
    const auto withdraw =
        add_act(launch, choose, Act::withdraw, "withdraw", "take your request back");
    add_change_name(withdraw);
    withdraw.command->add_option("--reason", withdraw.options->text, "why, for the log")
        ->required();
    add_json(withdraw);
    const auto ack = add_act(
        launch, choose, Act::acknowledge, "ack", "say that you were briefed about a change"
    );
    add_change_name(ack);
    add_json(ack);
}

void declare_decisions(CLI::App& launch, const Choose& choose) {
    const auto add_decision = [&](Act act, const char* name, const char* help) {
        const auto made = add_act(launch, choose, act, name, help);
        add_change_name(made);
        add_signing_key(*made.command, made.options->signing);
        add_json(made);
        return made;
    };
    const auto approve = add_decision(Act::approve, "approve", "approve a change, signed");
    approve.command
        ->add_option("--sentence", approve.options->text, "the sentence that the record asks for")
        ->required();
    approve.command
        ->add_option(
            "--condition",
            approve.options->conditions,
            "must hold at the start, such as \"open_p0 = 0\"; may come again"
        )
        ->allow_extra_args(false);
    const auto reject = add_decision(Act::reject, "reject", "reject a change, signed");
    reject.command->add_option("--reason", reject.options->text, "why, for the log")->required();
    const auto defer = add_decision(Act::defer, "defer", "defer a change, signed");
    defer.command->add_option("--reason", defer.options->text, "why, for the log")->required();
    defer.command
        ->add_option("--until", defer.options->until, "a day, YYYY-MM-DD, or a time in UTC")
        ->required();
    const auto revoke =
        add_decision(Act::revoke, "revoke", "take an approval back before the change is started");
    revoke.command->add_option("--reason", revoke.options->text, "why, for the log")->required();
}

void declare_executions(CLI::App& launch, const Choose& choose) {
    const auto start = add_act(
        launch,
        choose,
        Act::start,
        "start",
        "carry an approved change out, or rehearse it; returns at once"
    );
    add_change_name(start);
    auto* rehearsal = start.command->add_flag(
        "--rehearsal",
        start.options->rehearsal,
        "with shorter windows, and back to the prior values at its end"
    );
    start.command
        ->add_option(
            "--time-scale", start.options->time_scale, "how many times shorter (default: 60)"
        )
        ->check(CLI::Range(2, 100'000))
        ->needs(rehearsal);
    start.command->add_option(
        "--override-window",
        start.options->override_window,
        "why it is started outside of the change window, for the log"
    );
    add_json(start);
    const auto add_intent = [&](Act act, const char* name, const char* help) {
        const auto intent = add_act(launch, choose, act, name, help);
        add_change_name(intent);
        intent.command->add_option("--reason", intent.options->text, "why, for the log")
            ->required();
        add_json(intent);
    };
    add_intent(Act::pause, "pause", "hold the execution where it is; measuring goes on");
    add_intent(Act::resume, "resume", "go on with a paused execution");
    add_intent(Act::rollback, "rollback", "bring the prior values back");
    add_intent(Act::abort, "abort", "end the execution: bring the prior values back, for good");
    add_intent(Act::resolve, "resolve", "say how a failed rollback was ended by hand");
}

}  // namespace

void declare_changes(CLI::App& launch, const Choose& choose) {
    declare_looks(launch, choose);
    declare_requests(launch, choose);
    declare_decisions(launch, choose);
    declare_executions(launch, choose);
}

void declare_incidents(CLI::App& program, const Choose& choose) {
    CLI::App* incident =
        program.add_subcommand("incident", "incidents of the launch")->require_subcommand(1);
    const auto add = [&](IncidentOptions::Act act, const char* name, const char* help) {
        const auto options = std::make_shared<IncidentOptions>();
        options->act = act;
        CLI::App* command = incident->add_subcommand(name, help);
        add_remote(*command, options->remote);
        command->add_flag("--json", options->json, "as JSON, for programs");
        command->callback([options, choose] { choose(*options); });
        return std::pair{command, options};
    };
    const auto [open, opened] = add(IncidentOptions::Act::open, "open", "file an incident");
    open->add_option("--severity", opened->severity, "p0, p1 or p2")->required();
    open->add_option("--title", opened->title, "what is wrong, on one line")->required();
    open->add_option("--detected", opened->detected, "when, in UTC (default: now)");
    auto* change = open->add_option("--change", opened->change, "the change, CHG-0001");
    auto* revision = open->add_option("--revision", opened->revision, "its revision");
    auto* attempt = open->add_option("--attempt", opened->attempt, "the execution of it");
    change->needs(revision);
    revision->needs(attempt);
    attempt->needs(change);
    const auto [list, listed] = add(IncidentOptions::Act::list, "list", "all incidents");
    const auto [close, closed] =
        add(IncidentOptions::Act::close, "close", "end an incident with its report");
    close->add_option("incident", closed->incident, "its name, INC-0001")->required();
    close
        ->add_option(
            "--report", closed->report, "JSON file with the report's members, - for standard input"
        )
        ->required();
}

}  // namespace accubooks::app
