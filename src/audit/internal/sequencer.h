#pragma once

#include <optional>
#include <string>

#include "audit/checkpoint.h"
#include "audit/disk.h"
#include "audit/internal/log_store.h"
#include "audit/log_folder.h"
#include "base/clock.h"
#include "pg/pool.h"

namespace accubooks::audit {

/// What lengthens a log works with; all of it outlives it.
struct Workplace {
    pg::Pool& ops;
    const base::Clock& clock;
    Disk& disk;
    const std::optional<LogFolder>& folder;
    base::RandomBytes random;
};

/// Gives acts their places in the newest log. One at a time works, in whatever program, and each
/// batch is one transaction.
class Sequencer {
public:
    explicit Sequencer(Workplace with) : with_{std::move(with)} {}

    /// Makes what waits leaves; opens the first log when there is none and this instance may.
    /// Errors: `audit.log_behind`, `audit.bad_log_key`.
    base::Task<base::Result<void>> sequence(base::Deadline deadline);

    /// Opens the log that goes on from the last checkpoint that was signed, and returns the act by
    /// which it begins. Errors: `audit.nothing_to_reopen`.
    base::Task<base::Result<base::Uuid>> open_next(
        base::PublicKey key, std::string actor, std::string reason, base::Deadline deadline
    );

private:
    base::Task<base::Result<std::int64_t>> sequence_batch(base::Deadline deadline);
    base::Task<base::Result<std::optional<StoredLog>>> open_first(
        pg::Connection& connection, base::Deadline deadline
    );
    base::Task<base::Result<SignedCheckpoint>> last_signed(
        pg::Connection& connection, std::optional<StoredLog> log, base::Deadline deadline
    );

    Workplace with_;
    std::string horizon_ = "0";  // acts of earlier transactions have their places
};

/// The checkpoint that a log's first leaf goes on from; none when it is no such leaf.
std::optional<SignedCheckpoint> handed_over_by(const StoredLeaf& first);

}  // namespace accubooks::audit
