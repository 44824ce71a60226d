#include "launch/internal/inside_source.h"

#include <memory>

#include <fmt/format.h>

#include "launch/internal/instance_address.h"
#include "launch/internal/instance_figures.h"
#include "net/http_client.h"

namespace accubooks::launch {
namespace {

using base::Task;
using Steady = std::chrono::steady_clock;

// Shorter than what the plan calls a gap, so that one lost answer isn't one.
constexpr std::chrono::seconds kPatience{2};
constexpr std::string_view kUserAgent = "accubooks-observer";

net::ClientRequest get(std::string_view target) {
    net::ClientRequest request{.target = std::string{target}, .repeatable = true};
    request.headers.add("User-Agent", std::string{kUserAgent});
    return request;
}

/// One instance's operators' address, wherever it is by now.
class Operators {
public:
    Operators(const Observing& observing, std::string instance)
        : observing_{observing}, instance_{std::move(instance)} {}

    /// Its answer; none when there isn't one, and `why`.
    Task<std::optional<net::ClientAnswer>> ask(std::string_view target) {
        follow();
        if (!client_) {
            why_ = "The instance isn't live.";
            co_return std::nullopt;
        }
        try {
            co_return co_await client_->send(get(target), base::deadline_in(kPatience));
        } catch (const net::ClientFailure& failure) {
            why_ = fmt::format("{}: {}", to_string(failure.kind()), failure.what());
        }
        co_return std::nullopt;
    }
    const std::string& why() const { return why_; }

private:
    void follow() {
        const auto boot = observing_.boots.find(instance_);
        const std::string address =
            boot == observing_.boots.end() ? std::string{} : boot->second.who.ops_address;
        if (address == address_) {
            return;
        }
        address_ = address;
        client_.reset();
        if (auto origin = origin_of(address)) {
            client_ = std::make_unique<net::HttpClient>(
                observing_.parts.on,
                *std::move(origin),
                net::HttpClientSettings{
                    .connections_max = 1,
                    .body_bytes_max = kFiguresBytesMax,
                    .connect_timeout = kPatience,
                }
            );
        }
    }

    const Observing& observing_;
    std::string instance_;
    std::string address_;
    std::unique_ptr<net::HttpClient> client_;
    std::string why_;
};

}  // namespace

Task<void> sample_instance(Observing& observing, std::string instance) {
    Operators operators{observing, instance};
    const auto began = Steady::now();
    std::optional<Steady::time_point> sketched;
    while (!observing.loops.is_stopping()) {
        const bool with_sketches =
            !sketched || Steady::now() - *sketched >= observing.pace.sketches;
        const auto answer = co_await operators.ask("/api/health/metrics");
        if (answer && answer->status == 200) {
            auto sample = read_figures(answer->body, instance, observing.now(), with_sketches);
            if (sample) {
                sketched = with_sketches ? Steady::now() : *sketched;
                observing.sink(*std::move(sample));
            }
        }
        co_await observing.loops.nap_until(Loops::next_on_grid(began, observing.pace.tick));
    }
}

Task<void> check_health(Observing& observing, std::string instance) {
    Operators operators{observing, instance};
    const auto began = Steady::now();
    std::int64_t failures = 0;
    while (!observing.loops.is_stopping()) {
        if (!observing.are_boots_known) {
            // Nobody was asked: that is no failure of the instance.
            co_await observing.loops.nap(observing.pace.tick);
            continue;
        }
        const auto answer = co_await operators.ask("/api/health/ready");
        failures = answer && answer->status == 200 ? 0 : failures + 1;
        Reading reading{.kind = ReadingKind::value, .value = failures, .samples = 1};
        observing.fact("health_failures", std::move(reading), instance);
        co_await observing.loops.nap_until(Loops::next_on_grid(began, observing.pace.health));
    }
}

}  // namespace accubooks::launch
