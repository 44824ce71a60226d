#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace accubooks::telemetry {

/// Lets one of many lines that say the same through in a while, so that an outage is a few lines
/// and not one for each request it costs. For any thread.
class Throttle {
public:
    using Time = std::chrono::steady_clock::time_point;

    explicit Throttle(std::chrono::seconds every = std::chrono::minutes{1}) : every_{every} {}

    /// Whether a line about `what` may be written now: then how many were held back since the one
    /// before. `what` is a word of the program's own, never a client's, for each is kept for good.
    std::optional<std::uint64_t> pass(std::string_view what, Time now);

private:
    struct Kept {
        Time next{};
        std::uint64_t held_back = 0;
    };

    const std::chrono::seconds every_;
    std::mutex mutex_;
    std::map<std::string, Kept, std::less<>> kept_;  // guarded
};

}  // namespace accubooks::telemetry
