#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "net/periodic_task.h"
#include "net/tls_identity.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace accubooks::app {

/// Keeps the certificate that the API's listener shows as new as its files, looking every few
/// seconds; says so in the log, and when it ends in the metrics. What can't be read is told once,
/// and what was read before stays.
class CertificateWatch {
public:
    struct Parts {
        boost::asio::any_io_executor on;
        std::shared_ptr<net::TlsIdentity> tls;  // none: nothing is done
        const telemetry::Log& log;
        telemetry::Metrics& metrics;
    };
    explicit CertificateWatch(Parts parts);

    void start();
    /// Not from the executor.
    void stop();
    /// Looks now; on the executor.
    void look() const;

private:
    base::Task<void> work() const;
    /// Throws what is wrong with the files.
    void renew() const;
    void tell(const std::exception& failure) const;

    Parts parts_;
    net::PeriodicTask task_;
};

}  // namespace accubooks::app
