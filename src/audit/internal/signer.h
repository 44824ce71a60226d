#pragma once

#include "audit/internal/sequencer.h"

namespace accubooks::audit {

/// Signs the newest log as the database has it, where this instance has its key and the log goes on
/// from the last checkpoint that was signed.
class Signer {
public:
    explicit Signer(Workplace with) : with_{std::move(with)} {}

    /// None when this instance has no folder or no key.
    base::Task<base::Result<std::optional<base::SigningKey>>> key();

    /// Does nothing when there is nothing new. Errors: `audit.log_behind`, `audit.log_forked`,
    /// `audit.bad_log_key`; `audit.not_in_time` when another instance signs just now.
    base::Task<base::Result<void>> sign_newest(base::Deadline deadline);

private:
    struct Ready;
    base::Task<base::Result<std::optional<Ready>>> make_ready(
        pg::Connection& connection, base::Deadline deadline
    );
    base::Result<SignedCheckpoint> sign(const base::SigningKey& key, const Ready& ready);

    Workplace with_;
};

}  // namespace accubooks::audit
