#include "launch/internal/inside_source.h"

#include <memory>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/json.h"
#include "base/utf8.h"
#include "launch/internal/instance_address.h"
#include "launch/internal/instance_figures.h"
#include "net/http_client.h"

namespace accubooks::launch {
namespace {

namespace json = boost::json;
using base::Task;
using Steady = std::chrono::steady_clock;

// Shorter than what the plan calls a gap, so that one lost answer isn't one.
constexpr std::chrono::seconds kPatience{2};
constexpr std::size_t kReasonBytes = 500;
constexpr std::string_view kUserAgent = "accubooks-observer";

net::ClientRequest get(std::string_view target) {
    net::ClientRequest request{.target = std::string{target}, .repeatable = true};
    request.headers.add("User-Agent", std::string{kUserAgent});
    return request;
}

/// What an answer that isn't "ready" names as the reason.
std::string unready(const net::ClientAnswer& answer) {
    std::string why = fmt::format("It answered {}.", answer.status);
    const auto body = base::parse_json(answer.body);
    const json::object* const root = body ? body->if_object() : nullptr;
    const json::value* const checks = root == nullptr ? nullptr : root->if_contains("checks");
    if (checks == nullptr || !checks->is_array()) {
        return why;
    }
    for (const json::value& check : checks->get_array()) {
        const json::object* const members = check.if_object();
        const auto text = [members](std::string_view name) -> std::string_view {
            const json::value* const found =
                members == nullptr ? nullptr : members->if_contains(name);
            if (found == nullptr || !found->is_string()) {
                return {};
            }
            return found->get_string();
        };
        if (text("state") != "ok") {
            why += fmt::format(" {} is {}: {}.", text("name"), text("state"), text("detail"));
        }
    }
    return why;
}

/// Plain and short enough for a record.
std::string recorded(std::string_view why) {
    const std::string text = base::printable(why);
    return text.substr(0, base::utf8_prefix(std::string_view{text}.substr(0, kReasonBytes)));
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
        const bool is_ready = answer && answer->status == 200;
        failures = is_ready ? 0 : failures + 1;
        Reading reading{.kind = ReadingKind::value, .value = failures, .samples = 1};
        if (!is_ready) {
            reading.why = recorded(answer ? unready(*answer) : operators.why());
        }
        observing.fact("health_failures", std::move(reading), instance);
        co_await observing.loops.nap_until(Loops::next_on_grid(began, observing.pace.health));
    }
}

}  // namespace accubooks::launch
