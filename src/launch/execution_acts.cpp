#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "launch/execution.h"
#include "launch/internal/transitions.h"

// What people may do to an execution.
namespace accubooks::launch {
namespace {

using base::ErrorKind;
using base::Instant;
using base::refuse;
using base::Result;

Right right_for(Intent intent) {
    switch (intent) {
        case Intent::none:
        case Intent::pause:
            return Right::pause;
        case Intent::rollback:
            return Right::rollback;
        case Intent::abort:
            return Right::abort;
    }
    std::unreachable();
}

class ActDecider {
public:
    ActDecider(const Plan& plan, const Execution& execution, Instant now)
        : plan_{plan}, execution_{execution}, now_{now} {}

    Result<Events> operator()(const Raise& act) const {
        if (!plan_.may(act.by.role, right_for(act.intent))) {
            return no_right(act.by, right_for(act.intent));
        }
        if (act.intent <= execution_.intent) {
            return refuse(
                ErrorKind::conflict,
                "launch.intent_falls",
                fmt::format(
                    "It is to {} already; an intent only rises.", to_string(execution_.intent)
                )
            );
        }
        if (act.intent == Intent::pause && execution_.is_rolling_back()) {
            return refuse(
                ErrorKind::conflict, "launch.rolls_back", "It rolls back, which isn't paused."
            );
        }
        Events events{
            IntentRaised{.at = now_, .intent = act.intent, .by = act.by.name, .why = act.why}
        };
        if (act.intent == Intent::pause) {
            events.emplace_back(pause(plan_, execution_, Cause::person, act.why, now_));
        } else if (!execution_.is_rolling_back()) {
            std::ranges::move(
                way_back(plan_, execution_, Cause::person, act.why, now_),
                std::back_inserter(events)
            );
        }
        return events;
    }

    Result<Events> operator()(const Resume& act) const {
        if (execution_.state != ExecutionState::paused) {
            return refuse(ErrorKind::conflict, "launch.not_paused", "It isn't paused.");
        }
        if (act.is_p0_open) {
            return refuse(
                ErrorKind::conflict, "launch.p0_open", "A P0 incident is open; close it first."
            );
        }
        if (act.had_p0 && !plan_.may(act.by.role, Right::resume_after_p0)) {
            return refuse(
                ErrorKind::forbidden,
                "launch.executive_resumes",
                "After a P0 only the Executive Operator resumes."
            );
        }
        if (!plan_.may(act.by.role, Right::resume)) {
            return no_right(act.by, Right::resume);
        }
        return Events{Resumed{
            .at = now_,
            .deadline = execution_.deadline_when_paused + (now_ - execution_.paused_at),
            .by = act.by.name,
            .why = act.why,
        }};
    }

    Result<Events> operator()(const Resolve& act) const {
        if (execution_.state != ExecutionState::rollback_failed) {
            return refuse(
                ErrorKind::conflict,
                "launch.nothing_failed",
                "No rollback failed that could be resolved."
            );
        }
        if (!plan_.may(act.by.role, Right::rollback)) {
            return no_right(act.by, Right::rollback);
        }
        std::string how = fmt::format("{}: {}", act.by.name, act.why);
        return Events{enter(
            execution_, ExecutionState::failed_manual, Cause::person, std::move(how), {}, now_
        )};
    }

private:
    static std::unexpected<base::Error> no_right(const Person& by, Right right) {
        return refuse(
            ErrorKind::forbidden,
            "launch.no_right",
            fmt::format("A {} may not {}.", to_string(by.role), to_string(right))
        );
    }

    const Plan& plan_;
    const Execution& execution_;
    Instant now_;
};

}  // namespace

Result<Events> decide(const Plan& plan, const Execution& execution, const Act& act, Instant now) {
    if (is_final(execution.state)) {
        return refuse_ended(execution);
    }
    const bool gives_reason = std::visit([](const auto& one) { return !one.why.empty(); }, act);
    if (!gives_reason) {
        return refuse(ErrorKind::invalid, "launch.reason_missing", "Say why.");
    }
    return std::visit(ActDecider{plan, execution, std::max(now, execution.last_at)}, act);
}

Result<Events> give_up(
    const Execution& execution, const Person& by, std::string_view why, Instant now
) {
    if (is_final(execution.state)) {
        return refuse_ended(execution);
    }
    const ExecutionState end =
        execution.is_touched() ? ExecutionState::failed_manual : ExecutionState::cancelled;
    std::string how = fmt::format("{}: {}", by.name, why);
    const Instant later = std::max(now, execution.last_at);
    return Events{enter(execution, end, Cause::person, std::move(how), {}, later)};
}

}  // namespace accubooks::launch
