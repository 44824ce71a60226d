#include "app/config_output.h"

#include <fmt/format.h>

#include "app/workbench.h"

namespace accubooks::app {

using ops::Standing;

namespace {

void write_value(base::JsonWriter& json, const std::optional<ops::Value>& value) {
    if (!value) {
        json.value(nullptr);
        return;
    }
    std::visit([&json](const auto& held) { json.value(held); }, *value);
}

}  // namespace

void write_changes(base::JsonWriter& json, const std::vector<ops::Difference>& changes) {
    json.key("changes").begin_object();
    for (const ops::Difference& one : changes) {
        json.key(one.key).begin_object();
        json.key("before");
        write_value(json, one.before);
        json.key("after");
        write_value(json, one.after);
        json.end_object();
    }
    json.end_object();
}

void write_revision(base::JsonWriter& json, const ops::Revision& revision) {
    json.member("revision", revision.number).member("digest", base::to_hex(revision.digest));
    json.member("origin", to_string(revision.origin)).member("restores", revision.restores);
    json.member("author", revision.author).member("reason", revision.reason);
    json.member("created_at", base::to_rfc3339(revision.created_at));
}

void write_instances(base::JsonWriter& json, const ops::Progress& progress) {
    json.key("instances").begin_array();
    for (const ops::Answer& answer : progress.answers) {
        const ops::Identity& who = answer.boot.who;
        json.begin_object();
        json.member("instance", who.instance).member("boot_id", base::to_string(who.boot_id));
        json.member("version", who.version).member("api_address", who.api_address);
        json.member("ops_address", who.ops_address);
        json.member("last_seen_at", base::to_rfc3339(answer.boot.last_seen_at));
        json.member("draining", answer.boot.is_draining);
        json.member("standing", to_string(answer.standing));
        json.key("effective").raw(answer.said ? answer.said->effective : "null");
        json.key("error");
        if (answer.said && !answer.said->error.empty()) {
            json.value(answer.said->error);
        } else {
            json.value(nullptr);
        }
        json.end_object();
    }
    json.end_array();
}

void tell_missing(const ops::Progress& progress) {
    for (const ops::Answer& answer : progress.answers) {
        if (answer.standing == Standing::missing) {
            say(fmt::format(
                "Not waited for: {}, last seen {}, which never said goodbye; it takes the newest "
                "revision when it starts.",
                answer.boot.who.instance,
                base::to_rfc3339(answer.boot.last_seen_at)
            ));
        }
    }
}

std::string why_incomplete(
    const ops::Revision& revision, const ops::Progress& progress, const ops::Revision& newest
) {
    if (progress.has(Standing::refused)) {
        const std::string who = name(progress, Standing::refused);
        if (newest.origin == ops::Origin::revert && newest.number == revision.number + 1) {
            return fmt::format(
                "Revision {} was refused by {}; revision {} put the values of revision {} back "
                "everywhere.",
                revision.number,
                who,
                newest.number,
                newest.restores.value_or(0)
            );
        }
        return fmt::format(
            "Revision {} isn't in force on {}; see its log, then accubooks config rollback or "
            "another accubooks config set.",
            revision.number,
            who
        );
    }
    std::string text;
    if (progress.has(Standing::vanished)) {
        text += fmt::format(
            "{} isn't seen any more and must be started again or accounted for",
            name(progress, Standing::vanished)
        );
    }
    if (progress.has(Standing::waiting)) {
        text += fmt::format(
            "{}{} didn't answer in time",
            text.empty() ? "" : "; ",
            name(progress, Standing::waiting)
        );
    }
    return fmt::format("Revision {} isn't acknowledged by all: {}.", revision.number, text);
}

std::string to_line(const ops::Revision& revision, const std::vector<ops::Difference>& changes) {
    return fmt::format(
        "{}  {}  {}  {}{}  {}  {}",
        revision.number,
        base::to_rfc3339(revision.created_at),
        revision.author,
        to_string(revision.origin),
        revision.restores ? fmt::format(" of {}", *revision.restores) : "",
        revision.origin == ops::Origin::seed ? "" : ops::to_string(changes),
        revision.reason
    );
}

}  // namespace accubooks::app
