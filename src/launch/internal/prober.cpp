#include "launch/internal/prober.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include <fmt/format.h>

#include "launch/internal/instance_address.h"
#include "ops/load_traffic.h"

namespace accubooks::launch {
namespace {

using base::Task;
using Steady = std::chrono::steady_clock;

// Later an answer is none: what users wait for is over.
constexpr std::chrono::seconds kPatience{2};

}  // namespace

void ProbeTally::answered(bool is_right, base::Instant at) {
    ++counts_.requests;
    if (!is_right) {
        ++counts_.errors;
        return;
    }
    if (last_success_) {
        longest_gap_ = std::max(longest_gap_, at - *last_success_);
    } else {
        first_success_ = at;
    }
    last_success_ = std::max(last_success_.value_or(at), at);
}

ProbeSample ProbeTally::take(base::Instant now) {
    ProbeSample sample{
        .span = {.from = from_, .to = std::max(from_, now)},
        .counts = counts_,
        .first_success = first_success_,
        .last_success = last_success_,
        .longest_gap = std::chrono::ceil<Milliseconds>(longest_gap_),
    };
    *this = ProbeTally{sample.span.to};
    return sample;
}

Prober::Prober(Observing& observing) : observing_{observing}, tally_{observing.now()} {}

void Prober::start() {
    observing_.loops.start(run());
    observing_.loops.start(report());
}

Task<void> Prober::run() {
    const auto began = Steady::now();
    const Steady::duration every =
        Steady::duration{std::chrono::seconds{1}} / observing_.plan().workload.probes_per_second;
    while (!observing_.loops.is_stopping()) {
        if (net::HttpClient* client = next_client()) {
            if (!has_begun_) {
                has_begun_ = true;
                tally_ = ProbeTally{observing_.now()};
            }
            observing_.loops.start(ask(client));
        }
        co_await observing_.loops.nap_until(Loops::next_on_grid(began, every));
    }
}

Task<void> Prober::report() {
    const auto began = Steady::now();
    while (!observing_.loops.is_stopping()) {
        co_await observing_.loops.nap_until(Loops::next_on_grid(began, observing_.pace.tick));
        if (has_begun_) {
            observing_.sink(tally_.take(observing_.now()));
        }
    }
}

Task<void> Prober::ask(net::HttpClient* client) {
    const ops::LoadBooks caller{
        .token = observing_.canary->token, .tenant = observing_.canary->id.value, .currency = {}
    };
    net::ClientRequest request =
        ops::LoadTraffic::get(caller, fmt::format("/api/v1/tenants/{}", caller.tenant));
    bool is_right = false;
    try {
        const net::ClientAnswer answer =
            co_await client->send(std::move(request), base::deadline_in(kPatience));
        is_right = answer.status == 200 && answer.body.contains(kCanaryTenant);
    } catch (const net::ClientFailure&) {
        is_right = false;  // that no answer comes is what the prober is there to notice
    }
    tally_.answered(is_right, observing_.now());
}

net::HttpClient* Prober::next_client() {
    if (!observing_.canary) {
        return nullptr;
    }
    if (observing_.parts.public_origin) {
        return client_of("public", *observing_.parts.public_origin);
    }
    std::vector<std::string> addresses;
    for (const std::string& instance : observing_.observed.instances) {
        const auto boot = observing_.boots.find(instance);
        if (boot != observing_.boots.end()) {
            addresses.push_back(boot->second.who.api_address);
        }
    }
    if (addresses.empty()) {
        return nullptr;
    }
    const std::string& address = addresses[turn_++ % addresses.size()];
    const auto origin = origin_of(address);
    return origin ? client_of(address, *origin) : nullptr;
}

net::HttpClient* Prober::client_of(const std::string& address, const net::Origin& origin) {
    auto& client = clients_[address];
    if (client == nullptr) {
        client = std::make_unique<net::HttpClient>(
            observing_.parts.on, origin, net::HttpClientSettings{.connect_timeout = kPatience}
        );
    }
    return client.get();
}

}  // namespace accubooks::launch
