#pragma once

#include <cstdint>
#include <string_view>

namespace accubooks::telemetry {

/// What kind of work a route asks for: an import takes its time, a sign-in hashes a password, and
/// figures that mix them say nothing.
enum class RouteClass : std::uint8_t {
    sign_in,   // sessions, and what is a person's own
    read,      // of tenants: what isn't one of the next three
    write,     // likewise
    report,    // statements over many entries
    transfer,  // files in and out
    web,       // the web client's page and files
    control,   // launch control and what operators watch
};
inline constexpr std::size_t kRouteClasses = 7;

std::string_view to_string(RouteClass of);

/// By the method as on the wire and the route's template, which isn't empty.
RouteClass route_class_of(std::string_view method, std::string_view route);

/// Whether such requests are the service that is judged. Files from memory, of which each visit
/// takes dozens, would thin out errors and quantiles; and launch control is how it is judged.
bool is_judged(RouteClass of);

}  // namespace accubooks::telemetry
