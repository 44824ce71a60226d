#include "launch/captures.h"

#include <fmt/format.h>

#include "base/canonical_json.h"
#include "base/rfc3339.h"
#include "launch/internal/verdict_fields.h"

namespace accubooks::launch {

std::vector<Capture> captures_of(const Plan& plan, const Execution& execution, base::Instant now) {
    std::vector<Capture> captures;
    const Stage* const stage = execution.stage(plan);
    if (stage == nullptr || !stage->capture_every) {
        return captures;
    }
    const ExecutionState state =
        execution.state == ExecutionState::paused ? execution.paused_from : execution.state;
    TimeSpan window{
        .from = execution.entered_at, .to = execution.entered_at + *stage->capture_every
    };
    for (std::int64_t number = 1; window.to <= now; ++number) {
        captures.push_back({.state = state, .number = number, .window = window});
        window = {.from = window.to, .to = window.to + *stage->capture_every};
    }
    return captures;
}

std::string file_of(const Capture& capture) {
    return fmt::format("captures/{}-{:02}.json", to_string(capture.state), capture.number);
}

std::string to_json(const Capture& capture, const Assessment& assessment) {
    boost::json::array metrics;
    for (const Verdict& verdict : assessment.stage(capture.state, capture.window)) {
        metrics.push_back(boost::json::object{
            {"criterion", verdict.criterion},
            {"reading", RecordWriter::json_of(verdict.reading)},
        });
    }
    const auto text = base::canonical_json(boost::json::object{
        {"state", to_string(capture.state)},
        {"number", capture.number},
        {"from", base::to_rfc3339(capture.window.from)},
        {"to", base::to_rfc3339(capture.window.to)},
        {"metrics", std::move(metrics)},
    });
    base::ensure(text.has_value(), "readings hold plain texts and whole numbers");
    return *text;
}

}  // namespace accubooks::launch
