#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "console/sample.h"

namespace accubooks::console {

/// What is kept of a sample for charts.
struct Point {
    std::int64_t number = 0;
    base::Instant at;
    PoolFigures pool{};
    std::optional<std::int64_t> p50{};  // latencies of all that is judged, in microseconds
    std::optional<std::int64_t> p95{};
    std::optional<std::int64_t> p99{};
};

/// The last samples of this start of the program, numbered without a gap, as JSON and as frames of
/// a stream. For any thread.
class History {
public:
    static constexpr std::size_t kKept = 300;  // of one each second: five minutes

    /// `first` is the first sample's number. It must be another one in each start and instance, so
    /// that nobody goes on in one behind a number of the other: microseconds since 1970 are.
    explicit History(std::int64_t first) : next_{first} {}

    std::int64_t next() const;
    void add(const Sample& sample);

    /// The newest sample with the points up to it; none before the first.
    std::optional<std::string> snapshot() const;

    /// What a stream sends that has everything up to `last`, and where that brings it. A `last`
    /// that isn't known, or is too long ago, begins anew with the newest; none begins with it too,
    /// but there was nothing before that could be amiss.
    struct News {
        std::string frames;
        std::optional<std::int64_t> last{};
    };
    News after(std::optional<std::int64_t> last) const;

private:
    struct Kept {
        Point point;
        std::string json;  // of the sample
    };

    mutable std::mutex mutex_;
    std::deque<Kept> kept_;  // guarded, as what follows
    std::int64_t next_;
};

/// One JSON object, without the points.
std::string to_json(const Sample& sample);

}  // namespace accubooks::console
