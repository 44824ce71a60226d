#pragma once

#include "app/service.h"
#include "app/startup.h"
#include "audit/disk.h"
#include "launch/driver.h"
#include "launch/evidence_keeper.h"
#include "launch/live_effects.h"
#include "net/lanes.h"

namespace accubooks::app {

/// This instance's part in executions: the driver and the world that it acts on, on a thread of
/// their own, so that judging what was measured doesn't slow down what is measured.
class LaunchDriving {
public:
    /// What it refers to must outlive it.
    LaunchDriving(Service& service, const Startup& startup, const ops::Identity& who);

    void start() {
        driver_.start();
        keeper_.start();
    }
    /// Returns when nothing of an execution is under way here; another instance goes on.
    void stop() {
        driver_.stop();
        keeper_.stop();
    }

private:
    net::Lanes lane_{1};
    audit::Disk disk_;
    launch::LiveEffects::Parts world_;
    launch::Driver driver_;
    launch::EvidenceKeeper keeper_;
};

}  // namespace accubooks::app
