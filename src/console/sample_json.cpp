#include "base/json_writer.h"
#include "console/history.h"

namespace accubooks::console {
namespace {

using base::JsonWriter;

void write_health(JsonWriter& json, const Sample& sample) {
    json.key("checks").begin_array();
    for (const telemetry::HealthCheck& check : sample.findings.checks) {
        json.begin_object()
            .member("name", check.name)
            .member("state", to_string(check.state))
            .member("detail", check.detail)
            .end_object();
    }
    json.end_array();
}

void write(JsonWriter& json, const InstanceStanding& one, const base::Uuid& own_boot) {
    const ops::Boot& boot = one.answer.boot;
    json.begin_object()
        .member("instance", boot.who.instance)
        .member("boot_id", base::to_string(boot.who.boot_id))
        .member("version", boot.who.version)
        .member("grade", to_string(one.grade))
        .member("standing", to_string(one.answer.standing))
        .member("live", boot.is_live)
        .member("draining", boot.is_draining)
        .member("revision", one.revision)
        .member("since", base::to_rfc3339(boot.started_at))
        .member("last_seen_at", base::to_rfc3339(boot.last_seen_at))
        .member("this", boot.who.boot_id == own_boot)
        .end_object();
}

void write_instances(JsonWriter& json, const Sample& sample) {
    json.key("instances");
    if (!sample.instances) {
        json.value(nullptr);
        return;
    }
    json.begin_array();
    for (const InstanceStanding& one : *sample.instances) {
        write(json, one, sample.findings.boot_id);
    }
    json.end_array();
}

void write_pool(JsonWriter& json, const Sample& sample) {
    const PoolFigures& pool = sample.findings.pool;
    const auto& facts = sample.findings.facts;
    json.key("pool")
        .begin_object()
        .member("used", pool.used)
        .member("idle", pool.idle)
        .member("peak", pool.peak)
        .member("waiting", pool.waiting)
        .member("min", pool.min)
        .member("max", pool.max)
        .member("effective_max", pool.effective_max)
        .member("limit", facts ? std::optional{facts->limit} : std::nullopt)
        .end_object();
}

void write_classes(JsonWriter& json, const std::vector<ClassFigures>& classes) {
    json.key("latency").begin_array();
    for (const ClassFigures& one : classes) {
        json.begin_object()
            .member("class", to_string(one.of))
            .member("judged", telemetry::is_judged(one.of))
            .member("samples", one.samples)
            .member("errors", one.errors)
            .member("p50_us", one.p50)
            .member("p95_us", one.p95)
            .member("p99_us", one.p99)
            .end_object();
    }
    json.end_array();
}

void write(JsonWriter& json, const Judged& one) {
    json.begin_object()
        .member("metric", one.metric)
        .member("unit", to_string(launch::find_metric(one.metric)->unit))
        .member("value", one.reading.value)
        .member("samples", one.reading.samples)
        .member("grade", to_string(one.grade))
        .key("thresholds")
        .begin_array();
    for (const Threshold& threshold : one.thresholds) {
        json.begin_object()
            .member("grade", to_string(threshold.grade))
            .member("when", to_text(threshold.when))
            .member("bound", threshold.when.bound)
            .end_object();
    }
    json.end_array().end_object();
}

void write(JsonWriter& json, const Alert& one) {
    json.begin_object()
        .member("alert", one.name)
        .member("grade", to_string(one.grade))
        .member("severity", one.severity.empty() ? std::nullopt : std::optional{one.severity})
        .member("threshold", one.threshold)
        .member("found", one.found)
        .end_object();
}

template <class T>
void write_all(JsonWriter& json, std::string_view name, const std::vector<T>& all) {
    json.key(name).begin_array();
    for (const T& one : all) {
        write(json, one);
    }
    json.end_array();
}

}  // namespace

std::string to_json(const Sample& sample) {
    const Findings& findings = sample.findings;
    JsonWriter json{8UL * 1024};
    json.begin_object()
        .member("seq", sample.number)
        .member("at", base::to_rfc3339(findings.at))
        .member("instance", findings.instance)
        .member("boot_id", base::to_string(findings.boot_id))
        .member("version", findings.version)
        .member("revision", findings.revision);
    write_health(json, sample);
    write_instances(json, sample);
    write_pool(json, sample);
    write_classes(json, findings.classes);
    write_all(json, "figures", sample.judged);
    write_all(json, "alerts", sample.alerts);
    json.end_object();
    return std::move(json).take();
}

}  // namespace accubooks::console
