#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace accubooks::telemetry {

using Labels = std::map<std::string, std::string>;

/// Handles on one time series each: cheap to copy, for any thread, valid as long as the Metrics
/// they came from.
class Counter {
public:
    void add(double amount = 1) const;  // never negative
    /// For totals counted elsewhere: catches up with `total`; a smaller one is ignored.
    void raise_to(double total) const;

private:
    friend class Metrics;
    explicit Counter(prometheus::Counter& series) : series_{&series} {}
    prometheus::Counter* series_;
};

class Gauge {
public:
    void set(double value) const;
    void add(double amount) const;

private:
    friend class Metrics;
    explicit Gauge(prometheus::Gauge& series) : series_{&series} {}
    prometheus::Gauge* series_;
};

class Histogram {
public:
    void observe(double value) const;  // in the unit its name ends with

private:
    friend class Metrics;
    explicit Histogram(prometheus::Histogram& series) : series_{&series} {}
    prometheus::Histogram* series_;
};

/// Upper bounds for durations in seconds: 2 ms to 10 s, each 1.1 times the one before, 1.0 exactly
/// among them because the latency alert asks for that one (launch control design, "Names").
std::span<const double> duration_buckets();

/// Every time series of the process. Names are OpenTelemetry's where it has one, in Prometheus
/// spelling, else "accubooks_…_unit"; counters end in "_total". Labels never hold ids of tenants or
/// users, nor anything else that requests can make up: each value is a series forever. For any
/// thread.
class Metrics {
public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    /// The series of that name and those labels, made at zero when it is new, so that its first
    /// increase shows. A name used for two kinds, or a name or label Prometheus can't have, is a
    /// bug: std::invalid_argument.
    Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
    Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
    Histogram histogram(
        const std::string& name,
        const std::string& help,
        std::span<const double> buckets,
        const Labels& labels = {}
    );

    /// `refresh` runs before every exposition, for gauges that are looked up and not counted. It
    /// must not block.
    void at_scrape(std::function<void()> refresh);

    /// Everything in Prometheus' text format 0.0.4.
    std::string exposition() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace accubooks::telemetry
