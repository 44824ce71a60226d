#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.h"
#include "ops/adoption.h"
#include "ops/instances.h"
#include "pg/connection.h"
#include "telemetry/health.h"
#include "telemetry/log.h"

namespace accubooks::ops {

/// What an instance runs on, for its operators.
struct InForce {
    std::string instance;
    base::Uuid boot_id;
    std::int64_t revision = 0;  // whose values are in force; 0: the defaults, before the first look
    base::Instant since;        // when they came into force here
    Values requested;           // of the newest revision seen
    Values values;              // in force
};

/// Keeps an instance on the newest revision: on one connection of its own, that no pool shares, it
/// says every second that the instance is alive, hears of new revisions, takes them and
/// acknowledges. A revision that can't be taken is refused and put back for everybody (decision
/// 0006). One that isn't confirmed in time is gone back from, whether or not the database answers.
///
/// State lives on `on`; `in_force` may be asked from any thread.
class Follower {
public:
    /// Takes the values of live settings; a refusal must have changed nothing.
    using Apply = std::function<base::Result<void>(const Values& live)>;
    struct Parts {
        boost::asio::any_io_executor on;
        pg::Endpoint endpoint;  // as accubooks_ops
        const base::Clock& clock;
        const telemetry::Log& log;
        telemetry::Health& health;
        Apply apply;
    };

    /// `first` is what the instance started with, its values taken; none for one that never starts.
    Follower(const Parts& parts, Identity who, const std::optional<Sight>& first);
    /// Expects that it was stopped, or never started.
    ~Follower();
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;

    /// Who it is, addresses included, which aren't known before the sockets are there.
    void start(std::string api_address, std::string ops_address);
    /// The instance takes no new work any more; it still follows.
    void drain();
    /// Says goodbye and returns when that was said or the database doesn't answer; not from `on`.
    void stop();

    InForce in_force() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace accubooks::ops
