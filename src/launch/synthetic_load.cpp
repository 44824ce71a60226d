#include "launch/synthetic_load.h"

#include <algorithm>
#include <cmath>

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include "base/json_writer.h"
#include "ops/load.h"
#include "ops/revision_store.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;

constexpr const char* kTenant = "Synthetic load";
constexpr std::uint64_t kRequests = 60;  // of each instance: every query of the plan has data then
constexpr std::uint32_t kConcurrency = 6;
constexpr std::chrono::hours kTokenLives{1};

std::unexpected<base::Error> load_failed(std::string_view instance, std::string_view why) {
    return base::refuse(
        base::ErrorKind::conflict,
        "launch.load_failed",
        fmt::format("The synthetic load on {} failed: {}", instance, why)
    );
}

ops::LoadMix mix_of(const MixWeights& mix) {
    base::JsonWriter json;
    json.begin_object()
        .member("post", mix.post)
        .member("batch", mix.batch)
        .member("entry", mix.entry)
        .member("entries", mix.entries)
        .member("account", mix.account)
        .member("accounts", mix.accounts)
        .member("trial_balance", mix.trial_balance)
        .end_object();
    auto read = ops::LoadMix::parse(std::move(json).take());
    base::ensure(read.has_value(), "the plan's own reader has checked the weights");
    return *read;
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

Task<Result<base::TenantId>> SyntheticLoad::tenant(base::Deadline deadline) {
    if (const auto found = co_await parts_.directory.find_tenant(kTenant, deadline)) {
        co_return *found;
    }
    co_return co_await parts_.directory.create_tenant(
        {.name = kTenant, .currency = "USD"}, deadline
    );
}

Task<Result<identity::IssuedToken>> SyntheticLoad::token(
    base::TenantId tenant, base::Deadline deadline
) {
    identity::NewToken wanted{
        .tenant = tenant,
        .role = identity::Role::accountant,
        .label = "synthetic load",
        .created_by = "system",
        .expires_at = parts_.clock.now() + kTokenLives,
    };
    co_return co_await parts_.directory.create_token(std::move(wanted), deadline);
}

Task<Result<LoadSeen>> SyntheticLoad::run(base::Deadline deadline) {
    std::vector<ops::Boot> boots;
    {
        auto lease = co_await parts_.ops.acquire(deadline);
        boots = co_await ops::boots(*lease, 0, deadline);
    }
    AB_CO_TRY(tenant, co_await this->tenant(deadline));
    AB_CO_TRY(issued, co_await token(tenant, deadline));
    LoadSeen seen;
    std::optional<base::Error> failed;
    for (const ops::Boot& boot : boots) {
        if (!boot.is_live || boot.is_draining || failed) {
            continue;
        }
        const auto one = co_await on_instance(boot, issued.secret);
        if (one) {
            add(seen, *one);
        } else {
            failed = one.error();
        }
    }
    AB_CO_CHECK(co_await parts_.directory.revoke_token(tenant, issued.token.token_id, {}, deadline)
    );
    if (failed) {
        co_return std::unexpected(*std::move(failed));
    }
    co_return seen;
}

Task<Result<ops::LoadReport>> SyntheticLoad::on_instance(ops::Boot boot, std::string token) {
    const std::string& instance = boot.who.instance;
    auto origin = net::Origin::parse(fmt::format("http://{}", boot.who.api_address));
    if (!origin) {
        co_return load_failed(instance, origin.error().detail);
    }
    if (origin->host == "0.0.0.0" || origin->host == "::") {
        origin->host = "127.0.0.1";  // it listens everywhere, here too
    }
    const Workload& workload = parts_.plan.phase1.workload;
    ops::Load load{
        co_await boost::asio::this_coro::executor,
        {.origin = *std::move(origin),
         .tokens = {std::move(token)},
         .plan = {.requests = kRequests},
         .concurrency = kConcurrency,
         .mix = mix_of(workload.mix),
         .seed = static_cast<std::uint64_t>(workload.seed)},
        parts_.clock,
        parts_.random
    };
    if (const auto prepared = co_await load.prepare(); !prepared) {
        co_return load_failed(instance, prepared.error().detail);
    }
    const ops::LoadReport report = co_await load.run([](const ops::LoadProgress&) {});
    if (report.errors > 0) {
        co_return load_failed(
            instance, load.whats().empty() ? "requests failed" : load.whats().front()
        );
    }
    co_return report;
}

}  // namespace accubooks::launch
