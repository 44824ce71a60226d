#include <algorithm>

#include "launch/internal/record_page.h"
#include "launch/markdown.h"
#include "launch/role_name.h"

namespace accubooks::launch {
namespace {

const RecordDecision* last(const Record& record, Verb verb, std::int64_t revision) {
    const RecordDecision* found = nullptr;
    for (const RecordDecision& one : record.decisions) {
        if (one.decision.verb == verb && one.decision.revision == revision) {
            found = &one;
        }
    }
    return found;
}

/// The approval that the newest revision has, also when its time was over later.
const RecordDecision* approval_of(const Record& record) {
    return last(record, Verb::approve, record.payload.revision);
}

std::string status_of(State state) {
    switch (state) {
        case State::draft:
            return "⏳ DRAFT, NOT YET REQUESTED";
        case State::in_review:
            return "⏳ PENDING EXECUTIVE APPROVAL";
        case State::approved:
            return "✅ APPROVED";
        case State::executing:
            return "⏳ EXECUTING";
        case State::completed:
            return "✅ COMPLETED, REPORT PENDING";
        case State::rolled_back:
            return "❌ ROLLED BACK, REPORT PENDING";
        case State::failed_manual:
            return "❌ ROLLBACK FAILED, SETTLED BY HAND, REPORT PENDING";
        case State::rejected:
            return "❌ REJECTED";
        case State::deferred:
            return "⏳ DEFERRED";
        case State::withdrawn:
            return "❌ WITHDRAWN";
        case State::expired:
            return "❌ APPROVAL EXPIRED";
        case State::revoked:
            return "❌ APPROVAL REVOKED";
        case State::superseded:
            return "❌ SUPERSEDED";
        case State::stale:
            return "❌ STALE, THE LIVE SETTINGS MOVED";
        case State::closed:
            return "✅ CLOSED";
    }
    return "";
}

std::string_view next_action(State state) {
    switch (state) {
        case State::draft:
            return "the requesting lead puts the draft to review";
        case State::in_review:
            return "the Executive Operator approves in writing, rejects or defers";
        case State::approved:
            return "the requesting lead starts the change once every guard holds";
        case State::executing:
            return "none; the execution ends by itself, or somebody pauses or rolls it back";
        case State::completed:
        case State::rolled_back:
        case State::failed_manual:
            return "the requesting lead signs the post-change report";
        case State::rejected:
        case State::deferred:
        case State::withdrawn:
        case State::expired:
        case State::revoked:
        case State::superseded:
        case State::stale:
            return "the requesting lead addresses what was said and requests again";
        case State::closed:
            return "none";
    }
    return "";
}

void write_signature(Page& page, const Record& record) {
    const std::string_view title = title_of(record.payload.policy.approver);
    const RecordDecision* approval = approval_of(record);
    page.line("\n**{}**  ", title);
    if (approval == nullptr) {
        page.field("Signature", "_________________ (PENDING)");
        page.field("Date", "_________________");
        page.line("**Time**: _________________");
        return;
    }
    const Decision& decision = approval->decision;
    page.field("Name", markdown(decision.approver_name));
    page.field("Written approval", "“" + markdown(decision.sentence) + "”");
    page.field(
        "Signature",
        fmt::format(
            "Ed25519 with the key {}, envelope SHA-256 {}",
            markdown_code(decision.key_id),
            hex(approval->envelope)
        )
    );
    page.field("Date", day(approval->at));
    page.field("Time", minute(approval->at).substr(11));
    page.line("**Good until**: {}", minute(decision.expires_at));
}

std::string report_of(const RecordExecution& execution) {
    if (!execution.report) {
        return execution.ending ? "; its report is being made" : "";
    }
    const RecordReport& report = *execution.report;
    if (execution.is_rehearsal) {
        return fmt::format("; report {}", hex(report.digest));
    }
    if (!report.signed_at) {
        return fmt::format(
            "; report {}, to be signed by {}", hex(report.digest), minute(report.due_at)
        );
    }
    return fmt::format(
        "; report {}, signed by {} on {}{}",
        hex(report.digest),
        markdown(report.signer),
        minute(*report.signed_at),
        *report.signed_at > report.due_at ? fmt::format(", LATE (due {})", minute(report.due_at))
                                          : std::string{}
    );
}

void write_executions(Page& page, const Record& record) {
    for (const RecordExecution& one : record.executions) {
        page.line(
            "   - {} {} of revision {}, begun {}: {}{}",
            one.is_rehearsal ? "Rehearsal" : "Attempt",
            one.attempt,
            one.revision,
            minute(one.started_at),
            one.ending ? std::string{to_string(*one.ending)}
                       : fmt::format("under way{}", one.state.empty() ? "" : ", " + one.state),
            report_of(one)
        );
    }
}

}  // namespace

void write_approval(Page& page, const Record& record) {
    const Payload& payload = record.payload;
    const Plan& plan = payload.plan;
    const PoolScaling& phase = plan.phase1;
    const bool approved = is_past_approval(record.state);
    page.section("✅ EXECUTIVE APPROVAL");
    page.line(
        "**The {} {} the execution of {} for {}.**\n",
        title_of(payload.policy.approver),
        approved ? "authorizes" : "is asked to authorize",
        markdown(plan.phase(payload.phase).title),
        markdown(name_of(plan))
    );
    page.line("**For review**:\n");
    std::int64_t lines = 0;
    for (const Guide& guide : payload.guides) {
        lines += guide.lines;
    }
    page.line("- All implementation guides ({} documents, {} lines)", payload.guides.size(), lines);
    page.line("- The requester's statement on the production audit and the go/no-go decision");
    page.line("- Scope and risk ({})", name_of(plan.phase(payload.phase).risk));
    page.line("- Success criteria and rollback");
    page.line("- Evidence and audit trail");
    page.line("\n**What an approval covers**:\n");
    for (const SettingChange& change : phase.change) {
        page.line("- {}: {} → {}", markdown_code(change.setting), change.from, change.to);
    }
    page.line(
        "- Hot reload, {} synthetic requests, {} of monitoring",
        phase.workload.requests,
        markdown(to_text(phase.stages.sustained.window))
    );
    page.line("- Rollback authority: {}, alone, at any time", title_of(payload.requester.role));
    page.line(
        "- Revision {} with the SHA-256 {}, and nothing else",
        payload.revision,
        hex(record.revisions.back().digest)
    );
    page.line("\n**What it requires**:\n");
    for (const std::string& requirement : plan.approval.approver_requires) {
        page.line("- {}", markdown(requirement));
    }
    page.line("\n**Conditions**:\n");
    int number = 0;
    for (const std::string& condition : plan.approval.phase1_conditions) {
        page.line("{}. {}", ++number, markdown(condition));
    }
    if (const RecordDecision* approval = approval_of(record)) {
        for (const Condition& condition : approval->decision.conditions) {
            page.line("{}. {} (checked at the start)", ++number, markdown(to_text(condition)));
        }
    }
    write_signature(page, record);
}

void write_status(Page& page, const Record& record) {
    const State state = record.state;
    const bool approved = is_past_approval(state);
    const bool is_told = std::ranges::all_of(record.stakeholders, [](const RecordStakeholder& one) {
        return one.awareness != Awareness::pending;
    });
    const bool is_kept = std::ranges::any_of(record.executions, [](const RecordExecution& one) {
        return one.ending == Ending::completed;
    });
    page.section("📊 APPROVAL STATUS");
    page.line("**Current Status**: **{}**\n", status_of(state));
    page.line("**Approval Workflow**:\n");
    page.line(
        "1. {} Request submitted by the {}",
        state == State::draft ? "⏳" : "✅",
        title_of(record.payload.requester.role)
    );
    page.line(
        "2. {} Approval by the {}", approved ? "✅" : "⏳", title_of(record.payload.policy.approver)
    );
    page.line("3. {} Notification of the stakeholders", approved && is_told ? "✅" : "⏳");
    page.line("4. {} Execution", is_kept ? "✅" : "⏳");
    write_executions(page, record);
    for (const std::string& incident : record.open_incidents) {
        page.line("\n**Open incident**: {}", markdown(incident));
    }
    page.line("\n**Next Action**: {}.\n", next_action(state));
    page.line("**Written approval** is one of these sentences, exactly:\n");
    for (const std::string& sentence : record.payload.policy.sentences) {
        page.line("- “{}”", markdown(sentence));
    }
    page.line("\n**Once Approved**:\n");
    page.line("1. This record shows signature and time");
    page.line("2. All stakeholders are notified, the on-call engineer is briefed");
    page.line("3. The pre-checks are verified");
    page.line("4. The change is executed");
    page.line("5. Evidence is collected, the audit trail is kept");
}

void write_rejections(Page& page, const Record& record) {
    page.section("🚨 REJECTION OR DEFERRAL");
    page.line("**If the request is rejected or deferred**, which is signed with its reason:\n");
    page.line("- The revision ends, and a new draft opens");
    page.line("- Concerns and questions are addressed");
    page.line("- The plan is revised if needed");
    page.line("- The new revision is requested again");
    page.line("\n**Rejection/Deferral Log**:\n");
    bool is_empty = true;
    for (const RecordDecision& one : record.decisions) {
        const Decision& decision = one.decision;
        if (decision.verb == Verb::approve) {
            continue;
        }
        is_empty = false;
        page.line(
            "- {}, revision {}: {} by {}{}: {}",
            minute(one.at),
            decision.revision,
            to_string(decision.verb),
            markdown(decision.approver_name),
            decision.defer_until ? fmt::format(", until {}", minute(*decision.defer_until))
                                 : std::string{},
            markdown(decision.rationale)
        );
    }
    if (is_empty) {
        page.line("- None");
    }
}

}  // namespace accubooks::launch
