#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "launch/internal/observing.h"
#include "ops/load.h"

namespace accubooks::launch {

/// Source B's load: steadily at the plan's rate, and the smoke run beside it; through every
/// instance and, where there is one, the public address, which share what is sent. Each tick it
/// tells what was answered since the last. Its loops are the Observing's; it must outlive them.
class OutsideLoad {
public:
    explicit OutsideLoad(Observing& observing);

    void start();
    /// As Observer::run_smoke.
    void run_smoke(std::int64_t requests, std::int64_t concurrency);
    /// Before the loops are stopped: what is under way is answered, nothing more is sent.
    void stop();

private:
    struct Target {
        std::string name;
        std::string address;
        net::Origin origin;
    };
    /// One load under way, and what of it was told already.
    struct Sender {
        LoadPurpose purpose{};
        Target target;
        std::unique_ptr<ops::Load> load;
        ops::LoadProgress told{};
        std::size_t latencies_told = 0;
        bool has_ended = false;
    };
    using SenderPtr = std::shared_ptr<Sender>;

    std::vector<std::string> names() const;
    std::optional<Target> target_of(const std::string& name) const;
    double steady_rate() const;

    base::Task<void> keep_steady(std::string name);
    base::Task<void> smoke();
    base::Task<void> smoke_once(std::int64_t requests);
    base::Task<SenderPtr> open(
        LoadPurpose purpose, Target target, ops::LoadPlan plan, std::uint32_t concurrency
    );
    base::Task<void> run(SenderPtr sender);

    base::Task<void> report();
    void follow_addresses();
    void tell(LoadPurpose purpose, base::Instant& from);
    bool has_any(LoadPurpose purpose) const;

    Observing& observing_;
    std::vector<SenderPtr> senders_;
    base::Instant steady_from_;  // of what wasn't told yet
    base::Instant smoke_from_;   // likewise
    std::int64_t smoke_wanted_ = 0;
    std::int64_t smoke_answered_;
    std::int64_t smoke_concurrency_ = 1;
    bool is_smoking_ = false;
};

}  // namespace accubooks::launch
