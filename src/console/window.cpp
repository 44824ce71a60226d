#include "console/window.h"

namespace accubooks::console {
namespace {

constexpr std::uint64_t kNanosInMicro = 1000;
constexpr std::int64_t kPpm = 1'000'000;

std::optional<std::int64_t> quantile(const base::Sketch& times, double share) {
    if (times.count() == 0) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(times.quantile(share) / kNanosInMicro);
}

std::optional<std::int64_t> share_ppm(double part, double whole) {
    if (whole <= 0) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(part / whole * static_cast<double>(kPpm));
}

}  // namespace

Readings Window::read(const Totals& totals, Time now) {
    // The last one that is a minute old stays as what is compared with.
    while (earlier_.size() > 1 && now - earlier_[1].at >= kSpan) {
        earlier_.pop_front();
    }
    Readings readings{
        {"pool_utilisation", {}}, {"connection_wait_p95", {}}, {"cache_hit_rate", {}}
    };
    if (!earlier_.empty()) {
        const Totals& then = earlier_.front().totals;
        readings["pool_utilisation"] = {
            .value = share_ppm(
                static_cast<double>((totals.pool_used - then.pool_used).count()),
                static_cast<double>((totals.pool_max - then.pool_max).count())
            ),
            .samples = 1,
        };
        const auto hits = totals.cache_hits - then.cache_hits;
        const auto lookups = hits + totals.cache_misses - then.cache_misses;
        readings["cache_hit_rate"] = {
            .value = share_ppm(static_cast<double>(hits), static_cast<double>(lookups)),
            .samples = lookups,
        };
        if (const auto waits = totals.pool_wait.since(then.pool_wait)) {
            readings["connection_wait_p95"] = {
                .value = quantile(*waits, 0.95), .samples = waits->count()
            };
        }
    }
    if (earlier_.empty() || now - earlier_.back().at >= kStep) {
        earlier_.push_back({.at = now, .totals = totals});
    }
    return readings;
}

Readings readings_of(const telemetry::RequestTally::Window& requests) {
    telemetry::RequestFigures all;
    for (const telemetry::RequestFigures& kind : requests.figures) {
        all.merge(kind);
    }
    const auto of = [&all](std::optional<std::int64_t> value) {
        return Reading{.value = value, .samples = all.requests};
    };
    const auto errors =
        share_ppm(static_cast<double>(all.errors), static_cast<double>(all.requests));
    return {
        {"error_rate", of(errors)},
        {"latency_p50", of(quantile(all.took, 0.50))},
        {"latency_p95", of(quantile(all.took, 0.95))},
        {"latency_p99", of(quantile(all.took, 0.99))},
    };
}

std::vector<ClassFigures> classes_of(const telemetry::RequestTally::Window& requests) {
    std::vector<ClassFigures> classes;
    classes.reserve(telemetry::kRouteClasses);
    for (std::size_t i = 0; i < telemetry::kRouteClasses; ++i) {
        const auto of = static_cast<telemetry::RouteClass>(i);
        if (of == telemetry::RouteClass::control) {
            continue;
        }
        const telemetry::RequestFigures& figures = requests.classes.at(i);
        classes.push_back({
            .of = of,
            .samples = figures.requests,
            .errors = figures.errors,
            .p50 = quantile(figures.took, 0.50),
            .p95 = quantile(figures.took, 0.95),
            .p99 = quantile(figures.took, 0.99),
        });
    }
    return classes;
}

}  // namespace accubooks::console
