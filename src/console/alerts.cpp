#include "console/alerts.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "launch/drift_watch.h"

namespace accubooks::console {
namespace {

using launch::Severity;

constexpr std::string_view kNotAsked = "The database hasn't answered lately.";

const launch::Precheck* precheck(const launch::Plan& plan, std::string_view name) {
    const auto& checks = plan.phase1.prechecks.checks;
    const auto found = std::ranges::find(checks, name, &launch::Precheck::check);
    return found == checks.end() ? nullptr : &*found;
}

/// What the plan says of a pre-check, in its words.
std::string words_of(const launch::Plan& plan, std::string_view name) {
    const launch::Precheck* const check = precheck(plan, name);
    return check == nullptr ? std::string{} : check->what;
}

Alert of_plan(
    const launch::Alert& rule, const Readings& readings, Holding& holding, Holding::Time now
) {
    const auto reading = readings.find(rule.when.metric);
    const auto value =
        reading == readings.end() ? std::optional<std::int64_t>{} : reading->second.value;
    const Grade grade = rule.severity == Severity::p2 ? Grade::warn : Grade::danger;
    Alert alert{
        .name = rule.alert,
        .grade = holding.grade({.grade = grade, .when = rule.when}, value, now),
        .severity = std::string{to_string(rule.severity)},
        .threshold = to_text(rule.when),
    };
    if (value) {
        alert.found = to_spoken_text(*value, launch::find_metric(rule.when.metric)->unit);
    }
    return alert;
}

Alert health(const std::vector<telemetry::HealthCheck>& checks) {
    Alert alert{.name = "health", .threshold = "Every check is ok"};
    alert.grade = checks.empty() ? Grade::no_data : Grade::ok;
    for (const telemetry::HealthCheck& check : checks) {
        using enum telemetry::HealthState;
        const Grade its = check.state == ok        ? Grade::ok
                          : check.state == failing ? Grade::danger
                                                   : Grade::no_data;
        alert.grade = graver(alert.grade, its);
        if (its != Grade::ok) {
            alert.found +=
                fmt::format("{}{}: {}", alert.found.empty() ? "" : " ", check.name, check.detail);
        }
    }
    return alert;
}

Alert instances(const Facts& facts, const std::vector<InstanceStanding>& standings) {
    Alert alert{
        .name = "instances",
        .threshold = fmt::format("Every instance runs on revision {}", facts.newest_revision),
    };
    alert.grade = standings.empty() ? Grade::no_data : Grade::ok;
    for (const InstanceStanding& one : standings) {
        alert.grade = graver(alert.grade, one.grade);
        if (one.grade != Grade::ok) {
            alert.found += (alert.found.empty() ? "" : ", ") + one.answer.boot.who.instance;
        }
    }
    return alert;
}

Alert open_incidents(const launch::Plan& plan, const Facts& facts) {
    Alert alert{
        .name = "open_incidents",
        .grade = Grade::ok,
        .threshold = words_of(plan, "no_open_incident"),
    };
    for (const launch::Incident& one : facts.incidents) {
        alert.grade =
            graver(alert.grade, one.severity == Severity::p2 ? Grade::warn : Grade::danger);
        alert.found += fmt::format(
            "{}{} ({}) {}",
            alert.found.empty() ? "" : "; ",
            launch::incident_name(one.number),
            to_string(one.severity),
            one.title
        );
    }
    return alert;
}

Alert drift(const Facts& facts) {
    Alert alert{
        .name = "settings_drift",
        .grade = Grade::ok,
        .threshold = "Governed settings are what was approved",
    };
    const auto found =
        std::ranges::find(facts.incidents, launch::kDriftTrigger, &launch::Incident::trigger);
    if (found != facts.incidents.end()) {
        alert.grade = Grade::danger;
        alert.found = found->title;
    }
    return alert;
}

Alert backup(const launch::Plan& plan, const Facts& facts) {
    const launch::Precheck* const check = precheck(plan, "backup");
    Alert alert{.name = "backup"};
    if (check != nullptr && check->when) {
        alert.threshold = to_text(*check->when);
    }
    const auto& last = facts.backups.last_backup;
    if (!last) {
        return alert;
    }
    if (!last->is_good) {
        alert.grade = Grade::danger;
        alert.found = last->detail;
        return alert;
    }
    const auto age =
        std::chrono::duration_cast<std::chrono::milliseconds>(facts.at - last->finished_at).count();
    const bool is_recent = check == nullptr || !check->when || check->when->holds(age);
    alert.grade = is_recent ? Grade::ok : Grade::warn;
    alert.found = launch::to_spoken_text(age, launch::Unit::ms);
    return alert;
}

Alert backup_check(const launch::Plan& plan, const Facts& facts) {
    Alert alert{.name = "backup_check", .threshold = words_of(plan, "backup")};
    const auto& check = facts.backups.last_check;
    if (!check) {
        return alert;
    }
    const bool is_of_the_newest =
        facts.backups.last_good_backup && check->label == facts.backups.last_good_backup->label;
    alert.grade = !check->is_good ? Grade::danger : is_of_the_newest ? Grade::ok : Grade::warn;
    alert.found = check->detail;
    return alert;
}

Alert log_archiving(const Facts& facts) {
    Alert alert{
        .name = "log_archiving", .threshold = "Every moment since the last backup can be restored"
    };
    if (facts.backups.gap) {
        alert.grade = Grade::danger;
        alert.found = facts.backups.gap->detail;
    } else if (facts.archiver.failing_segment) {
        alert.grade = Grade::danger;
        alert.found = *facts.archiver.failing_segment;
    } else if (facts.archiver.last_archived_at) {
        alert.grade = Grade::ok;
    }
    return alert;
}

}  // namespace

std::vector<InstanceStanding> instances_of(const Facts& facts) {
    std::vector<InstanceStanding> standings;
    standings.reserve(facts.instances.size());
    for (const ops::Answer& one : facts.instances) {
        const bool is_past = one.boot.has_ended || (one.boot.is_replaced && !one.boot.is_live);
        if (is_past) {
            continue;
        }
        InstanceStanding standing{.answer = one, .grade = Grade::ok};
        using enum ops::Standing;
        if (!one.boot.is_live || one.standing == refused || one.standing == vanished) {
            standing.grade = Grade::danger;
        } else if (one.boot.is_draining || one.standing == waiting) {
            standing.grade = Grade::warn;
        }
        if (one.said && one.said->outcome == ops::Outcome::accepted) {
            standing.revision = one.said->revision;
        }
        standings.push_back(std::move(standing));
    }
    return standings;
}

std::vector<Alert> alerts_of(
    const launch::Plan& plan, const Sample& sample, Holding& holding, Holding::Time now
) {
    constexpr std::size_t kBesidesThePlans = 7;
    std::vector<Alert> alerts;
    alerts.reserve(plan.phase2.alerts.size() + kBesidesThePlans);
    for (const launch::Alert& rule : plan.phase2.alerts) {
        alerts.push_back(of_plan(rule, sample.findings.readings, holding, now));
    }
    alerts.push_back(health(sample.findings.checks));
    const auto& facts = sample.findings.facts;
    // Without an answer of the database nothing is known of these, and they are there all the same.
    const Facts nothing{.at = sample.findings.at};
    const Facts& known = facts ? *facts : nothing;
    const std::size_t first = alerts.size();
    alerts.push_back(instances(known, sample.instances.value_or(std::vector<InstanceStanding>{})));
    alerts.push_back(open_incidents(plan, known));
    alerts.push_back(drift(known));
    alerts.push_back(backup(plan, known));
    alerts.push_back(backup_check(plan, known));
    alerts.push_back(log_archiving(known));
    if (!facts) {
        for (Alert& one : std::span{alerts}.subspan(first)) {
            one.grade = Grade::no_data;
            one.found = kNotAsked;
        }
    }
    return alerts;
}

}  // namespace accubooks::console
