#include "launch/record.h"

#include <algorithm>

#include "launch/internal/record_page.h"
#include "launch/markdown.h"
#include "launch/role_name.h"

namespace accubooks::launch {
namespace {

using std::chrono::milliseconds;

void write_head(Page& page, const Record& record) {
    const Payload& payload = record.payload;
    page.line("# 🔐 EXECUTIVE APPROVAL RECORD\n");
    page.field("Document Type", "Formal Authorization for Production Changes");
    page.field("System", markdown(name_of(payload.plan)));
    page.field(
        "Change", fmt::format("{}, revision {}", change_name(payload.change), payload.revision)
    );
    page.field("Date Created", day(record.created_at));
    page.line("**Authority**: {}", title_of(payload.policy.approver));
}

int number_of(PhaseName phase) {
    return static_cast<int>(phase) + 1;
}

void write_summary(Page& page, const Record& record) {
    const Plan& plan = record.payload.plan;
    const Phase& phase = plan.phase(record.payload.phase);
    page.section("📋 APPROVAL REQUEST SUMMARY");
    page.line(
        "**Request**: Authorization to execute Phase {} ({}) of the {}-phase launch plan of {}.\n",
        number_of(phase.phase),
        markdown(phase.title),
        plan.phases.size(),
        markdown(name_of(plan))
    );
    page.line("**Scope**: {}\n", markdown(phase.what));
    page.line("**Risk Level**: {}\n", name_of(phase.risk));
    page.line("**Expected Duration**: {}\n", markdown(span_of(phase.planned)));
    page.line(
        "**Reversibility**: FULL (rolled back within {}, aim {}; then watched for {})",
        markdown(to_text(plan.phase1.rollback.deadline)),
        markdown(to_text(plan.phase1.rollback.aim)),
        markdown(to_text(plan.phase1.rollback.watch))
    );
    if (!record.payload.note.empty()) {
        page.line("\n**Note of the requester**: {}", markdown(record.payload.note));
    }
}

std::string guide_status(const Record& record, const Plan& plan, const Phase* phase) {
    if (phase == nullptr) {
        return "ACTIVE (for every phase)";
    }
    if (phase->phase == record.payload.phase) {
        return is_past_approval(record.state) ? "APPROVED" : "READY FOR EXECUTION";
    }
    std::string needs;
    for (const PhaseName need : phase->needs) {
        needs += (needs.empty() ? "" : ", ") + plan.phase(need).title;
    }
    return needs.empty() ? "READY" : fmt::format("READY (pending {})", markdown(needs));
}

void write_guides(Page& page, const Record& record) {
    const Plan& plan = record.payload.plan;
    page.section("📊 IMPLEMENTATION GUIDES REVIEWED");
    page.line("The request rests on these guides; their digests are part of what is signed.");
    for (const Guide& guide : record.payload.guides) {
        const Phase* phase = nullptr;
        for (const Phase& one : plan.phases) {
            if (to_string(one.phase) == guide.phase) {
                phase = &one;
            }
        }
        page.part(markdown(guide.title));
        page.field("Document", markdown_code(guide.path));
        page.field("Status", guide_status(record, plan, phase));
        if (phase != nullptr) {
            page.field("Change", markdown(phase->what));
            page.field("Risk", name_of(phase->risk));
            page.field("Duration", markdown(span_of(phase->planned)));
        }
        page.line("**SHA-256**: {} ({} lines)", hex(guide.digest), guide.lines);
    }
}

void write_scope(Page& page, const Record& record) {
    const Payload& payload = record.payload;
    const PoolScaling& phase = payload.plan.phase1;
    page.section(fmt::format("🎯 PHASE {} DETAILED SCOPE", number_of(payload.phase)));
    page.line("### What Will Change\n");
    for (const SettingChange& change : phase.change) {
        page.line("- {}: {} → {}", markdown_code(change.setting), change.from, change.to);
    }
    for (const KeptSetting& kept : phase.keeps) {
        page.line("- {}: stays {}", markdown_code(kept.setting), markdown(to_text(kept.value)));
    }
    page.part("What Will NOT Change");
    page.line("Fingerprinted before and after; any difference rolls the change back.\n");
    for (const std::string& unchanged : phase.unchanged) {
        page.line("- ❌ {}", markdown(unchanged));
    }
    page.part("Implementation Method");
    page.line(
        "- **Deployment**: hot reload in {} steps, each acknowledged by every instance within {}; "
        "no "
        "request fails",
        phase.apply.steps.size(),
        markdown(to_text(phase.apply.acknowledge_within))
    );
    page.line(
        "- **Instances**: {}", markdown(fmt::format("{}", fmt::join(payload.instances, ", ")))
    );
    page.line(
        "- **Verification**: {} synthetic requests ({} at a time), then {} of sustained "
        "monitoring, "
        "captured every {}",
        phase.workload.requests,
        phase.workload.concurrency,
        markdown(to_text(phase.stages.sustained.window)),
        markdown(to_text(phase.stages.sustained.capture_every.value_or(milliseconds{0})))
    );
    page.line("- **Window**: {} to {} UTC", markdown(phase.window.from), markdown(phase.window.to));
    page.line(
        "- **Rollback**: within {}, at once when", markdown(to_text(phase.rollback.deadline))
    );
    for (const Condition& trigger : phase.hard_triggers) {
        page.line("  - {}", markdown(to_text(trigger)));
    }
    page.part("Success Criteria");
    int number = 0;
    for (const Condition& criterion : phase.stages.sustained.passes) {
        page.line("{}. {}", ++number, markdown(to_text(criterion)));
    }
    page.line(
        "{}. Sustained for {} without missing data",
        ++number,
        markdown(to_text(phase.stages.sustained.window))
    );
}

void write_verification(Page& page, const Record& record) {
    const Payload& payload = record.payload;
    page.section("🔐 PRE-APPROVAL VERIFICATION");
    page.line("### System Integrity Confirmation\n");
    page.line(
        "Stated by the requester, quoted from {} (SHA-256 {}); not measured by this system:\n",
        markdown(payload.quoted.reference),
        hex(payload.quoted.digest)
    );
    for (const std::string& statement : payload.quoted.statements) {
        page.line("> {}  ", markdown(statement));
    }
    page.line("\nMeasured here when the request was made:\n");
    page.line(
        "- Build {} of commit {}, SHA-256 {}",
        markdown(payload.build.version),
        markdown(payload.build.commit),
        hex(payload.build.binary)
    );
    page.line("- Database schema, SHA-256 {}", hex(payload.build.schema));
    page.line(
        "- Live settings, revision {}, SHA-256 {}",
        payload.settings_revision,
        hex(payload.baseline())
    );
    page.line(
        "- Synthetic load: {} requests, {} errors, p50 {} µs, p95 {} µs, p99 {} µs",
        payload.load.requests,
        payload.load.errors,
        payload.load.p50_us,
        payload.load.p95_us,
        payload.load.p99_us
    );
    page.part("Implementation Readiness");
    const PoolScaling& phase = payload.plan.phase1;
    page.line("- {} guides, with their digests above", payload.guides.size());
    page.line(
        "- Launch plan of version {}, SHA-256 {}",
        payload.plan.version,
        hex(digest_of(payload.plan))
    );
    page.line("- Pre-checks, all of which must hold at the start:");
    for (const Precheck& check : phase.prechecks.checks) {
        page.line("  - {}", markdown(check.what));
    }
    std::string way_back;
    for (const SettingChange& change : payload.rollback) {
        way_back += fmt::format(
            "{}{} {} → {}",
            way_back.empty() ? "" : ", ",
            markdown_code(change.setting),
            change.from,
            change.to
        );
    }
    page.line("- Way back: {}", way_back);
    page.line(
        "- Evidence is collected under {}",
        markdown_code(
            fmt::format("launch/evidence/{}/", payload.plan.phase(payload.phase).evidence.text)
        )
    );
    page.part("Stakeholder Awareness");
    for (const RecordStakeholder& one : record.stakeholders) {
        const bool done =
            one.awareness != Awareness::pending && one.awareness != Awareness::notified;
        page.line(
            "- {} {} ({}): {}{}",
            done ? "✅" : "⏳",
            title_of(one.person.role),
            markdown(one.person.name),
            upper(to_string(one.awareness)),
            one.is_unsent ? " (notice *not sent*: it lies in the outbox folder)" : ""
        );
    }
}

void write_request(Page& page, const Record& record) {
    const Payload& payload = record.payload;
    const Plan& plan = payload.plan;
    const std::string_view title = title_of(payload.requester.role);
    page.section("📝 FORMAL APPROVAL REQUEST");
    page.line(
        "**The {} requests authorization to execute {} of the launch plan of {}.**\n",
        title,
        markdown(plan.phase(payload.phase).title),
        markdown(name_of(plan))
    );
    page.line("**The requester confirms that**:\n");
    int number = 0;
    for (const std::string& confirmation : plan.approval.requester_confirms) {
        page.line("{}. {}", ++number, markdown(confirmation));
    }
    page.line("\n**The requester acknowledges that** any of these rolls the change back at once:\n"
    );
    for (const Condition& trigger : plan.phase1.hard_triggers) {
        if (trigger.metric.ends_with("_violations")) {
            page.line("- {}", markdown(to_text(trigger)));
        }
    }
    page.line("\n**{}**  ", title);
    page.field("Name", markdown(payload.requester.name));
    page.line("**Requested**: {}", minute(payload.made_at));
}

void write_control(Page& page, const Record& record) {
    page.section("📝 DOCUMENT CONTROL");
    page.field("Document Location", markdown_code("launch/EXECUTIVE_APPROVAL_RECORD.md"));
    page.field("Version", fmt::format("{}.0", record.payload.revision));
    page.field("Created", minute(record.created_at));
    page.field("Last Updated", minute(record.updated_at));
    page.line("**Status**: {}\n", upper(to_string(record.state)));
    page.line("**Revision History**:\n");
    for (const RecordRevision& revision : record.revisions) {
        page.line(
            "- v{}.0 ({}), {}, by {}: SHA-256 {}",
            revision.number,
            minute(revision.made_at),
            markdown(to_string(revision.state)),
            markdown(revision.author),
            hex(revision.digest)
        );
    }
    page.line("\n---\n\n**End of Executive Approval Record**");
}

}  // namespace

std::string upper(std::string_view text) {
    std::string capitals{text};
    std::ranges::transform(capitals, capitals.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return capitals;
}

std::string day(base::Instant at) {
    return base::to_rfc3339(at).substr(0, 10);
}

std::string minute(base::Instant at) {
    const std::string text = base::to_rfc3339(at);
    return fmt::format("{} {} UTC", text.substr(0, 10), text.substr(11, 8));
}

std::string span_of(const DurationRange& range) {
    return range.from == range.to ? to_text(range.from)
                                  : fmt::format("{} to {}", to_text(range.from), to_text(range.to));
}

std::string_view name_of(Risk risk) {
    switch (risk) {
        case Risk::zero:
            return "ZERO";
        case Risk::low:
            return "LOW";
        case Risk::medium:
            return "MEDIUM";
        case Risk::high:
            return "HIGH";
    }
    return "";
}

std::string name_of(const Plan& plan) {
    return fmt::format("{} {}", plan.system.name, plan.system.version);
}

std::string hex(const base::Digest& digest) {
    return markdown_code(base::to_hex(digest));
}

bool is_past_approval(State state) {
    switch (state) {
        case State::approved:
        case State::executing:
        case State::completed:
        case State::rolled_back:
        case State::failed_manual:
        case State::closed:
            return true;
        case State::draft:
        case State::in_review:
        case State::rejected:
        case State::deferred:
        case State::withdrawn:
        case State::expired:
        case State::revoked:
        case State::superseded:
        case State::stale:
            return false;
    }
    return false;
}

std::string_view to_string(Awareness awareness) {
    switch (awareness) {
        case Awareness::ready:
            return "ready";
        case Awareness::pending:
            return "pending";
        case Awareness::notified:
            return "notified";
        case Awareness::briefed:
            return "briefed";
        case Awareness::acknowledged:
            return "acknowledged";
    }
    return "";
}

std::string to_markdown(const Record& record) {
    base::ensure(!record.revisions.empty(), "a change has a revision");
    Page page;
    write_head(page, record);
    write_summary(page, record);
    write_guides(page, record);
    write_scope(page, record);
    write_verification(page, record);
    write_request(page, record);
    write_approval(page, record);
    write_status(page, record);
    write_rejections(page, record);
    write_control(page, record);
    return std::move(page).take();
}

}  // namespace accubooks::launch
