#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "pg/connection.h"
#include "telemetry/log.h"

namespace accubooks::app {

/// SIGHUP has the certificate and the settings file read again: its live settings are proposed as
/// one revision, for every instance. What came of it is in the log.
class Reload {
public:
    struct Parts {
        boost::asio::any_io_executor on;
        pg::Endpoint endpoint;  // as accubooks_ops
        const telemetry::Log& log;
        std::optional<std::filesystem::path> file;
        std::string author;
        std::function<void()> certificate;  // reads it again; on the executor
    };
    explicit Reload(const Parts& parts);
    /// Expects that it was stopped, or never started.
    ~Reload();
    Reload(const Reload&) = delete;
    Reload& operator=(const Reload&) = delete;

    void start();
    /// Returns when a reading under way has ended; not from the parts' own executor.
    void stop();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace accubooks::app
