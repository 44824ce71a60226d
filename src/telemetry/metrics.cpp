#include "telemetry/metrics.h"

#include <cmath>
#include <mutex>
#include <sstream>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace accubooks::telemetry {

namespace {

// Four digits are enough to tell neighbours apart and keep the exposition readable.
double rounded(double value) {
    const double unit = std::pow(10, std::floor(std::log10(value)) - 3);
    return std::round(value / unit) * unit;
}

std::vector<double> make_duration_buckets() {
    constexpr int kFirst = -64;  // 1.1^-64 is 2.24 ms
    constexpr int kLast = 24;    // 1.1^24 is 9.85 s
    std::vector<double> bounds{0.002};
    for (int power = kFirst; power <= kLast; ++power) {
        bounds.push_back(power == 0 ? 1.0 : rounded(std::pow(1.1, power)));
    }
    bounds.push_back(10);
    return bounds;
}

}  // namespace

void Counter::add(double amount) const {
    series_->Increment(amount);
}

void Counter::raise_to(double total) const {
    const double missing = total - series_->Value();
    if (missing > 0) {
        series_->Increment(missing);
    }
}

void Gauge::set(double value) const {
    series_->Set(value);
}
void Gauge::add(double amount) const {
    series_->Increment(amount);
}

void Histogram::observe(double value) const {
    series_->Observe(value);
}

std::span<const double> duration_buckets() {
    static const std::vector<double> bounds = make_duration_buckets();
    return bounds;
}

struct Metrics::State {
    prometheus::Registry registry;
    mutable std::mutex mutex;  // guards `refreshes`
    std::vector<std::function<void()>> refreshes;
};

Metrics::Metrics() : state_{std::make_unique<State>()} {}
Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(state_->registry);
    return Counter{family.Add(labels)};
}

Gauge Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(state_->registry);
    return Gauge{family.Add(labels)};
}

Histogram Metrics::histogram(
    const std::string& name,
    const std::string& help,
    std::span<const double> buckets,
    const Labels& labels
) {
    auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(state_->registry);
    return Histogram{family.Add(labels, std::vector<double>(buckets.begin(), buckets.end()))};
}

void Metrics::at_scrape(std::function<void()> refresh) {
    const std::lock_guard lock{state_->mutex};
    state_->refreshes.push_back(std::move(refresh));
}

std::string Metrics::exposition() const {
    {
        const std::lock_guard lock{state_->mutex};
        for (const auto& refresh : state_->refreshes) {
            refresh();
        }
    }
    std::ostringstream out;
    prometheus::TextSerializer{}.Serialize(out, state_->registry.Collect());
    return out.str();
}

}  // namespace accubooks::telemetry
