#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/clock.h"
#include "base/task.h"

namespace accubooks::net {

/// Lets coroutines of one executor wait until something has happened, each as long as it may.
class Bell {
public:
    explicit Bell(const boost::asio::any_io_executor& on);

    /// Whoever waits goes on.
    void ring();
    /// Until it rings next, or `deadline`: who was woken looks whether it may go on.
    base::Task<void> wait(base::Deadline deadline);

private:
    boost::asio::steady_timer rung_;  // never expires
};

}  // namespace accubooks::net
