#include "launch/record.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launch/markdown.h"

namespace accubooks::launch {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr base::Instant kNoon = base::Instant::from_unix_micros(1'772'000'000'000'000);

Stakeholder person(RoleName role, std::string name, std::uint8_t number) {
    Stakeholder made{.role = role, .name = std::move(name)};
    made.user.bytes.back() = number;
    return made;
}

Payload payload() {
    const Plan& plan = default_plan();
    return {
        .change = 1,
        .revision = 2,
        .made_at = kNoon,
        .requester = person(RoleName::requester_lead, "Lea Lindqvist", 1),
        .note = "After the month is closed",
        .quoted =
            {.statements = {"Production audit of 50 000 customers", "Go/no-go: CONDITIONAL GO"},
             .reference = "EXECUTIVE_APPROVAL_RECORD.md",
             .digest = base::sha256("reference")},
        .plan = plan,
        .rollback =
            {{.setting = "database.pool.min", .from = 20, .to = 10},
             {.setting = "database.pool.max", .from = 200, .to = 50}},
        .settings = ops::presets(ops::Takes::live),
        .settings_revision = 1,
        .instances = {"a:8080", "b:8080"},
        .build =
            {.version = "1.0.0",
             .commit = "0123456789ab",
             .binary = base::sha256("binary"),
             .schema = base::sha256("schema")},
        .policy =
            {.quorum = 1,
             .approver = RoleName::executive_operator,
             .sentences = plan.approval.phase1_sentences,
             .approval_valid = 24h * 7},
        .stakeholders =
            {person(RoleName::requester_lead, "Lea Lindqvist", 1),
             person(RoleName::executive_operator, "Eve Okafor", 2),
             person(RoleName::product_lead, "Pia Rossi", 3),
             person(RoleName::business_lead, "Bob Tan", 4),
             person(RoleName::on_call, "Olu Mensah", 5)},
        .guides =
            {{.title = "Database pool scaling",
              .path = "docs/launch/database-pool-scaling.md",
              .phase = "phase1",
              .digest = base::sha256("guide"),
              .lines = 120},
             {.title = "Monitoring set-up",
              .path = "docs/launch/monitoring.md",
              .phase = "phase2",
              .digest = base::sha256("guide 2"),
              .lines = 90},
             {.title = "Audit trail",
              .path = "docs/launch/audit-trail.md",
              .phase = "",
              .digest = base::sha256("guide 5"),
              .lines = 80}},
        .load = {.requests = 100, .errors = 0, .p50_us = 900, .p95_us = 4000, .p99_us = 9000},
    };
}

Decision decision(Verb verb, std::int64_t revision) {
    Decision made{
        .verb = verb,
        .change = 1,
        .revision = revision,
        .payload = base::sha256("payload"),
        .approver_name = "Eve Okafor",
        .key_id = "d6d8",
        .not_before = kNoon + 1h,
        .expires_at = kNoon + 24h * 7,
    };
    if (verb == Verb::approve) {
        made.sentence = "I approve Phase 1 execution";
        made.conditions = {parse_approval_condition("open_p0 = 0").value()};
    } else {
        made.rationale = "the restore of the backup wasn't tried";
    }
    return made;
}

Record pending() {
    Record record{
        .payload = payload(),
        .state = State::in_review,
        .created_at = kNoon + -24h,
        .updated_at = kNoon,
        .revisions =
            {{.number = 1,
              .digest = base::sha256("first"),
              .state = State::rejected,
              .made_at = kNoon + -24h,
              .author = "Lea Lindqvist"},
             {.number = 2,
              .digest = base::sha256("payload"),
              .state = State::in_review,
              .made_at = kNoon,
              .author = "Lea Lindqvist"}},
        .decisions =
            {{.decision = decision(Verb::reject, 1),
              .at = kNoon + -1h,
              .envelope = base::sha256("rejection")}},
    };
    for (const Stakeholder& one : record.payload.stakeholders) {
        record.stakeholders.push_back({
            .person = one,
            .awareness =
                one.role == RoleName::requester_lead ? Awareness::ready : Awareness::pending,
        });
    }
    return record;
}

Record approved() {
    Record record = pending();
    record.state = State::approved;
    record.updated_at = kNoon + 2h;
    record.revisions.back().state = State::approved;
    record.decisions.push_back(
        {.decision = decision(Verb::approve, 2),
         .at = kNoon + 1h,
         .envelope = base::sha256("approval")}
    );
    for (RecordStakeholder& one : record.stakeholders) {
        one.awareness =
            one.person.role == RoleName::on_call ? Awareness::acknowledged : Awareness::notified;
    }
    record.stakeholders[0].awareness = Awareness::ready;
    record.executions = {
        {.revision = 2,
         .attempt = 1,
         .is_rehearsal = true,
         .started_at = kNoon + 90min,
         .ending = Ending::rehearsed,
         .report = RecordReport{.digest = base::sha256("rehearsal"), .due_at = kNoon + 26h}},
        {.revision = 2,
         .attempt = 2,
         .started_at = kNoon + 100min,
         .ending = Ending::rolled_back,
         .report =
             RecordReport{
                 .digest = base::sha256("first"),
                 .due_at = kNoon + 26h,
                 .signer = "Lea [Lindqvist]",
                 .signed_at = kNoon + 27h
             }},
        {.revision = 2,
         .attempt = 3,
         .started_at = kNoon + 110min,
         .ending = Ending::rolled_back,
         .report = RecordReport{.digest = base::sha256("second"), .due_at = kNoon + 26h}},
        {.revision = 2, .attempt = 4, .started_at = kNoon + 2h, .state = "sustained"}
    };
    record.open_incidents = {"P2 INC-0001: a dashboard is slow"};
    return record;
}

/// The file's text; with ACCUBOOKS_UPDATE_GOLDEN set it becomes `text` first, to be read in review.
std::string golden(const std::string& name, const std::string& text) {
    const std::string file = std::string{ACCUBOOKS_SOURCE_DIR} + "/src/launch/testdata/" + name;
    if (std::getenv("ACCUBOOKS_UPDATE_GOLDEN") != nullptr) {
        std::ofstream{file} << text;
    }
    std::ostringstream read;
    read << std::ifstream{file}.rdbuf();
    return read.str();
}

/// Without the plan's digest, which changes with every figure of the plan.
std::string page_of(const Record& record) {
    std::string page = to_markdown(record);
    const std::string digest = base::to_hex(digest_of(record.payload.plan));
    const auto at = page.find(digest);
    EXPECT_NE(at, std::string::npos);
    return page.replace(at, digest.size(), "PLAN");
}

TEST(Record, HasEverySectionFromData) {
    EXPECT_EQ(page_of(pending()), golden("record_pending.md", page_of(pending())));
    EXPECT_EQ(page_of(approved()), golden("record_approved.md", page_of(approved())));
}

TEST(Record, HasTheSectionsOfTheReference) {
    const std::string text = to_markdown(pending());
    for (const std::string_view heading :
         {"# 🔐 EXECUTIVE APPROVAL RECORD",
          "## 📋 APPROVAL REQUEST SUMMARY",
          "## 📊 IMPLEMENTATION GUIDES REVIEWED",
          "## 🎯 PHASE 1 DETAILED SCOPE",
          "### What Will Change",
          "### What Will NOT Change",
          "### Implementation Method",
          "### Success Criteria",
          "## 🔐 PRE-APPROVAL VERIFICATION",
          "### System Integrity Confirmation",
          "### Implementation Readiness",
          "### Stakeholder Awareness",
          "## 📝 FORMAL APPROVAL REQUEST",
          "## ✅ EXECUTIVE APPROVAL",
          "## 📊 APPROVAL STATUS",
          "## 🚨 REJECTION OR DEFERRAL",
          "## 📝 DOCUMENT CONTROL"}) {
        EXPECT_THAT(text, HasSubstr(std::string{heading} + "\n"));
    }
}

TEST(Record, NothingFromDataIsMarkdown) {
    const std::string evil = "x](http://evil.test)\n# APPROVED\n<b>*`|\x1b[2J";
    Record record = approved();
    record.payload.note = evil;
    record.payload.requester.name = evil;
    record.payload.quoted.statements = {evil};
    record.payload.quoted.reference = evil;
    record.payload.instances = {evil};
    record.payload.build.commit = evil;
    record.payload.guides[0].title = evil;
    record.payload.guides[0].path = evil;
    record.payload.plan.phases[0].title = evil;
    record.revisions[0].author = evil;
    record.decisions[0].decision.rationale = evil;
    record.decisions[1].decision.approver_name = evil;
    record.decisions[1].decision.key_id = evil;
    record.stakeholders[1].person.name = evil;
    record.open_incidents = {evil};
    const std::string text = to_markdown(record);
    EXPECT_THAT(text, Not(HasSubstr("\n# APPROVED")));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    // Everywhere but in code spans, where they are only characters, the marks are escaped.
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        if (line.find('`') == std::string::npos || line.find("\\`") != std::string::npos) {
            EXPECT_THAT(line, Not(HasSubstr("x]("))) << line;
            const auto html = line.find('<');
            EXPECT_TRUE(html == line.npos || (html > 0 && line[html - 1] == '\\')) << line;
        }
    }
}

TEST(Payload, ReadsBackWhatItWrote) {
    const std::string bytes = to_json(payload());
    const auto read = payload_of(bytes);
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    EXPECT_EQ(to_json(*read), bytes);
    EXPECT_EQ(read->guides, payload().guides);
    EXPECT_EQ(read->policy, payload().policy);
    EXPECT_EQ(read->settings, payload().settings);
    EXPECT_EQ(digest_of(read->plan), digest_of(default_plan()));
}

TEST(Payload, CoversEverythingThatIsAskedFor) {
    const auto differs = [](auto change) {
        Payload other = payload();
        change(other);
        return to_json(other) != to_json(payload());
    };
    EXPECT_TRUE(differs([](Payload& p) { p.plan.phase1.change[0].to = 21; }));
    EXPECT_TRUE(differs([](Payload& p) { p.plan.phase1.window.to = "07:00"; }));
    EXPECT_TRUE(differs([](Payload& p) { p.plan.phase1.workload.seed = 1; }));
    EXPECT_TRUE(differs([](Payload& p) { p.rollback[0].to = 11; }));
    EXPECT_TRUE(differs([](Payload& p) { p.instances.pop_back(); }));
    EXPECT_TRUE(differs([](Payload& p) { p.build.binary = {}; }));
    EXPECT_TRUE(differs([](Payload& p) { p.build.schema = {}; }));
    EXPECT_TRUE(differs([](Payload& p) { p.policy.quorum = 2; }));
    EXPECT_TRUE(differs([](Payload& p) { p.settings["database.pool.max"] = std::int64_t{51}; }));
    EXPECT_TRUE(differs([](Payload& p) { p.guides[0].digest = {}; }));
    EXPECT_TRUE(differs([](Payload& p) { p.quoted.digest = {}; }));
    EXPECT_TRUE(differs([](Payload& p) { p.load.errors = 1; }));
}

TEST(Payload, RefusesWhatIsWrittenOtherwise) {
    const std::string good = to_json(payload());
    for (const std::string& text :
         {std::string{}, std::string{"{}"}, good + " ", std::string{good}.replace(1, 0, R"("a":1,)")
         }) {
        EXPECT_EQ(payload_of(text).error().code, "launch.bad_payload");
    }
}

TEST(Payload, SaysWhatItChangesWhateverFiguresItsPlanHas) {
    std::string other = to_json(payload());
    const auto at = other.find(R"("drift":)");
    ASSERT_NE(at, other.npos);
    other.replace(at, 8, R"("dwift":)");
    EXPECT_FALSE(payload_of(other).has_value());
    const auto changes = changes_of(other);
    ASSERT_TRUE(changes.has_value());
    const auto& planned = payload().plan.phase1.change;
    ASSERT_EQ(changes->size(), planned.size());
    for (std::size_t which = 0; which < planned.size(); ++which) {
        EXPECT_EQ((*changes)[which].setting, planned[which].setting);
        EXPECT_EQ((*changes)[which].to, planned[which].to);
    }
    EXPECT_EQ(changes_of("{}").error().code, "launch.bad_payload");
}

}  // namespace
}  // namespace accubooks::launch
