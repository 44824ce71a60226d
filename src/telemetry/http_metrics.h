#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "telemetry/metrics.h"
#include "telemetry/request_tally.h"

namespace accubooks::telemetry {

/// What one answered request adds to the figures.
struct HttpAnswer {
    std::string_view method;  // as on the wire; "_OTHER" for a method we don't know
    std::string_view route;   // the template, never the path; empty when none matched
    int status = 0;
    std::string_view error_type;  // the problem's code for 5xx, else empty
    Traffic traffic = Traffic::real;
    bool is_delivered = true;  // handed to the system, whole
};

/// `http_server_request_duration_seconds` and `http_server_active_requests` of one listener,
/// which is the label `listener`: who scrapes one isn't traffic of the other. The same requests are
/// in its tally, whose quantiles are exact to 1 %. For any thread.
class HttpMetrics {
public:
    HttpMetrics(Metrics& metrics, std::string listener);
    ~HttpMetrics();
    HttpMetrics(const HttpMetrics&) = delete;
    HttpMetrics& operator=(const HttpMetrics&) = delete;

    /// Each `started` is followed by one `answered` or `abandoned` (the client left before the
    /// answer).
    void started() const;
    void answered(const HttpAnswer& answer, std::chrono::nanoseconds took, RequestTally::Time now)
        const;
    void abandoned() const;

    std::uint64_t active() const;  // requests being answered now
    const RequestTally& tally() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace accubooks::telemetry
