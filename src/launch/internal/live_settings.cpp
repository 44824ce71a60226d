#include "launch/internal/live_settings.h"

#include "ops/revision_store.h"

namespace accubooks::launch {

base::Task<LiveSettings> live_settings(pg::Connection& connection, base::Deadline deadline) {
    const auto sight = co_await ops::look(connection, deadline);
    base::ensure(sight.has_value(), "a program that serves has made the first revision");
    auto values = ops::values_of(sight->newest);
    base::ensure(values.has_value(), "a program that serves could take the revision");
    co_return LiveSettings{sight->newest.number, *std::move(values)};
}

}  // namespace accubooks::launch
