#include "launch/coverage.h"

#include <algorithm>
#include <optional>

namespace accubooks::launch {

std::vector<TimeSpan> covered(std::span<const base::Instant> samples, Milliseconds gap) {
    std::vector<TimeSpan> spans;
    std::optional<base::Instant> last;
    for (const base::Instant at : samples) {
        if (last && at <= *last) {
            continue;
        }
        if (last && at - *last <= gap) {
            if (!spans.empty() && spans.back().to == *last) {
                spans.back().to = at;
            } else {
                spans.push_back({.from = *last, .to = at});
            }
        }
        last = at;
    }
    return spans;
}

std::vector<TimeSpan> in_both(std::span<const TimeSpan> left, std::span<const TimeSpan> right) {
    std::vector<TimeSpan> both;
    auto one = left.begin();
    auto other = right.begin();
    while (one != left.end() && other != right.end()) {
        const TimeSpan common{
            .from = std::max(one->from, other->from), .to = std::min(one->to, other->to)
        };
        if (common.from < common.to) {
            both.push_back(common);
        }
        one->to < other->to ? ++one : ++other;
    }
    return both;
}

std::vector<TimeSpan> without(std::span<const TimeSpan> of, std::span<const TimeSpan> except) {
    std::vector<TimeSpan> left;
    for (TimeSpan span : of) {
        for (const TimeSpan& hole : except) {
            if (hole.to <= span.from || hole.from >= span.to) {
                continue;
            }
            if (hole.from > span.from) {
                left.push_back({.from = span.from, .to = hole.from});
            }
            span.from = std::min(span.to, hole.to);
        }
        if (span.from < span.to) {
            left.push_back(span);
        }
    }
    return left;
}

Milliseconds length(std::span<const TimeSpan> spans) {
    std::chrono::microseconds sum{};
    for (const TimeSpan& span : spans) {
        sum += span.to - span.from;
    }
    return std::chrono::duration_cast<Milliseconds>(sum);
}

}  // namespace accubooks::launch
