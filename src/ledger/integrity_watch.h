#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.h"
#include "base/task.h"
#include "identity/directory.h"
#include "ledger/verification.h"
#include "pg/pool.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace accubooks::ledger {

/// The names of what `quick_check` looks at.
inline constexpr std::array<const char*, 3> kQuickChecks{"trial_balance", "head", "isolation"};

/// What was found, and up to which entry there was something to find it in; 0 before the first.
struct QuickCheck {
    std::int64_t last_entry = 0;
    std::vector<Breach> breaches{};
};

/// What can be seen without replaying the journal (ledger/verification.h does that), in one round
/// trip: debits equal credits (trial_balance), the ledger ends where its journal does (head), and
/// in a tenant's transaction nobody else's rows exist (isolation). Throws pg::Failure.
base::Task<QuickCheck> quick_check(pg::Pool& app, base::TenantId tenant, base::Deadline deadline);

/// Checks every tenant quickly, one after another, again and again, and says what it finds as
/// metrics whose series are there from the start:
/// `accubooks_integrity_violations_total`, `_open` (of the last round) and
/// `accubooks_integrity_check_last_success_timestamp_seconds`, each by check.
class IntegrityWatch {
public:
    struct Parts {
        boost::asio::any_io_executor on;
        pg::Pool& app;
        identity::Directory& directory;
        const base::Clock& clock;
        const telemetry::Log& log;
        telemetry::Metrics& metrics;
        /// Told of a round's breaches, at most kBreachesMax, when there are any.
        std::function<base::Task<void>(std::vector<Breach>, base::Deadline)> found;
    };
    explicit IntegrityWatch(const Parts& parts);
    ~IntegrityWatch();
    IntegrityWatch(const IntegrityWatch&) = delete;
    IntegrityWatch& operator=(const IntegrityWatch&) = delete;

    void start();
    /// Returns when the tenant under way is done; not from `on`.
    void stop();

    /// What the last whole round found. None before the first, and when there was none for so long
    /// that another should have ended. From any thread.
    struct Round {
        std::chrono::steady_clock::time_point at;
        std::uint64_t of_books = 0;      // breaches of trial_balance and head
        std::uint64_t of_isolation = 0;  // of isolation
    };
    std::optional<Round> last_round() const;

    /// The last look at one tenant's books. None before the first, and when it is older than
    /// another should be by now: what was once good isn't known to be so still. From any thread.
    struct Look {
        base::Instant at;
        QuickCheck found;
    };
    std::optional<Look> last_look(base::TenantId tenant) const;
    /// The same, made now where there is none, once for all who ask meanwhile; the next round
    /// tells of what it found. From any lane; throws pg::Failure.
    base::Task<Look> look_at(base::TenantId tenant, base::Deadline deadline);

    /// One round; throws pg::Failure.
    base::Task<void> look(base::Deadline deadline);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace accubooks::ledger
