#include "telemetry/request_tally.h"

#include <algorithm>

#include <fmt/format.h>

namespace accubooks::telemetry {
std::string_view to_string(Traffic traffic) {
    switch (traffic) {
        case Traffic::real:
            return "real";
        case Traffic::synthetic:
            return "synthetic";
    }
    return "";
}

Traffic traffic_of(std::string_view user_agent) {
    return user_agent.starts_with("accubooks-") ? Traffic::synthetic : Traffic::real;
}

void RequestFigures::add(bool is_error, std::chrono::nanoseconds time) {
    ++requests;
    errors += is_error ? 1 : 0;
    took.add(static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 0)));
}

void RequestFigures::merge(const RequestFigures& other) {
    requests += other.requests;
    errors += other.errors;
    took.merge(other.took);
}

void RequestTally::add(const Answered& answered, std::chrono::nanoseconds took, Time now) {
    const bool is_matched = !answered.route.empty();
    const RouteClass its =
        is_matched ? route_class_of(answered.method, answered.route) : RouteClass::read;
    if (its == RouteClass::control) {
        return;
    }
    const std::int64_t number = slot_at(now);
    std::pair key{fmt::format("{} {}", answered.method, answered.route), answered.traffic};
    const auto kind = static_cast<std::size_t>(answered.traffic);
    const std::lock_guard lock{mutex_};
    undelivered_ += answered.is_delivered ? 0 : 1;
    if (!is_matched) {
        ++unmatched_;
        return;
    }
    RequestFigures& total = is_judged(its) ? routes_[std::move(key)] : web_;
    total.add(answered.is_error, took);
    Slot& slot = slots_.at(static_cast<std::size_t>(number) % kSlots);
    if (slot.number < number) {
        slot = {.number = number, .figures = {}};
    }
    // A lane that comes late with its answer counts it where the others are by now.
    slot.figures.at(static_cast<std::size_t>(its)).at(kind).add(answered.is_error, took);
}

void RequestTally::abandoned() {
    const std::lock_guard lock{mutex_};
    ++undelivered_;
}

RequestTally::Totals RequestTally::totals() const {
    const std::lock_guard lock{mutex_};
    Totals totals{.routes = {}, .web = web_, .unmatched = unmatched_, .undelivered = undelivered_};
    totals.routes.reserve(routes_.size());
    for (const auto& [key, figures] : routes_) {
        totals.routes.push_back({.name = key.first, .traffic = key.second, .figures = figures});
    }
    return totals;
}

RequestTally::Window RequestTally::last(std::chrono::seconds span, Time now) const {
    const std::int64_t newest = slot_at(now);
    const std::int64_t oldest = std::max<std::int64_t>(0, newest - span / kSlot);
    Window window{.covers = (now - began_) - oldest * kSlot, .figures = {}, .classes = {}};
    const std::lock_guard lock{mutex_};
    for (const Slot& slot : slots_) {
        if (slot.number < oldest) {
            continue;
        }
        for (std::size_t its = 0; its < kRouteClasses; ++its) {
            for (std::size_t kind = 0; kind < kTraffics; ++kind) {
                const RequestFigures& figures = slot.figures.at(its).at(kind);
                window.classes.at(its).merge(figures);
                if (is_judged(static_cast<RouteClass>(its))) {
                    window.figures.at(kind).merge(figures);
                }
            }
        }
    }
    return window;
}

}  // namespace accubooks::telemetry
