#include "ops/health_metrics_api.h"

#include <array>
#include <chrono>
#include <functional>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/json_writer.h"

namespace accubooks::ops {
namespace {

using base::JsonWriter;
using base::Sketch;
using telemetry::ByTraffic;
using telemetry::RequestFigures;
using telemetry::Traffic;
using Answer = base::Task<base::Result<net::Response>>;

constexpr std::array kTraffics{Traffic::real, Traffic::synthetic};
static_assert(kTraffics.size() == telemetry::kTraffics);

void ratio(JsonWriter& json, std::string_view name, double part, double whole) {
    json.key(name);
    if (whole > 0) {
        json.raw(fmt::format("{:.6f}", part / whole));
    } else {
        json.value(nullptr);
    }
}

/// Times that were kept in nanoseconds.
void milliseconds(JsonWriter& json, std::string_view name, const Sketch& times) {
    const auto decimal = [&](std::string_view what, std::uint64_t nanoseconds) {
        json.key(what);
        if (times.count() == 0) {
            json.value(nullptr);
        } else {
            json.raw(fmt::format("{:.6f}", static_cast<double>(nanoseconds) / 1e6));
        }
    };
    json.key(name).begin_object().member("count", times.count());
    decimal("p50", times.quantile(0.50));
    decimal("p95", times.quantile(0.95));
    decimal("p99", times.quantile(0.99));
    decimal("max", times.max());
    json.end_object();
}

void sketch(JsonWriter& json, std::string_view name, const Sketch& times) {
    json.member(name, base::to_base64(times.to_bytes()));
}

/// Counts, latency and rates over the time that they cover.
void figures(JsonWriter& json, const RequestFigures& of, std::chrono::nanoseconds covers) {
    const auto requests = static_cast<double>(of.requests);
    const double seconds = std::chrono::duration<double>{covers}.count();
    json.member("requests", of.requests).member("errors", of.errors);
    ratio(json, "error_rate", static_cast<double>(of.errors), requests);
    json.key("rates").begin_object();
    ratio(json, "requests_per_s", requests, seconds);
    ratio(json, "errors_per_s", static_cast<double>(of.errors), seconds);
    json.end_object();
    milliseconds(json, "latency_ms", of.took);
}

/// The figures of all requests, then of each kind.
void figures(
    JsonWriter& json, const ByTraffic& of, std::chrono::nanoseconds covers, bool with_sketches
) {
    RequestFigures all;
    for (const RequestFigures& each : of) {
        all.merge(each);
    }
    json.key("covers_s").raw(fmt::format("{:.3f}", std::chrono::duration<double>{covers}.count()));
    figures(json, all, covers);
    json.key("traffic").begin_object();
    for (const Traffic kind : kTraffics) {
        const RequestFigures& each = of.at(static_cast<std::size_t>(kind));
        json.key(to_string(kind)).begin_object();
        figures(json, each, covers);
        if (with_sketches) {
            sketch(json, "sketch", each.took);
        }
        json.end_object();
    }
    json.end_object();
}

void window(
    JsonWriter& json, std::string_view name, const telemetry::RequestTally::Window& recent
) {
    json.key(name).begin_object();
    figures(json, recent.figures, recent.covers, false);
    json.end_object();
}

void routes(JsonWriter& json, const telemetry::RequestTally::Totals& totals) {
    json.key("routes").begin_array();
    for (const auto& route : totals.routes) {
        json.begin_object().member("route", route.name).member("traffic", to_string(route.traffic));
        json.member("requests", route.figures.requests).member("errors", route.figures.errors);
        milliseconds(json, "latency_ms", route.figures.took);
        sketch(json, "sketch", route.figures.took);
        json.end_object();
    }
    json.end_array();
}

void pool(JsonWriter& json, std::string_view name, const pg::Pool& of) {
    const pg::PoolStatus status = of.status();
    const pg::PoolTimes times = of.times();
    json.key(name).begin_object();
    json.member("min", status.settings.min).member("max", status.settings.max);
    json.member("effective_max", status.effective_max());
    json.member("used", status.used).member("idle", status.idle);
    json.member("connecting", status.connecting).member("checking", status.checking);
    json.member("closing", status.closing).member("waiting", status.waiting);
    ratio(
        json,
        "utilisation",
        static_cast<double>(status.used_time.count()),
        static_cast<double>(status.max_time.count())
    );
    json.member("used_connection_us", status.used_time.count());
    json.member("max_connection_us", status.max_time.count());
    json.member("timeouts", status.timeouts).member("refused_full", status.refused_full);
    json.member("connect_failures", status.connect_failures).member("no_room", status.no_room);
    json.member("created", status.created).member("leaks", status.leaks);
    json.key("closed").begin_object();
    for (std::size_t reason = 0; reason < pg::kCloseReasons; ++reason) {
        json.member(to_string(static_cast<pg::CloseReason>(reason)), status.closed.at(reason));
    }
    json.end_object();
    milliseconds(json, "wait_ms", times.wait);
    milliseconds(json, "use_ms", times.use);
    milliseconds(json, "connect_ms", times.connect);
    json.key("sketches").begin_object();
    sketch(json, "wait", times.wait);
    sketch(json, "use", times.use);
    sketch(json, "connect", times.connect);
    json.end_object().end_object();
}

Answer show(const HealthMetricsParts& parts, base::Instant since, const net::Request&) {
    const InForce in_force = parts.settings.in_force();
    const auto steady = telemetry::RequestTally::Time::clock::now();
    const telemetry::RequestTally& tally = parts.requests.tally();
    const auto totals = tally.totals();
    ByTraffic since_start;
    for (const auto& route : totals.routes) {
        since_start.at(static_cast<std::size_t>(route.traffic)).merge(route.figures);
    }
    JsonWriter json{32UL * 1024};
    json.begin_object();
    json.member("instance", in_force.instance);
    json.member("boot_id", base::to_string(in_force.boot_id));
    json.member("since", base::to_rfc3339(since));
    json.member("at", base::to_rfc3339(parts.clock.now()));
    figures(json, since_start, tally.age(steady), true);
    window(json, "last_minute", tally.last(std::chrono::minutes{1}, steady));
    window(json, "last_5_minutes", tally.last(std::chrono::minutes{5}, steady));
    json.member("active", parts.requests.active());
    json.member("unmatched", totals.unmatched).member("undelivered", totals.undelivered);
    json.key("web_client").begin_object();
    json.member("requests", totals.web.requests).member("errors", totals.web.errors);
    milliseconds(json, "latency_ms", totals.web.took);
    json.end_object();
    pool(json, "pool", parts.tenants_pool);
    pool(json, "operations_pool", parts.operations_pool);
    routes(json, totals);
    json.end_object();
    co_return net::Response::json(200, std::move(json).take());
}

}  // namespace

void mount_health_metrics(net::Router& router, const HealthMetricsParts& parts) {
    router.add(
        net::Method::get, "/api/health/metrics", std::bind_front(show, parts, parts.clock.now())
    );
}

}  // namespace accubooks::ops
