#include "launch/synthetic_load.h"

#include <algorithm>
#include <cmath>

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include "launch/internal/instance_address.h"
#include "launch/internal/load_settings.h"
#include "launch/internal/synthetic_tenant.h"
#include "ops/load.h"
#include "ops/revision_store.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;

constexpr std::uint64_t kRequests = 60;  // of each instance: every query of the plan has data then
constexpr std::uint32_t kConcurrency = 6;
constexpr std::chrono::hours kTokenLives{1};
/// Of one request: a post whose outcome isn't known is asked again a few times.
constexpr std::chrono::seconds kPatience{2};

std::unexpected<base::Error> load_failed(std::string_view instance, std::string_view why) {
    return base::refuse(
        base::ErrorKind::conflict,
        "launch.load_failed",
        fmt::format("The synthetic load on {} failed: {}", instance, why)
    );
}

std::int64_t micros(double milliseconds) {
    return std::llround(milliseconds * 1000);
}

/// Of several instances the worst: a percentile of them all can't be told from their own.
void add(LoadSeen& seen, const ops::LoadReport& report) {
    seen.requests += static_cast<std::int64_t>(report.requests);
    seen.errors += static_cast<std::int64_t>(report.errors);
    seen.p50_us = std::max(seen.p50_us, micros(report.latency_ms.p50));
    seen.p95_us = std::max(seen.p95_us, micros(report.latency_ms.p95));
    seen.p99_us = std::max(seen.p99_us, micros(report.latency_ms.p99));
}

}  // namespace

Task<Result<LoadSeen>> SyntheticLoad::run(base::Deadline deadline) {
    const base::Deadline until = std::min(deadline, base::deadline_in(kWithin));
    std::vector<ops::Boot> boots;
    {
        auto lease = co_await parts_.ops.acquire(deadline);
        boots = co_await ops::boots(*lease, 0, deadline);
    }
    AB_CO_TRY(
        tenant,
        co_await open_synthetic_tenant(
            parts_.directory, std::string{kLoadTenant}, parts_.clock.now() + kTokenLives, deadline
        )
    );
    LoadSeen seen;
    std::optional<base::Error> failed;
    for (const ops::Boot& boot : boots) {
        if (!boot.is_live || boot.is_draining || failed) {
            continue;
        }
        const auto one = co_await on_instance(boot, tenant.token, until);
        if (one) {
            add(seen, *one);
        } else {
            failed = one.error();
        }
    }
    AB_CO_CHECK(co_await close_synthetic_tenant(parts_.directory, tenant, deadline));
    if (failed) {
        co_return std::unexpected(*std::move(failed));
    }
    co_return seen;
}

Task<Result<ops::LoadReport>> SyntheticLoad::on_instance(
    ops::Boot boot, std::string token, base::Deadline deadline
) {
    const std::string& instance = boot.who.instance;
    auto origin = origin_of(boot.who.api_address);
    if (!origin) {
        co_return load_failed(instance, "its address can't be read");
    }
    ops::LoadSettings settings =
        load_settings(parts_.plan.phase1, *std::move(origin), std::move(token));
    settings.plan = {.requests = kRequests};
    settings.concurrency = kConcurrency;
    settings.timeout = kPatience;
    ops::Load load{
        co_await boost::asio::this_coro::executor, std::move(settings), parts_.clock, parts_.random
    };
    if (const auto prepared = co_await load.prepare(); !prepared) {
        co_return load_failed(instance, prepared.error().detail);
    }
    // Told of once a second.
    const ops::LoadReport report = co_await load.run([&load, deadline](const ops::LoadProgress&) {
        if (base::Deadline::clock::now() >= deadline) {
            load.stop();
        }
    });
    if (report.errors > 0) {
        co_return load_failed(
            instance, load.whats().empty() ? "requests failed" : load.whats().front()
        );
    }
    if (report.requests < kRequests) {
        co_return load_failed(
            instance,
            fmt::format("only {} of {} requests were answered in time", report.requests, kRequests)
        );
    }
    co_return report;
}

}  // namespace accubooks::launch
