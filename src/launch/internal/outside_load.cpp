#include "launch/internal/outside_load.h"

#include <algorithm>
#include <chrono>

#include "launch/internal/instance_address.h"
#include "launch/internal/load_settings.h"

namespace accubooks::launch {
namespace {

using base::Task;
using Steady = std::chrono::steady_clock;

constexpr std::string_view kPublic = "the public address";
// Of one target, while it stalls; latencies count from when a request was meant to start anyway.
constexpr std::uint32_t kSteadyConcurrency = 16;
constexpr std::chrono::seconds kAgain{1};

}  // namespace

OutsideLoad::OutsideLoad(Observing& observing)
    : observing_{observing}, smoke_answered_{observing.observed.smoke_answered} {}

void OutsideLoad::start() {
    for (const std::string& name : names()) {
        observing_.loops.start(keep_steady(name));
    }
    observing_.loops.start(report());
}

void OutsideLoad::stop() {
    for (const SenderPtr& sender : senders_) {
        sender->load->stop();
    }
}

std::vector<std::string> OutsideLoad::names() const {
    std::vector<std::string> all = observing_.observed.instances;
    if (observing_.parts.public_origin) {
        all.emplace_back(kPublic);
    }
    return all;
}

std::optional<OutsideLoad::Target> OutsideLoad::target_of(const std::string& name) const {
    if (name == kPublic) {
        return Target{.name = name, .address = name, .origin = *observing_.parts.public_origin};
    }
    const auto boot = observing_.boots.find(name);
    if (boot == observing_.boots.end()) {
        return std::nullopt;
    }
    const std::string& address = boot->second.who.api_address;
    auto origin = origin_of(address);
    return origin ? std::optional{Target{
                        .name = name, .address = address, .origin = *std::move(origin)
                    }}
                  : std::nullopt;
}

double OutsideLoad::steady_rate() const {
    const Workload& workload = observing_.plan().workload;
    const std::int64_t all =
        observing_.observed.is_rehearsal ? workload.rate_per_second_max : workload.rate_per_second;
    return static_cast<double>(all) / static_cast<double>(names().size());
}

Task<void> OutsideLoad::keep_steady(std::string name) {
    while (!observing_.loops.is_stopping()) {
        const auto target = target_of(name);
        if (target && observing_.load_tenant) {
            const ops::LoadPlan plan{.rate = steady_rate()};
            const SenderPtr sender =
                co_await open(LoadPurpose::steady, *target, plan, kSteadyConcurrency);
            if (sender) {
                co_await run(sender);
                continue;
            }
        }
        co_await observing_.loops.nap(kAgain);
    }
}

Task<OutsideLoad::SenderPtr> OutsideLoad::open(
    LoadPurpose purpose, Target target, ops::LoadPlan plan, std::uint32_t concurrency
) {
    auto sender = std::make_shared<Sender>();
    sender->purpose = purpose;
    ops::LoadSettings settings =
        load_settings(observing_.plan(), target.origin, observing_.load_tenant->token);
    settings.plan = plan;
    settings.concurrency = concurrency;
    sender->target = std::move(target);
    sender->load = std::make_unique<ops::Load>(
        observing_.parts.on, std::move(settings), observing_.parts.clock, observing_.parts.random
    );
    const auto prepared = co_await sender->load->prepare();
    if (!prepared) {
        observing_.parts.log.write(
            telemetry::Level::warning,
            "the synthetic load can't be sent; it is tried again",
            {{"through", std::string_view{sender->target.name}},
             {"error", std::string_view{prepared.error().detail}}}
        );
        co_return nullptr;
    }
    co_return sender;
}

Task<void> OutsideLoad::run(SenderPtr sender) {
    if (observing_.loops.is_stopping()) {
        co_return;
    }
    if (!has_any(sender->purpose)) {
        (sender->purpose == LoadPurpose::steady ? steady_from_ : smoke_from_) = observing_.now();
    }
    senders_.push_back(sender);
    co_await sender->load->run([](const ops::LoadProgress&) {});
    sender->has_ended = true;
}

void OutsideLoad::run_smoke(std::int64_t requests, std::int64_t concurrency) {
    smoke_wanted_ = std::max(smoke_wanted_, requests);
    smoke_concurrency_ = concurrency;
    if (!is_smoking_ && smoke_answered_ < smoke_wanted_ && !observing_.loops.is_stopping()) {
        is_smoking_ = true;
        observing_.loops.start(smoke());
    }
}

Task<void> OutsideLoad::smoke() {
    while (!observing_.loops.is_stopping() && smoke_answered_ < smoke_wanted_) {
        if (has_any(LoadPurpose::smoke) || !observing_.load_tenant) {
            co_await observing_.loops.nap(observing_.pace.tick);
        } else {
            co_await smoke_once(smoke_wanted_ - smoke_answered_);
        }
    }
    is_smoking_ = false;
}

// All are prepared before the first one runs, so that they run beside each other.
Task<void> OutsideLoad::smoke_once(std::int64_t requests) {
    std::vector<Target> targets;
    for (const std::string& name : names()) {
        if (auto target = target_of(name)) {
            targets.push_back(*std::move(target));
        }
    }
    std::vector<SenderPtr> ready;
    const auto count = static_cast<std::int64_t>(targets.size());
    for (std::int64_t i = 0; i < count; ++i) {
        // Shares whose sum is the whole.
        const std::int64_t share = requests * (i + 1) / count - requests * i / count;
        const std::int64_t concurrency = std::max<std::int64_t>(
            1, smoke_concurrency_ * (i + 1) / count - smoke_concurrency_ * i / count
        );
        const ops::LoadPlan plan{.requests = static_cast<std::uint64_t>(share)};
        if (share == 0) {
            continue;
        }
        auto sender = co_await open(
            LoadPurpose::smoke,
            targets[static_cast<std::size_t>(i)],
            plan,
            static_cast<std::uint32_t>(concurrency)
        );
        if (sender) {
            ready.push_back(std::move(sender));
        }
    }
    if (ready.empty()) {
        co_await observing_.loops.nap(kAgain);
    }
    for (const SenderPtr& sender : ready) {
        if (!observing_.loops.is_stopping()) {
            observing_.loops.start(run(sender));
        }
    }
}

Task<void> OutsideLoad::report() {
    const auto began = Steady::now();
    while (!observing_.loops.is_stopping()) {
        co_await observing_.loops.nap_until(Loops::next_on_grid(began, observing_.pace.tick));
        tell(LoadPurpose::steady, steady_from_);
        tell(LoadPurpose::smoke, smoke_from_);
        std::erase_if(senders_, [](const SenderPtr& sender) { return sender->has_ended; });
        follow_addresses();
    }
}

// A load that an instance has moved away from under ends, and keep_steady finds the new address.
void OutsideLoad::follow_addresses() {
    for (const SenderPtr& sender : senders_) {
        const auto target = target_of(sender->target.name);
        if (target && target->address != sender->target.address) {
            sender->load->stop();
        }
    }
}

void OutsideLoad::tell(LoadPurpose purpose, base::Instant& from) {
    if (!has_any(purpose)) {
        return;
    }
    LoadSample sample{
        .purpose = purpose,
        .span = {.from = from, .to = std::max(from, observing_.now())},
        .counts = {},
    };
    std::vector<std::int64_t> latencies;
    for (const SenderPtr& sender : senders_) {
        if (sender->purpose != purpose) {
            continue;
        }
        const ops::LoadProgress progress = sender->load->progress();
        sample.counts.requests += static_cast<std::int64_t>(progress.requests);
        sample.counts.requests -= static_cast<std::int64_t>(sender->told.requests);
        sample.counts.errors += static_cast<std::int64_t>(progress.errors);
        sample.counts.errors -= static_cast<std::int64_t>(sender->told.errors);
        sender->told = progress;
        const auto fresh = sender->load->latencies_us().subspan(sender->latencies_told);
        latencies.insert(latencies.end(), fresh.begin(), fresh.end());
        sender->latencies_told += fresh.size();
    }
    from = sample.span.to;
    if (purpose == LoadPurpose::smoke) {
        smoke_answered_ += sample.counts.requests;
        sample.latencies_us = std::move(latencies);
    }
    observing_.sink(std::move(sample));
}

bool OutsideLoad::has_any(LoadPurpose purpose) const {
    return std::ranges::any_of(senders_, [purpose](const SenderPtr& sender) {
        return sender->purpose == purpose;
    });
}

}  // namespace accubooks::launch
