#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "launch/change.h"
#include "launch/internal/simulated_world.h"
#include "launch/prechecks.h"

namespace accubooks::launch::simulated {

/// The request of a simulated execution, by the real machine of changes: who may edit it, withdraw
/// it, take its approval back or let its time pass does so before the start, meanwhile and behind
/// the end. What may be started is told beside it, from what was signed alone.
class Request {
public:
    /// Requested and approved, and in some histories something else before it is started; `now` is
    /// then when it starts.
    Request(Random& random, Instant& now, bool is_rehearsal) : is_rehearsal_{is_rehearsal} {
        take(draft(), now);
        take(Submit{.by = lead()}, now);
        approve(random, now);
        for (std::int64_t acts = random.one_in(3) ? random.from_to(1, 3) : 0; acts > 0; --acts) {
            meddle_while_it_waits(random, now);
            try_to_start(now);
        }
        if (!may_start(now) && broken_.empty()) {
            if (change_.newest().state != State::in_review) {
                take(draft(), now);
                take(Submit{.by = lead()}, now);
            }
            approve(random, now);
        }
        start(now);
    }

    const Revision& revision() const { return change_.newest(); }
    const std::string& broken() const { return broken_; }
    /// Until when an execution may order its first values.
    Instant approved_until() const {
        return launch::approved_until(revision()).value_or(Instant::from_unix_micros(0));
    }

    /// Somebody tries, while it is carried out, what would take its approval away.
    void meddle(Random& random, Instant now) {
        switch (random.from_to(0, 4)) {
            case 0:
                refused(draft(), "launch.revision_is_live", now);
                break;
            case 1:
                refused(withdrawal(), "launch.not_in_review", now);
                break;
            case 2:
                refused(decision(Verb::revoke, now), "launch.not_approved", now);
                break;
            case 3:
                refused(decision(Verb::approve, now), "launch.not_in_review", now);
                break;
            default:
                refused(start_command(), "launch.not_approved", now);
                break;
        }
        if (due(change_, kLive, now)) {
            note("time took an approval from what is carried out");
        }
    }

    /// The execution has ended. Where nothing was changed for good it may be started again, as long
    /// as its approval is good and nobody edits it.
    void end(Ending ending, Random& random, Instant now) {
        change_ = evolve(change_, {now, Ended{.revision = revision().number, .ending = ending}});
        const bool stands = ending == Ending::cancelled || ending == Ending::rehearsed ||
                            (is_rehearsal_ && ending == Ending::rolled_back);
        if (!stands) {
            signed_until_.reset();
            refused(draft(), "launch.revision_is_live", now);
        }
        settle(now);
        try_to_start(now);
        if (stands && broken_.empty()) {
            meddle_while_it_waits(random, now);
            try_to_start(now);
        }
    }

private:
    inline static const base::Digest kLive{7};

    static Participant lead() {
        return {.user = boot_id(1), .name = "Lea", .roles = {RoleName::requester_lead}};
    }
    static Participant executive() {
        return {.user = boot_id(2), .name = "Eve", .roles = {RoleName::executive_operator}};
    }
    static std::chrono::seconds valid_for() { return hours{24 * 7}; }

    Draft draft() {
        return {
            .by = lead(),
            .digest = {++payloads_},
            .baseline = kLive,
            .policy = {.sentences = {"I approve"}, .approval_valid = valid_for()},
        };
    }
    static Withdraw withdrawal() { return {.by = lead(), .reason = "We don't need it."}; }
    Decide decision(Verb verb, Instant now) const {
        return {
            .by = executive(),
            .decision =
                {
                    .verb = verb,
                    .change = change_.number,
                    .revision = revision().number,
                    .payload = revision().digest,
                    .approver = executive().user,
                    .approver_name = "Eve",
                    .key_id = "k",
                    .sentence = verb == Verb::approve ? "I approve" : "",
                    .rationale = verb == Verb::approve ? "" : "It isn't the time.",
                    .not_before = now,
                    .expires_at = now + valid_for(),
                },
            .live = kLive,
        };
    }
    Start start_command() const {
        return {
            .by = lead(),
            .is_rehearsal = is_rehearsal_,
            .override_reason = {},
            .ground =
                {
                    .live = kLive,
                    .wanted_instances = {"i1"},
                    .live_instances = {"i1"},
                    .rehearsals = 1,
                    .is_gate_open = true,
                    .is_in_window = true,
                },
        };
    }

    void note(std::string what) { broken_ = broken_.empty() ? std::move(what) : broken_; }
    template <class Command>
    void take(const Command& command, Instant now) {
        const auto event = decide(change_, command, now);
        if (event) {
            change_ = evolve(change_, *event);
        } else {
            note("a request was refused: " + event.error().detail);
        }
    }
    template <class Command>
    void refused(const Command& command, std::string_view code, Instant now) {
        const auto event = decide(change_, command, now);
        if (event || event.error().code != code) {
            note(fmt::format(
                "{} answered what {} should refuse", event ? "nothing" : event.error().code, code
            ));
        }
    }
    /// Half of the approvals are over within the time that an execution takes.
    void approve(Random& random, Instant now) {
        Decide command = decision(Verb::approve, now);
        if (random.one_in(2)) {
            command.decision.expires_at = now + seconds{random.from_to(1, 1200)};
        }
        take(command, now);
        signed_from_ = now;
        signed_until_ = command.decision.expires_at;
        last_signed_ = command;
    }
    /// A clock that was set back is behind the signature, which counts from when it was given; a
    /// little, since a person's machine may be wrong by as much.
    bool may_start(Instant now) const {
        return signed_until_ && now < *signed_until_ && now + minutes{5} >= signed_from_;
    }

    /// What time has done is recorded before anything else is.
    void settle(Instant now) {
        if (const auto event = due(change_, kLive, now)) {
            change_ = evolve(change_, *event);
            if (may_start(now)) {
                note("an approval that is good was over");
            }
            signed_until_.reset();
        }
    }
    void meddle_while_it_waits(Random& random, Instant& now) {
        const auto act = random.from_to(0, 3);
        if (act == 0) {
            now = now + seconds{random.from_to(1, 8 * 24 * 3600)};
        }
        settle(now);
        if (act == 1 && may_start(now)) {
            take(decision(Verb::revoke, now), now);
            signed_until_.reset();
        } else if (act == 2 && may_start(now)) {
            take(withdrawal(), now);
            signed_until_.reset();
        } else if (act == 3) {
            take(draft(), now);
            signed_until_.reset();
            if (!revision().approvals.empty()) {
                note("an edit kept an approval");
            }
            take(Submit{.by = lead()}, now);
            if (last_signed_) {
                refused(*last_signed_, "launch.other_revision", now);
            }
        }
    }
    /// Whether it may be started is what was signed, and for how long.
    void try_to_start(Instant now) {
        const auto event = decide(change_, start_command(), now);
        if (event.has_value() != may_start(now)) {
            note(
                event ? "what nobody's signature stands under may start"
                      : "what is approved may not start: " + event.error().detail
            );
        }
    }
    void start(Instant now) {
        if (broken_.empty()) {
            take(start_command(), now);
        }
    }

    bool is_rehearsal_;
    Change change_{.number = 1, .revisions = {}};
    std::uint8_t payloads_ = 0;
    Instant signed_from_;
    std::optional<Instant> signed_until_{};  // as the newest revision was signed; none when not
    std::optional<Decide> last_signed_{};
    std::string broken_{};
};

}  // namespace accubooks::launch::simulated
