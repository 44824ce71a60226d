#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "net/http_client.h"
#include "ops/load_mix.h"
#include "ops/load_schedule.h"
#include "ops/load_stats.h"

namespace accubooks::ops {

struct LoadSettings {
    net::Origin origin;
    std::vector<std::string> tokens{};  // each opens one tenant's books; used in turn
    LoadPlan plan{};                    // at most LoadStats::kRequestsMax requests, said or not
    std::uint32_t concurrency = 50;     // requests under way at most
    LoadMix mix{};
    std::uint64_t seed = 1;
    std::chrono::milliseconds timeout{30'000};  // of one request
};

/// How far a run has come.
struct LoadProgress {
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;
    std::chrono::steady_clock::duration elapsed{};
};

/// Drives a server over HTTP as its clients do and judges every answer by its body. Everything runs
/// on one lane, the executor's.
///
/// A request is counted once, as right or as an error of one kind: `connect`, `timeout`, `closed`,
/// `bad_answer`, `too_large`, `http_STATUS`, or `wrong_answer` for a body that isn't what it must
/// be. A post that failed so that its outcome isn't known is asked again with the same idempotency
/// key, up to kRetries times, to settle whether it was done; that changes no count.
class Load {
public:
    static constexpr int kRetries = 3;
    static constexpr std::size_t kWhatsKept = 5;

    /// `random` makes this run's idempotency keys its own.
    Load(
        boost::asio::any_io_executor executor,
        LoadSettings settings,
        const base::Clock& clock,
        const base::RandomBytes& random
    );
    ~Load();
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    /// Asks whose books the tokens open, makes the accounts that are missing and posts one entry to
    /// each, so that there is one to read. `show` is told the share of books that are ready, from 0
    /// to 1. Errors: `load.not_prepared`, with what the server said.
    base::Task<base::Result<void>> prepare(std::function<void(double)> show = {});

    /// Once, after `prepare`. `show` is called once a second.
    base::Task<LoadReport> run(std::function<void(const LoadProgress&)> show);

    /// Lets the requests under way finish and starts no more.
    void stop();

    /// How far the run has come; also after its end.
    LoadProgress progress() const;
    /// Of requests answered rightly so far, in the order of their answers, in microseconds.
    std::span<const std::uint32_t> latencies_us() const;

    std::uint64_t retries() const;
    /// Posts whose outcome stayed unknown.
    std::uint64_t unsettled() const;
    /// Requests sent twice since a kept connection had been closed (net::HttpClient).
    std::uint64_t resent() const;
    /// What was wrong, of the first kWhatsKept errors of each kind: a sentence each.
    const std::vector<std::string>& whats() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace accubooks::ops
