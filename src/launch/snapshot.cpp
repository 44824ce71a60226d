#include "launch/snapshot.h"

#include "base/canonical_json.h"
#include "base/json_writer.h"
#include "base/rfc3339.h"
#include "ops/change.h"
#include "ops/revision_store.h"

namespace accubooks::launch {
namespace {

void write(base::JsonWriter& json, const ops::Answer& answer) {
    const ops::Boot& boot = answer.boot;
    json.begin_object()
        .member("instance", boot.who.instance)
        .member("boot_id", base::to_string(boot.who.boot_id))
        .member("version", boot.who.version)
        .member("started_at", base::to_rfc3339(boot.started_at))
        .member("last_seen_at", base::to_rfc3339(boot.last_seen_at))
        .member("live", boot.is_live)
        .member("standing", to_string(answer.standing));
    json.key("effective");
    if (answer.said) {
        json.raw(answer.said->effective);
    } else {
        json.value(nullptr);
    }
    json.end_object();
}

}  // namespace

base::Task<Snapshot> take_snapshot(
    pg::Connection& connection, base::Instant now, base::Deadline deadline
) {
    const auto sight = co_await ops::look(connection, deadline);
    base::ensure(sight.has_value(), "a server that runs has made the first revision");
    auto progress = co_await ops::progress(connection, sight->newest, deadline);
    co_return Snapshot{.at = now, .settings = sight->newest, .instances = std::move(progress)};
}

std::string to_json(const Snapshot& snapshot) {
    base::JsonWriter json;
    json.begin_object()
        .member("at", base::to_rfc3339(snapshot.at))
        .member("settings_revision", snapshot.settings.number)
        .member("settings_author", snapshot.settings.author)
        .member("settings_sha256", base::to_hex(snapshot.settings.digest));
    json.key("settings").raw(snapshot.settings.settings).key("instances").begin_array();
    for (const ops::Answer& answer : snapshot.instances.answers) {
        write(json, answer);
    }
    json.end_array().key("fingerprints").begin_object();
    for (const auto& [name, value] : snapshot.fingerprints) {
        json.member(name, value);
    }
    json.end_object().end_object();
    auto canonical = base::canonicalise(std::move(json).take());
    base::ensure(canonical.has_value(), "settings and acknowledgements are JSON objects");
    return *std::move(canonical);
}

}  // namespace accubooks::launch
