#include "launch/execution_json.h"

#include "launch/decision.h"

namespace accubooks::launch {
namespace {

void write_span(base::JsonWriter& json, std::string_view name, const TimeSpan& span) {
    json.key(name)
        .begin_object()
        .member("from", base::to_rfc3339(span.from))
        .member("to", base::to_rfc3339(span.to))
        .end_object();
}

void write_order(base::JsonWriter& json, const Execution& execution) {
    json.key("order")
        .begin_object()
        .member("generation", execution.order->generation)
        .member("settings_revision", execution.placed);
    json.key("values").begin_object();
    for (const SettingValue& value : execution.order->values) {
        json.member(value.setting, value.value);
    }
    json.end_object().key("acknowledged").begin_array();
    for (const Acknowledgement& one : execution.acknowledged) {
        json.value(one.instance);
    }
    json.end_array().end_object();
}

void write_members(base::JsonWriter& json, const Attempt& attempt) {
    const Execution& execution = attempt.execution;
    const Terms& terms = execution.terms;
    json.member("execution", attempt.row.number)
        .member("change", terms.change)
        .member("revision", terms.revision)
        .member("attempt", terms.attempt)
        .member("sha256", terms.digest)
        .member("rehearsal", terms.is_rehearsal())
        .member("time_scale", terms.time_scale)
        .member("override_window", terms.override_window)
        .member("state", to_string(execution.state))
        .member("ended", is_final(execution.state))
        .member("intent", to_string(execution.intent))
        .member("cause", to_string(execution.cause))
        .member("why", execution.why)
        .member("started_at", base::to_rfc3339(execution.started_at))
        .member("entered_at", base::to_rfc3339(execution.entered_at))
        .member("deadline", base::to_rfc3339(execution.deadline))
        .member("window_ms", std::int64_t{execution.window(attempt.plan).count()})
        .member("last_at", base::to_rfc3339(execution.last_at))
        .member("events_count", attempt.number());
    json.key("instances").begin_array();
    for (const std::string& instance : terms.instances) {
        json.value(instance);
    }
    json.end_array();
    if (execution.baseline) {
        write_span(json, "baseline", *execution.baseline);
    } else {
        json.member("baseline", nullptr);
    }
    if (execution.order) {
        write_order(json, execution);
    } else {
        json.member("order", nullptr);
    }
}

}  // namespace

void write_execution(base::JsonWriter& json, const Attempt& attempt) {
    json.begin_object();
    write_members(json, attempt);
    json.end_object();
}

void write_unreadable(base::JsonWriter& json, const ExecutionRow& row, std::string_view why) {
    json.begin_object()
        .member("execution", row.number)
        .member("change", change_name(row.change))
        .member("revision", row.revision)
        .member("attempt", row.attempt)
        .member("rehearsal", row.is_rehearsal)
        .member("unreadable", why)
        .end_object();
}

std::string execution_json(const Attempt& attempt) {
    base::JsonWriter json;
    write_execution(json, attempt);
    return std::move(json).take();
}

std::string history_json(const Attempt& attempt) {
    base::JsonWriter json;
    json.begin_object();
    write_members(json, attempt);
    json.key("events").begin_array();
    for (const ExecutionEvent& event : attempt.history) {
        json.raw(to_json(event));
    }
    json.end_array().end_object();
    return std::move(json).take();
}

}  // namespace accubooks::launch
