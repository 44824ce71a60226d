#include "app/certificate_watch.h"

#include <chrono>
#include <stdexcept>
#include <utility>

namespace accubooks::app {
namespace {

using telemetry::Level;

constexpr std::chrono::seconds kPause{5};

}  // namespace

CertificateWatch::CertificateWatch(Parts parts)
    : parts_{std::move(parts)},
      task_{{
          .on = parts_.on,
          .pause = kPause,
          .work = [this] { return work(); },
          .failed = [this](const std::exception& failure) { tell(failure); },
      }} {
    if (parts_.tls) {
        const auto end = parts_.metrics.gauge(
            "accubooks_tls_certificate_expiry_timestamp_seconds",
            "When the certificate of the API's listener ends."
        );
        parts_.metrics.at_scrape([tls = parts_.tls, end] {
            end.set(static_cast<double>(tls->expires_at().unix_micros()) / 1e6);
        });
    }
}

void CertificateWatch::start() {
    if (parts_.tls) {
        task_.start();
    }
}

void CertificateWatch::stop() {
    task_.stop();
}

void CertificateWatch::look() const {
    if (!parts_.tls) {
        return;
    }
    try {
        renew();
    } catch (const std::exception& failure) {
        tell(failure);
    }
}

base::Task<void> CertificateWatch::work() const {
    renew();
    co_return;
}

void CertificateWatch::renew() const {
    const auto is_renewed = parts_.tls->refresh();
    if (!is_renewed) {
        throw std::runtime_error{is_renewed.error().detail};
    }
    if (*is_renewed) {
        parts_.log.write(
            Level::info,
            "new connections get the renewed certificate",
            {{"expires_at", base::to_rfc3339(parts_.tls->expires_at())}}
        );
    }
}

void CertificateWatch::tell(const std::exception& failure) const {
    parts_.log.write(
        Level::error,
        "the certificate wasn't renewed; connections get the one before",
        {{"error", std::string_view{failure.what()}}}
    );
}

}  // namespace accubooks::app
