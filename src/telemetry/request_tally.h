#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/sketch.h"
#include "telemetry/route_class.h"

namespace accubooks::telemetry {

/// Who sent a request: people and their programs, or our own tools (load, probes).
enum class Traffic : std::uint8_t { real, synthetic };
inline constexpr std::size_t kTraffics = 2;

std::string_view to_string(Traffic traffic);

/// By `User-Agent`: our own tools' begins with "accubooks-". Both kinds are counted, shown and
/// judged, so whoever lies about it hides no error; decision 0026 says what else a lie can do.
Traffic traffic_of(std::string_view user_agent);

/// Requests that were answered, and how.
struct RequestFigures {
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;  // of those, answered with 5xx
    base::Sketch took;         // of all of them, in nanoseconds

    void add(bool is_error, std::chrono::nanoseconds time);
    void merge(const RequestFigures& other);
};

using ByTraffic = std::array<RequestFigures, kTraffics>;
using ByClass = std::array<RequestFigures, kRouteClasses>;

/// What a listener answered since its program began, by route, and in its last minutes. A request
/// that no route matched is told apart: it has nothing to do with how well the routes serve, and
/// anybody could thin out the errors with it; so are the web client's files. Launch control's own
/// routes aren't counted: they are how the service is judged, not the service. For any thread.
class RequestTally {
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds kSlot{10};
    static constexpr std::size_t kSlots = 31;  // five minutes and the slot that is being filled

    explicit RequestTally(Time began) : began_{began} {}
    std::chrono::nanoseconds age(Time now) const { return now - began_; }

    struct Answered {
        std::string_view method;
        std::string_view route;  // the template; empty when none matched
        Traffic traffic = Traffic::real;
        bool is_error = false;
        bool is_delivered = true;  // handed to the system, whole
    };
    void add(const Answered& answered, std::chrono::nanoseconds took, Time now);
    /// The client left before there was an answer.
    void abandoned();

    struct Route {
        std::string name;  // "POST /api/v1/…"
        Traffic traffic = Traffic::real;
        RequestFigures figures;
    };
    struct Totals {
        std::vector<Route> routes;  // those that are judged, by name
        RequestFigures web;         // the web client's page and files
        std::uint64_t unmatched = 0;
        std::uint64_t undelivered = 0;  // the client left before it had its answer
    };
    Totals totals() const;

    /// The last `span`, at most five minutes, up to a slot more; less soon after the start.
    struct Window {
        std::chrono::nanoseconds covers{};
        ByTraffic figures;  // of what is judged
        ByClass classes;    // of everything that is counted
    };
    Window last(std::chrono::seconds span, Time now) const;

private:
    struct Slot {
        std::int64_t number = -1;  // since began_, in slots; another's are out of date
        std::array<ByTraffic, kRouteClasses> figures;
    };
    std::int64_t slot_at(Time now) const { return (now - began_) / kSlot; }

    const Time began_;
    mutable std::mutex mutex_;  // guards what follows
    std::map<std::pair<std::string, Traffic>, RequestFigures> routes_;
    RequestFigures web_;
    std::array<Slot, kSlots> slots_;
    std::uint64_t unmatched_ = 0;
    std::uint64_t undelivered_ = 0;
};

}  // namespace accubooks::telemetry
