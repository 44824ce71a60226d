#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "audit/act.h"
#include "audit/proof.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/task.h"
#include "pg/pool.h"
#include "telemetry/log.h"

namespace accubooks::audit {

/// An act as a leaf of the log, and the proof of it.
struct Included {
    std::string entry;  // audit/leaf.h
    InclusionProof proof;
};

/// Makes recorded acts leaves of the newest log and signs checkpoints: every instance may run one,
/// the database lets one at a time work, and each step is repeatable, so that one that is killed
/// leaves nothing half done.
///
/// Who signs is who has the log's key in its folder. The first one makes key and log. It signs
/// nothing that the last checkpoint in the folder isn't consistent with: when the database has less
/// than was signed (an older state was restored), or has something else, it says so in the log and
/// as the refusal of every call, and acts wait until `reopen`.
///
/// State lives on `on`; public calls may come from anywhere.
class Log {
public:
    struct Parts {
        boost::asio::any_io_executor on;
        pg::Pool& ops;
        const base::Clock& clock;
        const telemetry::Log& log;
        std::optional<std::filesystem::path> folder;  // none: this instance never signs
        base::RandomBytes random = base::system_random();
    };
    explicit Log(const Parts& parts);
    /// Expects that it was stopped, or never started.
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    /// Looks once a second for acts that nobody awaits.
    void start();
    /// Returns when a step under way has ended; not from `on`.
    void stop();

    /// The act, once its transaction has committed, as a leaf under a signed checkpoint; works
    /// whether or not the log was started. Errors: `audit.no_such_act`, `audit.not_in_time` (it
    /// will be included all the same), those of `advance`.
    base::Task<base::Result<Included>> await_inclusion(base::Uuid act, base::Deadline deadline);

    /// Makes what waits leaves, and signs if there is anything new. Errors: `audit.log_behind`,
    /// `audit.log_forked`, `audit.bad_log_key`, `audit.not_in_time` (a step of others takes too
    /// long). Throws pg::Failure, std::filesystem::filesystem_error.
    base::Task<base::Result<void>> advance(base::Deadline deadline);

    /// For who sees that an act waits: makes the next step now. Who comes while one runs waits for
    /// its end alone, until `deadline`, and where the last one failed nothing is done before the
    /// next is due. Throws as `advance` does.
    base::Task<void> hasten(base::Deadline deadline);

    /// After the database was set back on purpose: opens the next log, whose first leaf holds the
    /// last checkpoint of the one before, and signs it. `reason` is for people. Errors:
    /// `audit.nothing_to_reopen` when the newest log can go on; `audit.no_log_key`.
    base::Task<base::Result<Included>> reopen(
        std::string actor, std::string reason, base::Deadline deadline
    );

private:
    struct State;
    std::shared_ptr<State> state_;
};

/// The leaf by which a log tells that it goes on from another one.
inline constexpr Action kReopened{"audit.log_reopened"};

}  // namespace accubooks::audit
