#include "net/ops_routes.h"

#include <functional>
#include <utility>

#include "base/json_writer.h"

namespace accubooks::net {

namespace {

Response readiness(const telemetry::Health& health) {
    const auto checks = health.checks();
    // Told from the same look as the checks below, so that the two never disagree.
    const bool ready = telemetry::all_ok(checks);
    base::JsonWriter json;
    json.begin_object().member("status", ready ? "ready" : "not_ready").key("checks").begin_array();
    for (const auto& check : checks) {
        json.begin_object()
            .member("name", check.name)
            .member("state", to_string(check.state))
            .member("detail", check.detail)
            .end_object();
    }
    json.end_array().end_object();
    return Response::json(ready ? 200 : 503, std::move(json).take());
}

using Answer = base::Task<base::Result<Response>>;

Answer show_metrics(const telemetry::Metrics& metrics, const Request&) {
    co_return Response::text(200, metrics.exposition(), "text/plain; version=0.0.4; charset=utf-8");
}

Answer show_liveness(const Request&) {
    co_return Response::json(200, R"({"status":"ok"})");
}

Answer show_readiness(const telemetry::Health& health, const Request&) {
    co_return readiness(health);
}

}  // namespace

Router ops_routes(const telemetry::Metrics& metrics, const telemetry::Health& health) {
    Router router;
    router.add(Method::get, "/api/metrics", std::bind_front(show_metrics, std::cref(metrics)));
    router.add(Method::get, "/api/health", show_liveness);
    router.add(
        Method::get, "/api/health/ready", std::bind_front(show_readiness, std::cref(health))
    );
    return router;
}

}  // namespace accubooks::net
