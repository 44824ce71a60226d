#include "telemetry/route_class.h"

#include <algorithm>
#include <array>

namespace accubooks::telemetry {
namespace {

constexpr std::string_view kTenant = "/api/v1/tenants/{tenant_id}";

bool begins_with_one_of(std::string_view route, std::initializer_list<std::string_view> starts) {
    return std::ranges::any_of(starts, [route](std::string_view start) {
        return route.starts_with(start);
    });
}

RouteClass class_in_tenant(std::string_view method, std::string_view rest) {
    if (rest.starts_with("/reports/")) {
        return RouteClass::report;
    }
    if (begins_with_one_of(rest, {"/imports", "/import-mappings", "/export", "/audit/export"})) {
        return RouteClass::transfer;
    }
    return method == "GET" || method == "HEAD" ? RouteClass::read : RouteClass::write;
}

}  // namespace

std::string_view to_string(RouteClass of) {
    constexpr std::array<std::string_view, kRouteClasses> kNames{
        "sign_in", "read", "write", "report", "transfer", "web", "control"
    };
    return kNames.at(static_cast<std::size_t>(of));
}

RouteClass route_class_of(std::string_view method, std::string_view route) {
    if (route.starts_with(kTenant)) {
        return class_in_tenant(method, route.substr(kTenant.size()));
    }
    if (begins_with_one_of(route, {"/api/v1/launch", "/api/v1/ops"})) {
        return RouteClass::control;
    }
    return route.starts_with("/api/") ? RouteClass::sign_in : RouteClass::web;
}

bool is_judged(RouteClass of) {
    return of != RouteClass::web && of != RouteClass::control;
}

}  // namespace accubooks::telemetry
