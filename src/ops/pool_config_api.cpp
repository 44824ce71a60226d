#include "ops/pool_config_api.h"

#include "base/json_writer.h"

namespace accubooks::ops {
namespace {

void write(base::JsonWriter& json, std::string_view name, const pg::PoolSettings& settings) {
    json.key(name).begin_object();
    json.member("min", settings.min).member("max", settings.max);
    json.member("idle_timeout_ms", settings.idle_timeout.count());
    json.member("connection_timeout_ms", settings.connection_timeout.count());
    json.member("acquire_timeout_ms", settings.acquire_timeout.count());
    json.end_object();
}

using Answer = base::Task<base::Result<net::Response>>;

Answer show(const Follower* follower, const pg::Pool* pool, const net::Request&) {
    const InForce in_force = follower->in_force();
    const pg::PoolStatus status = pool->status();
    const pg::PoolSettings& settings = status.settings;
    pg::PoolSettings effective = status.effective.settings;
    effective.max = status.effective_max();
    base::JsonWriter json;
    json.begin_object();
    write(json, "pool", settings);
    write(
        json, "requested", in_force.requested.empty() ? settings : pool_settings(in_force.requested)
    );
    write(json, "effective", effective);
    json.member("revision", in_force.revision);
    json.member("since", base::to_rfc3339(in_force.since));
    json.member("instance", in_force.instance);
    json.member("boot_id", base::to_string(in_force.boot_id));
    json.end_object();
    co_return net::Response::json(200, std::move(json).take());
}

}  // namespace

void mount_pool_config(net::Router& router, const Follower& follower, const pg::Pool& pool) {
    router.add(
        net::Method::get, "/api/health/pool-config", std::bind_front(show, &follower, &pool)
    );
}

}  // namespace accubooks::ops
