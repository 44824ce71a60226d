#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/task.h"
#include "launch/internal/observing.h"
#include "launch/measurement.h"
#include "net/http_client.h"

namespace accubooks::launch {

/// What came of probes, as samples of the time between two looks. No I/O.
class ProbeTally {
public:
    explicit ProbeTally(base::Instant began) : from_{began} {}

    void answered(bool is_right, base::Instant at);
    /// What happened since the last one was taken. A clock that was set back makes an empty span.
    ProbeSample take(base::Instant now);

private:
    base::Instant from_;
    Counts counts_;
    std::optional<base::Instant> first_success_{};
    std::optional<base::Instant> last_success_{};
    std::chrono::microseconds longest_gap_{};
};

/// Source B's prober: asks `probes_per_second` times a second whether the service answers, each at
/// its time whatever became of those before, through the public address or else every instance in
/// turn. Whoever has no tenant to ask for yet, or no instance to ask, stays silent. Its loops are
/// the Observing's; it must outlive them.
class Prober {
public:
    explicit Prober(Observing& observing);

    void start();

private:
    base::Task<void> run();
    base::Task<void> report();
    base::Task<void> ask(net::HttpClient* client);
    net::HttpClient* next_client();
    net::HttpClient* client_of(const std::string& address, const net::Origin& origin);

    Observing& observing_;
    ProbeTally tally_;
    bool has_begun_ = false;
    std::size_t turn_ = 0;
    std::map<std::string, std::unique_ptr<net::HttpClient>> clients_;  // by address
};

}  // namespace accubooks::launch
