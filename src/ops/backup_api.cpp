#include "ops/backup_api.h"

#include "base/json_writer.h"
#include "ops/backup_store.h"

namespace accubooks::ops {
namespace {

constexpr std::chrono::seconds kPatience{5};

void write(base::JsonWriter& json, std::string_view name, const std::optional<BackupEvent>& event) {
    json.key(name);
    if (!event) {
        json.value(nullptr);
        return;
    }
    json.begin_object();
    json.member("outcome", event->is_good ? "good" : "failed").member("label", event->label);
    json.member("started_at", base::to_rfc3339(event->started_at));
    json.member("finished_at", base::to_rfc3339(event->finished_at));
    json.member("bytes", event->bytes).member("detail", event->detail);
    json.end_object();
}

void write(base::JsonWriter& json, const ArchiverState& archiver) {
    json.key("archiver").begin_object();
    json.key("last_archived_at");
    if (archiver.last_archived_at) {
        json.value(base::to_rfc3339(*archiver.last_archived_at));
    } else {
        json.value(nullptr);
    }
    json.member("failing_segment", archiver.failing_segment);
    json.end_object();
}

using Answer = base::Task<base::Result<net::Response>>;

Answer show(pg::Pool* pool, const net::Request&) {
    const base::Deadline deadline = base::deadline_in(kPatience);
    pg::Lease lease = co_await pool->acquire(deadline);
    const BackupState state = co_await load_backup_state(*lease, deadline);
    const ArchiverState archiver = co_await archiver_state(*lease, deadline);
    base::JsonWriter json;
    json.begin_object();
    write(json, "last_backup", state.last_backup);
    write(json, "last_good_backup", state.last_good_backup);
    write(json, "last_check", state.last_check);
    write(json, "last_good_check", state.last_good_check);
    write(json, "last_restore", state.last_restore);
    write(json, "point_in_time_broken", state.gap);
    write(json, archiver);
    json.end_object();
    co_return net::Response::json(200, std::move(json).take());
}

}  // namespace

void mount_backup_state(net::Router& router, pg::Pool& operations) {
    router.add(net::Method::get, "/api/health/backup", std::bind_front(show, &operations));
}

}  // namespace accubooks::ops
