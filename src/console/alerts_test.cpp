#include "console/alerts.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "launch/drift_watch.h"

namespace accubooks::console {
namespace {

using namespace std::chrono_literals;
using launch::Severity;

constexpr Holding::Time kNow{1000h};
const base::Instant kAt = base::Instant::from_unix_micros(1'767'225'600'000'000);

ops::BackupEvent event(ops::BackupEvent::Kind kind, bool is_good, base::Instant at) {
    ops::BackupEvent made;
    made.kind = kind;
    made.is_good = is_good;
    made.label = "b1";
    made.finished_at = at;
    made.detail = "why";
    return made;
}

ops::Answer answer(std::string instance, ops::Standing standing, bool is_live) {
    ops::Answer made;
    made.boot.who.instance = std::move(instance);
    made.boot.is_live = is_live;
    made.standing = standing;
    return made;
}

launch::Incident incident(std::int64_t number, Severity severity, std::string title) {
    launch::Incident made;
    made.number = number;
    made.severity = severity;
    made.title = std::move(title);
    return made;
}

/// Everything is as it should be.
Facts good_facts() {
    Facts facts{.at = kAt, .newest_revision = 3, .limit = 100};
    facts.instances = {answer("a", ops::Standing::accepted, true)};
    facts.instances[0].said.emplace().revision = 3;
    const auto backup = event(ops::BackupEvent::Kind::backup, true, kAt + -1h);
    facts.backups.last_backup = backup;
    facts.backups.last_good_backup = backup;
    facts.backups.last_check = event(ops::BackupEvent::Kind::check, true, kAt);
    facts.archiver.last_archived_at = kAt;
    return facts;
}

Findings findings_of(std::optional<Facts> facts) {
    Findings findings{.at = kAt};
    findings.checks = {{.name = "database", .state = telemetry::HealthState::ok, .detail = ""}};
    findings.facts = std::move(facts);
    return findings;
}

Alert alert(const Findings& findings, std::string_view name) {
    Judge judge{launch::default_plan()};
    const Sample sample = judge.judge(1, findings, kNow);
    const auto found = std::ranges::find(sample.alerts, name, &Alert::name);
    base::ensure(found != sample.alerts.end(), "there is an alert of that name");
    return *found;
}

Alert alert(const Facts& facts, std::string_view name) {
    return alert(findings_of(facts), name);
}

TEST(Alerts, AllIsWell) {
    for (const char* name :
         {"health",
          "instances",
          "open_incidents",
          "settings_drift",
          "backup",
          "backup_check",
          "log_archiving"}) {
        SCOPED_TRACE(name);
        EXPECT_EQ(alert(good_facts(), name).grade, Grade::ok);
        EXPECT_NE(alert(good_facts(), name).threshold, "");
    }
}

TEST(Alerts, WhatTheDatabaseDoesNotTellIsNoData) {
    for (const char* name :
         {"instances", "open_incidents", "settings_drift", "backup", "backup_check", "log_archiving"
         }) {
        SCOPED_TRACE(name);
        EXPECT_EQ(alert(findings_of(std::nullopt), name).grade, Grade::no_data);
    }
}

TEST(Alerts, WhatNobodyMeasuredIsNoData) {
    const Findings findings = findings_of(good_facts());
    for (const launch::Alert& rule : launch::default_plan().phase2.alerts) {
        SCOPED_TRACE(rule.alert);
        EXPECT_EQ(alert(findings, rule.alert).grade, Grade::no_data);
    }
    EXPECT_EQ(alert(Findings{.at = kAt}, "health").grade, Grade::no_data);
}

TEST(Alerts, ThePlansRulesAreJudgedByTheReadings) {
    Findings findings = findings_of(good_facts());
    findings.readings["integrity_violations"] = {.value = 1, .samples = 1};
    findings.readings["isolation_violations"] = {.value = 0, .samples = 1};
    const Alert broken = alert(findings, "data_integrity");
    EXPECT_EQ(broken.grade, Grade::danger);
    EXPECT_EQ(broken.severity, "p0");
    EXPECT_EQ(broken.threshold, "integrity_violations > 0");
    EXPECT_EQ(broken.found, "1");
    EXPECT_EQ(alert(findings, "tenant_isolation").grade, Grade::ok);
    findings.readings["latency_p95"] = {.value = 1'500'000, .samples = 50};
    EXPECT_EQ(alert(findings, "high_latency").grade, Grade::warn) << "it counts after five minutes";
}

TEST(Alerts, TellWhichInstancesAreAmiss) {
    struct Case {
        const char* name;
        ops::Answer answer;
        Grade grade;
        bool is_shown = true;
    };
    using ops::Standing;
    auto draining = answer("b", Standing::accepted, true);
    draining.boot.is_draining = true;
    auto gone = answer("b", Standing::accepted, false);
    gone.boot.has_ended = true;
    auto replaced = answer("b", Standing::accepted, false);
    replaced.boot.is_replaced = true;
    const Case cases[] = {
        {"silent", answer("b", Standing::waiting, true), Grade::warn},
        {"draining", draining, Grade::warn},
        {"refused", answer("b", Standing::refused, true), Grade::danger},
        {"dead", answer("b", Standing::accepted, false), Grade::danger},
        {"gone", gone, Grade::ok, false},
        {"replaced", replaced, Grade::ok, false},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        Facts facts = good_facts();
        facts.instances.push_back(c.answer);
        EXPECT_EQ(instances_of(facts).size(), c.is_shown ? 2U : 1U);
        EXPECT_EQ(alert(facts, "instances").grade, c.grade);
        EXPECT_EQ(alert(facts, "instances").found, c.grade == Grade::ok ? "" : "b");
    }
    // What an instance didn't say isn't known.
    Facts facts = good_facts();
    facts.instances[0].said.reset();
    EXPECT_FALSE(instances_of(facts)[0].revision.has_value());
}

TEST(Alerts, OpenIncidentsAndDrift) {
    Facts facts = good_facts();
    facts.incidents = {incident(4, Severity::p2, "Slow")};
    EXPECT_EQ(alert(facts, "open_incidents").grade, Grade::warn);
    EXPECT_EQ(alert(facts, "open_incidents").found, "INC-0004 (p2) Slow");
    facts.incidents.push_back(incident(5, Severity::p1, "Settings drift: x"));
    facts.incidents.back().trigger = launch::kDriftTrigger;
    EXPECT_EQ(alert(facts, "open_incidents").grade, Grade::danger);
    EXPECT_EQ(alert(facts, "settings_drift").grade, Grade::danger);
    EXPECT_EQ(alert(facts, "settings_drift").found, "Settings drift: x");
}

TEST(Alerts, Backups) {
    using Kind = ops::BackupEvent::Kind;
    Facts facts = good_facts();
    facts.backups.last_backup->finished_at = kAt + -25h;
    EXPECT_EQ(alert(facts, "backup").grade, Grade::warn);
    EXPECT_EQ(alert(facts, "backup").threshold, "backup_age < 1 d");
    facts.backups.last_backup = event(Kind::backup, false, kAt);
    EXPECT_EQ(alert(facts, "backup").grade, Grade::danger);

    facts.backups.last_check = event(Kind::check, false, kAt);
    EXPECT_EQ(alert(facts, "backup_check").grade, Grade::danger);
    facts.backups.last_check = event(Kind::check, true, kAt);
    facts.backups.last_check->label = "an earlier one";
    EXPECT_EQ(alert(facts, "backup_check").grade, Grade::warn);

    facts.archiver.failing_segment = "0000000100000000000000AA";
    EXPECT_EQ(alert(facts, "log_archiving").grade, Grade::danger);
    facts.archiver = {};
    EXPECT_EQ(alert(facts, "log_archiving").grade, Grade::no_data);
    facts.backups.gap = event(Kind::archive_gap, false, kAt);
    EXPECT_EQ(alert(facts, "log_archiving").grade, Grade::danger);

    facts.backups = {};
    EXPECT_EQ(alert(facts, "backup").grade, Grade::no_data);
    EXPECT_EQ(alert(facts, "backup_check").grade, Grade::no_data);
}

}  // namespace
}  // namespace accubooks::console
