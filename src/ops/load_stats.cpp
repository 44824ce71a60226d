#include "ops/load_stats.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/json_writer.h"

namespace accubooks::ops {
namespace {

double ms_of_us(std::uint32_t us) {
    return us / 1000.0;
}

double ms_of(LoadStats::Elapsed time) {
    return std::chrono::duration<double, std::milli>{time}.count();
}

std::string number(double value) {
    return fmt::format("{:.3f}", value);
}

}  // namespace

std::uint32_t percentile(std::span<const std::uint32_t> sorted, unsigned percent) {
    if (sorted.empty()) {
        return 0;
    }
    const std::size_t rank = (sorted.size() * percent + 99) / 100;
    return sorted[std::max<std::size_t>(rank, 1) - 1];
}

double LoadReport::error_rate() const {
    return requests == 0 ? 0 : static_cast<double>(errors) / static_cast<double>(requests);
}

double LoadReport::throughput_per_s() const {
    return duration_s <= 0 ? 0 : static_cast<double>(requests - errors) / duration_s;
}

std::string to_json(const LoadReport& report) {
    base::JsonWriter json;
    const auto decimal = [&json](std::string_view name, double value) {
        json.key(name).raw(number(value));
    };
    json.begin_object().member("requests", report.requests).member("errors", report.errors);
    json.key("error_rate").raw(fmt::format("{:.6f}", report.error_rate()));
    json.key("errors_by_kind").begin_object();
    for (const auto& [kind, count] : report.errors_by_kind) {
        json.member(kind, count);
    }
    json.end_object();
    decimal("throughput_per_s", report.throughput_per_s());
    json.key("latency_ms").begin_object();
    decimal("p50", report.latency_ms.p50);
    decimal("p75", report.latency_ms.p75);
    decimal("p95", report.latency_ms.p95);
    decimal("p99", report.latency_ms.p99);
    decimal("max", report.latency_ms.max);
    json.end_object();
    decimal("longest_gap_ms", report.longest_gap_ms);
    decimal("duration_s", report.duration_s);
    json.member("seed", report.seed).key("mix").begin_object();
    for (const LoadOperation operation : kLoadOperations) {
        json.member(to_string(operation), report.mix.weight(operation));
    }
    json.end_object().end_object();
    return std::move(json).take();
}

std::string to_table(const LoadReport& report) {
    std::string table = fmt::format(
        "requests    {}\n"
        "errors      {} ({:.4f} %)\n",
        report.requests,
        report.errors,
        report.error_rate() * 100
    );
    for (const auto& [kind, count] : report.errors_by_kind) {
        table += fmt::format("  {:<16} {}\n", kind, count);
    }
    table += fmt::format(
        "throughput  {:.1f} answered rightly a second\n"
        "latency     p50 {:.3f} ms, p75 {:.3f} ms, p95 {:.3f} ms, p99 {:.3f} ms, max {:.3f} ms\n"
        "longest gap {:.3f} ms without a right answer\n"
        "duration    {:.3f} s\n"
        "seed        {}\n",
        report.throughput_per_s(),
        report.latency_ms.p50,
        report.latency_ms.p75,
        report.latency_ms.p95,
        report.latency_ms.p99,
        report.latency_ms.max,
        report.longest_gap_ms,
        report.duration_s,
        report.seed
    );
    return table;
}

void LoadStats::succeeded(Elapsed now, Elapsed latency) {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(latency).count();
    latencies_us_.push_back(static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(us, 0, std::numeric_limits<std::uint32_t>::max())
    ));
    longest_gap_ = std::max(longest_gap_, now - last_success_);
    last_success_ = now;
}

void LoadStats::failed(std::string_view kind) {
    ++errors_;
    ++kinds_[std::string{kind}];
}

LoadReport LoadStats::report(Elapsed end, std::uint64_t seed, const LoadMix& mix) const {
    std::vector<std::uint32_t> sorted = latencies_us_;
    std::ranges::sort(sorted);
    return {
        .requests = requests(),
        .errors = errors_,
        .errors_by_kind = {kinds_.begin(), kinds_.end()},
        .latency_ms =
            {.p50 = ms_of_us(percentile(sorted, 50)),
             .p75 = ms_of_us(percentile(sorted, 75)),
             .p95 = ms_of_us(percentile(sorted, 95)),
             .p99 = ms_of_us(percentile(sorted, 99)),
             .max = ms_of_us(percentile(sorted, 100))},
        .longest_gap_ms = ms_of(std::max(longest_gap_, end - last_success_)),
        .duration_s = std::chrono::duration<double>{end}.count(),
        .seed = seed,
        .mix = mix,
    };
}

}  // namespace accubooks::ops
