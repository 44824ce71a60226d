#pragma once

#include <array>
#include <string_view>

#include "launch/execution.h"
#include "launch/internal/plan_fields.h"
#include "launch/internal/record.h"
#include "launch/internal/verdict_fields.h"

namespace accubooks::launch {

constexpr std::array<std::string_view, 17> names(ExecutionState) {
    return {
        "precheck",
        "baseline",
        "apply",
        "soak",
        "immediate",
        "synthetic",
        "sustained",
        "finalise",
        "paused",
        "rolling_back",
        "rollback_verify",
        "rollback_failed",
        "succeeded",
        "rolled_back",
        "rehearsed",
        "cancelled",
        "failed_manual"
    };
}
constexpr std::array<std::string_view, 4> names(Intent) {
    return {"none", "pause", "rollback", "abort"};
}
constexpr std::array<std::string_view, 13> names(Cause) {
    return {
        "progress",
        "check_failed",
        "verdict_failed",
        "inconclusive",
        "hard_trigger",
        "deadline",
        "no_data",
        "divergence",
        "person",
        "rehearsal_over",
        "other_engine",
        "not_recorded",
        "incident"
    };
}

template <class Fields, Is<Terms> T>
void describe(Fields& fields, T& of) {
    fields("change", of.change);
    fields("revision", of.revision);
    fields("attempt", of.attempt);
    fields("digest", of.digest);
    fields("time_scale", of.time_scale);
    fields("instances", of.instances);
    fields("prior", of.prior);
    fields("override_window", of.override_window);
}
template <class Fields, Is<TimeSpan> T>
void describe(Fields& fields, T& of) {
    fields("from", of.from);
    fields("to", of.to);
}
template <class Fields, Is<Order> T>
void describe(Fields& fields, T& of) {
    fields("generation", of.generation);
    fields("values", of.values);
}
template <class Fields, Is<Acknowledgement> T>
void describe(Fields& fields, T& of) {
    fields("instance", of.instance);
    fields("boot_id", of.boot_id);
    fields("generation", of.generation);
    fields("pool_max", of.pool_max);
}
template <class Fields, Is<ExecutionStarted> T>
void describe(Fields& fields, T& of) {
    fields("at", of.at);
    fields("deadline", of.deadline);
    fields("engine_version", of.engine_version);
    fields("epoch", of.epoch);
    fields("terms", of.terms);
    fields("baseline", of.baseline);
}
template <class Fields, Is<Claimed> T>
void describe(Fields& fields, T& of) {
    fields("at", of.at);
    fields("epoch", of.epoch);
    fields("holder", of.holder);
    fields("engine_version", of.engine_version);
}
template <class Fields, Is<CheckOutcome> T>
void describe(Fields& fields, T& of) {
    fields("check", of.check);
    fields("outcome", of.outcome);
    fields("why", of.why);
}
template <class Fields, Is<Checked> T>
void describe(Fields& fields, T& of) {
    fields("at", of.at);
    fields("checks", of.checks);
}
template <class Fields, Is<Entered> T>
void describe(Fields& fields, T& of) {
    fields("at", of.at);
    fields("deadline", of.deadline);
    fields("state", of.state);
    fields("cause", of.cause);
    fields("why", of.why);
    fields("step", of.step);
    fields("order", of.order);
    fields("retry_at", of.retry_at);
}
template <class Fields, Is<Placed> T>
void describe(Fields& fields, T& of) {
    fields("at", of.at);
    fields("generation", of.generation);
    fields("revision", of.revision);
}
template <class Fields, Is<Acknowledged> T>
void describe(Fields& fields, T& of) {
    fields("at", of.at);
    fields("by", of.by);
}
template <class Fields, Is<BaselineFrozen> T>
void describe(Fields& fields, T& of) {
    fields("at", of.at);
    fields("span", of.span);
}
template <class Fields, Is<Extended> T>
void describe(Fields& fields, T& of) {
    fields("at", of.at);
    fields("deadline", of.deadline);
    fields("state", of.state);
    fields("why", of.why);
    fields("retry_at", of.retry_at);
}
template <class Fields, Is<StageJudged> T>
void describe(Fields& fields, T& of) {
    fields("at", of.at);
    fields("state", of.state);
    fields("outcome", of.outcome);
    fields("verdicts", of.verdicts);
}
template <class Fields, Is<SourceLost> T>
void describe(Fields& fields, T& of) {
    fields("at", of.at);
    fields("silent", of.silent);
}
template <class Fields, Is<SourceBack> T>
void describe(Fields& fields, T& of) {
    fields("at", of.at);
}
template <class Fields, Is<Triggered> T>
void describe(Fields& fields, T& of) {
    fields("at", of.at);
    fields("fired", of.fired);
}
template <class Fields, Is<IntentRaised> T>
void describe(Fields& fields, T& of) {
    fields("at", of.at);
    fields("intent", of.intent);
    fields("by", of.by);
    fields("why", of.why);
}
template <class Fields, Is<Resumed> T>
void describe(Fields& fields, T& of) {
    fields("at", of.at);
    fields("deadline", of.deadline);
    fields("by", of.by);
    fields("why", of.why);
}

}  // namespace accubooks::launch
