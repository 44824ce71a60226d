#include "console/history.h"

#include "base/json_writer.h"
#include "net/event_stream.h"

namespace accubooks::console {
namespace {

Point point_of(const Sample& sample) {
    const auto reading = [&sample](std::string_view metric) {
        const auto found = sample.findings.readings.find(metric);
        return found == sample.findings.readings.end() ? std::nullopt : found->second.value;
    };
    return {
        .number = sample.number,
        .at = sample.findings.at,
        .pool = sample.findings.pool,
        .p50 = reading("latency_p50"),
        .p95 = reading("latency_p95"),
        .p99 = reading("latency_p99"),
    };
}

void write(base::JsonWriter& json, const Point& point) {
    json.begin_object()
        .member("seq", point.number)
        .member("at", base::to_rfc3339(point.at))
        .member("used", point.pool.used)
        .member("peak", point.pool.peak)
        .member("waiting", point.pool.waiting)
        .member("max", point.pool.max)
        .member("p50_us", point.p50)
        .member("p95_us", point.p95)
        .member("p99_us", point.p99)
        .end_object();
}

std::string frame_of(std::int64_t number, const std::string& json) {
    return net::event_frame(number, "sample", json);
}

}  // namespace

std::int64_t History::next() const {
    const std::lock_guard lock{mutex_};
    return next_;
}

void History::add(const Sample& sample) {
    Kept kept{.point = point_of(sample), .json = to_json(sample)};
    const std::lock_guard lock{mutex_};
    base::ensure(sample.number == next_, "samples are numbered without a gap");
    ++next_;
    kept_.push_back(std::move(kept));
    if (kept_.size() > kKept) {
        kept_.pop_front();
    }
}

std::optional<std::string> History::snapshot() const {
    const std::lock_guard lock{mutex_};
    if (kept_.empty()) {
        return std::nullopt;
    }
    base::JsonWriter json{kept_.size() * 160 + kept_.back().json.size()};
    json.begin_object().key("now").raw(kept_.back().json).key("course").begin_array();
    for (const Kept& one : kept_) {
        write(json, one.point);
    }
    json.end_array().end_object();
    return std::move(json).take();
}

History::News History::after(std::optional<std::int64_t> last) const {
    const std::lock_guard lock{mutex_};
    if (kept_.empty()) {
        return {.frames = {}, .last = last};
    }
    const std::int64_t newest = next_ - 1;
    const std::int64_t oldest = kept_.front().point.number;
    const bool goes_on = last && *last >= oldest - 1 && *last <= newest;
    News news{.frames = {}, .last = newest};
    if (!goes_on) {
        news.frames = last ? net::kResetFrame : "";
    }
    const std::int64_t from = goes_on ? *last + 1 : newest;
    for (auto at = static_cast<std::size_t>(from - oldest); at < kept_.size(); ++at) {
        news.frames += frame_of(kept_[at].point.number, kept_[at].json);
    }
    return news;
}

}  // namespace accubooks::console
