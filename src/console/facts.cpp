#include "console/facts.h"

#include "launch/incident_store.h"
#include "ops/change.h"
#include "ops/revision_store.h"

namespace accubooks::console {

base::Task<Facts> load_facts(
    pg::Connection& connection, base::Instant now, base::Deadline deadline
) {
    Facts facts{.at = now};
    const auto sight = co_await ops::look(connection, deadline);
    if (sight) {
        facts.newest_revision = sight->newest.number;
        auto progress = co_await ops::progress(connection, sight->newest, deadline);
        facts.instances = std::move(progress.answers);
    }
    const ops::ServerLimits limits = co_await ops::server_limits(connection, deadline);
    facts.limit = limits.available();
    facts.incidents = co_await launch::all_incidents(connection, deadline);
    std::erase_if(facts.incidents, [](const launch::Incident& one) { return !one.is_open(); });
    facts.backups = co_await ops::load_backup_state(connection, deadline);
    facts.archiver = co_await ops::archiver_state(connection, deadline);
    co_return facts;
}

}  // namespace accubooks::console
