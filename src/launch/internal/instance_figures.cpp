#include "launch/internal/instance_figures.h"

#include <algorithm>
#include <cstdint>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/base64.h"
#include "base/json.h"
#include "base/utf8.h"
#include "launch/internal/record.h"

namespace accubooks::launch {
namespace {

namespace json = boost::json;
using base::Result;

// The largest that JSON keeps everywhere.
constexpr std::int64_t kWholeNumberMax = (std::int64_t{1} << 53) - 1;

std::unexpected<base::Error> bad(std::string_view what) {
    return base::refuse(
        base::ErrorKind::conflict,
        "launch.bad_figures",
        fmt::format("The instance's figures can't be read: {}.", what)
    );
}

/// Members of one object; a missing one, or one of another type, is remembered and reads as empty.
class Members {
public:
    Members(const json::value* value, std::string& trouble)
        : object_{value == nullptr ? nullptr : value->if_object()}, trouble_{trouble} {
        if (object_ == nullptr) {
            note("an object");
        }
    }

    const json::value* find(std::string_view name) const {
        const json::value* found = object_ == nullptr ? nullptr : object_->if_contains(name);
        if (found == nullptr) {
            note(name);
        }
        return found;
    }
    std::string_view text(std::string_view name) const {
        const json::value* found = find(name);
        if (found == nullptr || !found->is_string()) {
            note(name);
            return {};
        }
        return found->get_string();
    }
    std::int64_t count(std::string_view name) const {
        const json::value* found = find(name);
        if (found == nullptr || !found->is_int64() || found->get_int64() < 0 ||
            found->get_int64() > kWholeNumberMax) {
            note(name);
            return 0;
        }
        return found->get_int64();
    }
    base::Sketch sketch(std::string_view name) const {
        const auto bytes = base::from_base64(text(name));
        auto read = bytes ? base::Sketch::from_bytes(*bytes) : base::Sketch::from_bytes("");
        if (!bytes || !read) {
            note(name);
            return {};
        }
        return *std::move(read);
    }
    void note(std::string_view what) const {
        if (trouble_.empty()) {
            trouble_ = fmt::format("{} is missing or of another type", what);
        }
    }

private:
    const json::object* object_;
    std::string& trouble_;
};

bool is_probed(std::string_view route) {
    return std::ranges::find(kProbedRoutes, route) != kProbedRoutes.end();
}

TrafficKind traffic_of(const Members& route) {
    const std::string_view text = route.text("traffic");
    if (text != "real" && text != "synthetic") {
        route.note("traffic");
    }
    return text == "synthetic" ? TrafficKind::synthetic : TrafficKind::real;
}

void read_routes(const Members& root, InstanceSample& sample, std::string& trouble) {
    const json::value* routes = root.find("routes");
    if (routes == nullptr || !routes->is_array()) {
        root.note("routes");
        return;
    }
    for (const json::value& one : routes->get_array()) {
        const Members route{&one, trouble};
        const TrafficKind traffic = traffic_of(route);
        const std::string_view name = route.text("route");
        if (name.size() > kCanonicalLimits.text || !base::is_plain_text(name)) {
            trouble = "a route is no short plain text";  // it couldn't be read back from a record
            return;
        }
        if (traffic == TrafficKind::synthetic && is_probed(name)) {
            continue;
        }
        Counts& sum = traffic == TrafficKind::synthetic ? sample.synthetic : sample.real;
        sum.requests += route.count("requests");
        sum.errors += route.count("errors");
        if (sum.requests > kWholeNumberMax || sum.errors > kWholeNumberMax) {
            trouble = "the sum of its routes is too large";
            return;
        }
        if (sample.routes) {
            sample.routes->push_back({
                .route = std::string{name},
                .traffic = traffic,
                .took = route.sketch("sketch"),
            });
        }
    }
}

void read_pool(const Members& root, InstanceSample& sample, std::string& trouble) {
    const Members pool{root.find("pool"), trouble};
    sample.pool_max = pool.count("effective_max");
    sample.used_us = pool.count("used_connection_us");
    sample.max_us = pool.count("max_connection_us");
    sample.timeouts = pool.count("timeouts");
    sample.refused_full = pool.count("refused_full");
    sample.no_room = pool.count("no_room");
    sample.created = pool.count("created");
    if (sample.wait) {
        const Members sketches{pool.find("sketches"), trouble};
        sample.wait = sketches.sketch("wait");
    }
}

}  // namespace

Result<InstanceSample> read_figures(
    std::string_view text, std::string_view instance, base::Instant at, bool with_sketches
) {
    if (text.size() > kFiguresBytesMax) {
        return bad("they are too long");
    }
    const auto parsed = base::parse_json(text);
    if (!parsed) {
        return bad("they are no JSON");
    }
    std::string trouble;
    const Members root{&*parsed, trouble};
    const std::string_view name = root.text("instance");
    const auto boot = base::Uuid::parse(root.text("boot_id"));
    if (!boot) {
        root.note("boot_id");
    }
    InstanceSample sample;
    sample.at = at;
    sample.instance = instance;
    if (with_sketches) {
        sample.wait.emplace();
        sample.routes.emplace();
    }
    read_routes(root, sample, trouble);
    read_pool(root, sample, trouble);
    if (!trouble.empty()) {
        return bad(trouble);
    }
    if (name != instance) {
        return bad("another instance answers there");
    }
    sample.boot_id = *boot;
    return sample;
}

}  // namespace accubooks::launch
