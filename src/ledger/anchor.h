#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "audit/log.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/directory.h"
#include "pg/pool.h"
#include "telemetry/log.h"

namespace accubooks::ledger {

/// Where a tenant's chain of entries ends.
struct LedgerHead {
    base::TenantId tenant;
    std::int32_t epoch = 1;   // a restore begins the next (decision 0010)
    std::int64_t number = 0;  // of the last entry; 0 when there is none
    base::Digest hash{};

    friend bool operator==(const LedgerHead&, const LedgerHead&) = default;
};

/// SHA-256 over "TENANT EPOCH NUMBER HASH\n" of each, in the order given.
base::Digest digest_of(std::span<const LedgerHead> heads);

/// Writes the heads of all tenants' ledgers into the audit log, so that no entry which was posted
/// by then can be changed unseen, not even by who owns the database: every hour, after every act
/// that is a gate, and when asked.
/// The act (kHeadsAnchored) has the digest as its object's, and the heads themselves while they are
/// few enough (kHeadsListed).
class HeadAnchor {
public:
    struct Parts {
        boost::asio::any_io_executor on;
        pg::Pool& app;  // reads the tenants' heads, each in its tenant's transaction
        pg::Pool& ops;  // records
        identity::Directory& directory;
        audit::Log& log;
        const base::Clock& clock;
        const telemetry::Log& journal;
        std::vector<audit::Action> gates{};
    };
    explicit HeadAnchor(const Parts& parts);
    /// Expects that it was stopped, or never started.
    ~HeadAnchor();
    HeadAnchor(const HeadAnchor&) = delete;
    HeadAnchor& operator=(const HeadAnchor&) = delete;

    /// Anchors the heads as they are now and returns when the log has signed that. `why` is for
    /// people. Errors: those of audit::Log::await_inclusion. Throws pg::Failure.
    base::Task<base::Result<audit::Included>> anchor(
        std::string actor, std::string why, base::Deadline deadline
    );

    /// Looks every second whether a gate was passed, or nobody has anchored for an hour, whichever
    /// instance.
    void start();
    /// Returns when an anchoring under way has ended; not from `on`.
    void stop();

    /// One look; throws pg::Failure.
    base::Task<void> anchor_if_due(base::Deadline deadline);

private:
    struct State;
    std::shared_ptr<State> state_;
};

inline constexpr audit::Action kHeadsAnchored{"ledger.heads_anchored"};
/// Of more tenants than so many the act has the digest and the count alone.
inline constexpr std::size_t kHeadsListed = 5000;

}  // namespace accubooks::ledger
