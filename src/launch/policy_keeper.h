#pragma once

#include <filesystem>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "base/task.h"
#include "launch/plan.h"
#include "pg/pool.h"
#include "telemetry/log.h"

namespace accubooks::launch {

/// Keeps FOLDER/policy.json, the root of trust apart from the server, as the database has it, and
/// has the stakeholders told of every new fingerprint, once: after an enrolment, a revocation, a
/// change of roles, a new origin of the log or a new witness, whichever instance that came through.
/// A number of witnesses that somebody demands in the file stays.
class PolicyKeeper {
public:
    struct Parts {
        boost::asio::any_io_executor on;
        pg::Pool& ops;
        const telemetry::Log& log;
        const Plan& plan;
        std::filesystem::path folder;  // made when the first policy is written
    };
    explicit PolicyKeeper(const Parts& parts);
    ~PolicyKeeper();
    PolicyKeeper(const PolicyKeeper&) = delete;
    PolicyKeeper& operator=(const PolicyKeeper&) = delete;

    /// Looks every few seconds.
    void start();
    /// Returns when a look under way has ended; not from `on`.
    void stop();

    /// Looks now. What fails is logged and done by a later look. While nothing was logged ever, or
    /// nobody with a role has a key, there is no policy to write.
    base::Task<void> refresh(base::Deadline deadline);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace accubooks::launch
