#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/directory.h"
#include "launch/fingerprint.h"
#include "launch/incident.h"
#include "launch/measurement.h"
#include "launch/plan.h"
#include "net/http_client.h"
#include "pg/pool.h"
#include "telemetry/log.h"

namespace accubooks::launch {

/// What an Observer watches.
struct Observed {
    ExecutionName execution{};
    Plan plan;  // of a rehearsal: rehearsal_of the approved one
    bool is_rehearsal = false;
    std::vector<std::string> instances;  // the approved ones, by name
    std::int64_t smoke_answered = 0;     // requests of the smoke run that are recorded already
    /// As they were before anything was applied; none: as they are found first.
    std::vector<Fingerprint> fingerprints{};
};

/// Measures what an execution is judged by, for as long as it runs: source A, what each instance
/// says of itself (GET /api/health/metrics); source B, the synthetic load through every instance
/// and through the public address, the prober, and the smoke run; and facts of database, books and
/// launch. A rehearsal sends at the plan's highest rate, to make up for its short windows, and
/// samples as often as its shortest one needs.
///
/// What can't be measured is a reading that says so (`no_data`, `provider_error`) or, of a source,
/// silence that Assessment::silence counts: nothing here ever stands for "it is well". Failures of
/// the outside are measurements, never thrown.
///
/// Works on one lane, `on`; every call comes from it, and so do the sink's. Load and probes work in
/// two tenants of their own ("Synthetic load", "Canary"), never in anybody's books.
class Observer {
public:
    struct Parts {
        boost::asio::any_io_executor on;
        pg::Pool& ops;
        pg::Pool& app;  // reads the books of the two tenants
        identity::Directory& directory;
        const base::Clock& clock;
        const telemetry::Log& log;
        /// Where users reach the service, in front of all instances; setting `launch.url`.
        std::optional<net::Origin> public_origin{};
        base::RandomBytes random = base::system_random();
    };
    /// Gets each measurement once, in the order of their times, source by source. Takes it and
    /// returns; must not throw.
    using Sink = std::function<void(Measurement)>;

    Observer(const Parts& parts, Observed observed, Sink sink);
    /// Expects that it was stopped, or never started.
    ~Observer();
    Observer(const Observer&) = delete;
    Observer& operator=(const Observer&) = delete;

    /// Begins, and goes on by itself until `stop`; once.
    void start();

    /// From now on the smoke run goes on until `requests` of this execution's are answered, those
    /// of `smoke_answered` included. Returns at once; asking for the same again changes nothing.
    void run_smoke(std::int64_t requests, std::int64_t concurrency);

    /// Trial balance, chain and isolation of the two tenants, now; their facts are with the sink
    /// when it returns. The same is looked at every `capture_every` of the sustained stage.
    base::Task<void> probe_books(base::Deadline deadline);

    /// Of what must stay as it is, now, over the instances that are approved and live; for a
    /// snapshot.
    base::Task<std::vector<Fingerprint>> fingerprints(base::Deadline deadline);
    /// Compares them with those from before, as happens by itself as often as the books are looked
    /// at: fact `fingerprint_differences`, which is with the sink when it returns.
    base::Task<Reading> compare_fingerprints(base::Deadline deadline);

    /// Ends everything; what is under way is waited for, some seconds at most. Nothing reaches the
    /// sink after its return.
    base::Task<void> stop();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace accubooks::launch
