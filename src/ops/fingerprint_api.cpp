#include "ops/fingerprint_api.h"

#include "base/json_writer.h"

namespace accubooks::ops {
namespace {

using Answer = base::Task<base::Result<net::Response>>;

Answer
show(const Follower* follower, const std::function<OwnFingerprints()>& take, const net::Request&) {
    const InForce in_force = follower->in_force();
    const OwnFingerprints own = take();
    base::JsonWriter json;
    json.begin_object();
    json.member("instance", in_force.instance);
    json.member("boot_id", base::to_string(in_force.boot_id));
    json.member("build", base::to_hex(own.build));
    json.member("api_description", base::to_hex(own.api_description));
    json.member("calculation_suite", base::to_hex(own.calculation_suite));
    json.key("web_bundle");
    if (own.web_bundle) {
        json.value(base::to_hex(*own.web_bundle));
    } else {
        json.value(nullptr);
    }
    json.end_object();
    co_return net::Response::json(200, std::move(json).take());
}

}  // namespace

void mount_fingerprints(
    net::Router& router, const Follower& follower, std::function<OwnFingerprints()> take
) {
    router.add(
        net::Method::get,
        "/api/health/fingerprints",
        std::bind_front(show, &follower, std::move(take))
    );
}

}  // namespace accubooks::ops
