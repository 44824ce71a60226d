#include <algorithm>

#include <fmt/format.h>

#include "base/utf8.h"
#include "launch/change.h"

namespace accubooks::launch {
namespace {

using base::ErrorKind;
using base::Result;

/// How far the clock of a person's machine may be off.
constexpr std::chrono::minutes kClockSkew{5};

std::unexpected<base::Error> refused(std::string_view code, std::string detail) {
    return base::refuse(ErrorKind::conflict, code, std::move(detail));
}

std::unexpected<base::Error> not_yours(std::string_view code, std::string detail) {
    return base::refuse(ErrorKind::forbidden, code, std::move(detail));
}

Result<void> require(const Participant& person, RoleName role, std::string_view act) {
    if (!person.has(role)) {
        return not_yours(
            "launch.role_missing",
            fmt::format(
                "Only the {} may {}; have the role granted and confirmed.", title_of(role), act
            )
        );
    }
    return {};
}

/// Nobody is on both sides of an approval.
Result<void> require_one_side(const Participant& person) {
    if (person.has(RoleName::requester_lead) && person.has(RoleName::executive_operator)) {
        return not_yours(
            "launch.one_person_two_roles",
            "You hold both the requesting and the approving role; one person never does both. Have "
            "one of them taken back."
        );
    }
    return {};
}

std::string describe(const Change& change, const Revision& revision) {
    return fmt::format(
        "Revision {} of {} is {}",
        revision.number,
        change_name(change.number),
        to_string(revision.state)
    );
}

/// Whether the decision is about the revision that waits for one.
Result<void> check_subject(const Change& change, const Decision& decision) {
    const Revision& newest = change.newest();
    if (decision.change != change.number) {
        return refused(
            "launch.other_change",
            fmt::format(
                "What was signed is about {}, not {}.",
                change_name(decision.change),
                change_name(change.number)
            )
        );
    }
    if (decision.revision != newest.number || decision.payload != newest.digest) {
        return refused(
            "launch.other_revision",
            fmt::format(
                "What was signed isn't revision {} as it stands now (SHA-256 {}): a decision binds "
                "to one exact revision. Read it and sign again.",
                newest.number,
                base::to_hex(newest.digest)
            )
        );
    }
    return {};
}

Result<void> check_approver(const Change& change, const Decide& command) {
    const Decision& decision = command.decision;
    if (decision.approver != command.by.user) {
        return not_yours(
            "launch.not_the_approver", "The decision names somebody else than who sent it."
        );
    }
    if (decision.approver_name != command.by.name) {
        return not_yours(
            "launch.not_the_approver",
            "The decision is signed in another name than the service knows you by; sign it again."
        );
    }
    if (change.authors.contains(command.by.user)) {
        return not_yours(
            "launch.author_cannot_approve",
            "Whoever requested or edited a change can't decide about it; withdraw it, or have the "
            "approver decide."
        );
    }
    AB_CHECK(require_one_side(command.by));
    const RoleName wanted = change.newest().policy.approver;
    AB_CHECK(require(command.by, wanted, fmt::format("{} this change", to_string(decision.verb))));
    if (decision.role != wanted) {
        return not_yours(
            "launch.role_missing",
            fmt::format("The decision must be signed as {}.", title_of(wanted))
        );
    }
    return {};
}

Result<void> check_times(const Revision& revision, const Decision& decision, base::Instant now) {
    if (decision.expires_at <= now) {
        return refused(
            "launch.approval_expired",
            fmt::format(
                "What was signed was good until {}; sign again.",
                base::to_rfc3339(decision.expires_at)
            )
        );
    }
    if (decision.not_before > now + kClockSkew ||
        decision.expires_at - decision.not_before > revision.policy.approval_valid) {
        return refused(
            "launch.approval_too_long",
            fmt::format(
                "A decision is good from now on, for {} hours at most; set the clock of the "
                "machine "
                "that signs, and sign again.",
                std::chrono::duration_cast<std::chrono::hours>(revision.policy.approval_valid)
                    .count()
            )
        );
    }
    return {};
}

Result<void> check_sentence(const Policy& policy, const Decision& decision) {
    if (std::ranges::find(policy.sentences, decision.sentence) != policy.sentences.end()) {
        return {};
    }
    std::string sentences;
    for (const std::string& sentence : policy.sentences) {
        sentences += (sentences.empty() ? "“" : " or “") + sentence + "”";
    }
    return base::refuse(
        ErrorKind::invalid,
        "launch.wrong_sentence",
        fmt::format("Approval is given in writing, by exactly {}.", sentences)
    );
}

Result<void> check_approval(const Change& change, const Decide& command, base::Instant now) {
    const Revision& revision = change.newest();
    const Decision& decision = command.decision;
    AB_CHECK(check_sentence(revision.policy, decision));
    if (revision.earliest && now < *revision.earliest) {
        return refused(
            "launch.deferred_until",
            fmt::format("It was deferred until {}.", base::to_rfc3339(*revision.earliest))
        );
    }
    if (command.live != revision.baseline) {
        return refused(
            "launch.baseline_moved",
            "The live settings aren't those that the request starts from; have a new revision made."
        );
    }
    for (const GivenApproval& given : revision.approvals) {
        if (given.approver == decision.approver || given.key_id == decision.key_id) {
            return refused(
                "launch.approved_before",
                "This person or this key has approved the revision already; each counts once."
            );
        }
    }
    return {};
}

Result<void> check_verb(const Change& change, const Decide& command, base::Instant now) {
    const Revision& revision = change.newest();
    const Verb verb = command.decision.verb;
    if (verb == Verb::revoke) {
        if (revision.state != State::approved) {
            return refused(
                "launch.not_approved", describe(change, revision) + "; nothing to revoke."
            );
        }
    } else if (revision.state != State::in_review) {
        return refused(
            "launch.not_in_review",
            describe(change, revision) + "; only one that is in review can be decided about."
        );
    }
    if (verb == Verb::approve) {
        return check_approval(change, command, now);
    }
    if (verb == Verb::defer &&
        (!command.decision.defer_until || *command.decision.defer_until <= now)) {
        return base::refuse(
            ErrorKind::invalid,
            "launch.reason_missing",
            "Deferring needs a date to come, until when."
        );
    }
    return check_reason(command.decision.rationale, "Anything but an approval");
}

std::string names(const std::vector<std::string>& list) {
    return fmt::format("{}", fmt::join(list, ", "));
}

std::string names(const std::set<std::string>& list) {
    return fmt::format("{}", fmt::join(list, ", "));
}

Result<void> check_conditions(const std::vector<Judged>& conditions) {
    for (const Judged& judged : conditions) {
        if (!judged.holds) {
            return refused(
                "launch.condition_unmet",
                fmt::format("A condition of the approval isn't met: {}.", to_text(judged))
            );
        }
    }
    return {};
}

}  // namespace

Result<void> check_reason(std::string_view reason, std::string_view act) {
    if (reason.size() < kReasonLeast || reason.size() > kStatementTextMax ||
        !base::is_plain_text(reason)) {
        return base::refuse(
            ErrorKind::invalid,
            "launch.reason_missing",
            fmt::format(
                "{} needs a reason of {} to {} bytes on one line; the log keeps it.",
                act,
                kReasonLeast,
                kStatementTextMax
            )
        );
    }
    return {};
}

Result<Event> decide(const Change& change, const Draft& command, base::Instant now) {
    AB_CHECK(require(command.by, RoleName::requester_lead, "draft a change"));
    AB_CHECK(require_one_side(command.by));
    std::optional<base::Instant> earliest;
    if (!change.revisions.empty()) {
        const Revision& newest = change.newest();
        if (!may_be_edited(newest.state)) {
            return refused(
                "launch.revision_is_live",
                describe(change, newest) + "; request a new change instead of editing this one."
            );
        }
        earliest = newest.deferred_until ? newest.deferred_until : newest.earliest;
    }
    return Event{
        now,
        Drafted{
            .revision = std::ssize(change.revisions) + 1,
            .digest = command.digest,
            .baseline = command.baseline,
            .policy = command.policy,
            .author = command.by.user,
            .earliest = earliest,
        }
    };
}

Result<Event> decide(const Change& change, const Submit& command, base::Instant now) {
    AB_CHECK(require(command.by, RoleName::requester_lead, "request an approval"));
    if (change.revisions.empty() || change.newest().state != State::draft) {
        return refused(
            "launch.nothing_drafted", "There is no draft to put to review; make a revision first."
        );
    }
    if (!command.missing.empty()) {
        return refused(
            "launch.query_without_data",
            fmt::format(
                "Nobody could judge this change: there is no data for {}. Let requests through, "
                "then "
                "ask again.",
                names(command.missing)
            )
        );
    }
    return Event{now, Submitted{change.newest().number}};
}

Result<Event> decide(const Change& change, const Decide& command, base::Instant now) {
    base::ensure(!change.revisions.empty(), "a change begins with its first revision");
    AB_CHECK(check_approver(change, command));
    AB_CHECK(check_subject(change, command.decision));
    AB_CHECK(check_verb(change, command, now));
    AB_CHECK(check_times(change.newest(), command.decision, now));
    return Event{now, Decided{command.decision}};
}

Result<Event> decide(const Change& change, const Withdraw& command, base::Instant now) {
    const Revision& newest = change.newest();
    if (!change.authors.contains(command.by.user)) {
        return not_yours("launch.not_yours", "Only who requested a change can withdraw it.");
    }
    if (is_final(newest.state) || !may_be_edited(newest.state)) {
        return refused(
            "launch.not_in_review", describe(change, newest) + "; it can't be withdrawn."
        );
    }
    AB_CHECK(check_reason(command.reason, "Withdrawing"));
    return Event{now, Withdrawn{newest.number, command.reason}};
}

Result<Event> decide(const Change& change, const SignReport& command, base::Instant now) {
    AB_CHECK(require(command.by, RoleName::requester_lead, "sign a post-change report"));
    AB_CHECK(require_one_side(command.by));
    if (command.signer != command.by.user) {
        return not_yours("launch.not_the_signer", "The report's statement names another person.");
    }
    const Revision* const revision = change.revision(command.revision);
    base::ensure(revision != nullptr, "an execution is of a revision");
    const bool has_ended = revision->state == State::completed ||
                           revision->state == State::rolled_back ||
                           revision->state == State::failed_manual;
    if (!has_ended) {
        return refused(
            "launch.nothing_to_report",
            describe(change, *revision) + "; a report is signed once, after the execution."
        );
    }
    return Event{now, Reported{.revision = command.revision, .report = command.report}};
}

Result<Event> decide(const Change& change, const Start& command, base::Instant now) {
    const Revision& newest = change.newest();
    AB_CHECK(require(command.by, RoleName::requester_lead, "start a change"));
    AB_CHECK(require_one_side(command.by));
    if (newest.author != command.by.user) {
        return not_yours(
            "launch.not_yours", "The lead who requested the change starts it, nobody else."
        );
    }
    if (newest.state != State::approved) {
        return refused(
            "launch.not_approved",
            describe(change, newest) + "; only what is approved can be started."
        );
    }
    for (const GivenApproval& approval : newest.approvals) {
        if (now + kClockSkew < approval.not_before || now >= approval.expires_at) {
            return refused(
                "launch.approval_expired",
                fmt::format(
                    "The approval is good from {} to {}.",
                    base::to_rfc3339(approval.not_before),
                    base::to_rfc3339(approval.expires_at)
                )
            );
        }
    }
    if (command.ground.live != newest.baseline) {
        return refused(
            "launch.baseline_moved",
            "The live settings aren't those that were approved from; have a new revision made."
        );
    }
    AB_CHECK(check_ground(command));
    return Event{
        now,
        Started{
            .revision = newest.number,
            .attempt = command.attempt,
            .is_rehearsal = command.is_rehearsal,
            .override_reason = command.override_reason,
        }
    };
}

Result<void> check_ground(const Start& command) {
    const Ground& ground = command.ground;
    if (ground.open_p0 + ground.open_p1 > 0) {
        return refused(
            "launch.incident_open",
            fmt::format(
                "{} incidents of severity P0 or P1 are open; close them with their report first.",
                ground.open_p0 + ground.open_p1
            )
        );
    }
    if (!ground.is_gate_open) {
        return refused(
            "launch.phase_gate_closed",
            "The phases before must have ended in success, with their reports signed."
        );
    }
    if (ground.was_log_reopened) {
        return refused(
            "launch.approved_in_earlier_log",
            "The audit log was reopened since this revision was made, and no longer proves its "
            "approval; have a new revision made and approved."
        );
    }
    if (ground.wanted_build != ground.found_build) {
        return refused(
            "launch.build_differs",
            "The program that runs isn't the one that was approved; have a new revision made."
        );
    }
    if (ground.wanted_instances.empty() || ground.wanted_instances != ground.live_instances) {
        return refused(
            "launch.instances_differ",
            fmt::format(
                "The approval is for the instances {}; live are {}.",
                names(ground.wanted_instances),
                ground.live_instances.empty() ? "none" : names(ground.live_instances)
            )
        );
    }
    AB_CHECK(check_conditions(ground.conditions));
    if (!ground.untold.empty()) {
        return refused(
            "launch.notice_undelivered",
            fmt::format(
                "There is no receipt of the approval notice for {}; see accubooks launch notify.",
                names(ground.untold)
            )
        );
    }
    if (command.is_rehearsal) {
        return {};
    }
    if (ground.rehearsals == 0) {
        return refused(
            "launch.rollback_unrehearsed",
            "The rollback of this revision wasn't rehearsed; run accubooks launch start "
            "--rehearsal."
        );
    }
    if (!ground.is_in_window && command.override_reason.empty()) {
        return refused(
            "launch.outside_window",
            "It is outside the change window; wait, or give a reason with --override-window."
        );
    }
    return {};
}

}  // namespace accubooks::launch
