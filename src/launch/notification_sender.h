#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.h"
#include "base/error.h"
#include "net/courier.h"
#include "net/mailer.h"
#include "pg/pool.h"
#include "telemetry/log.h"

namespace accubooks::launch {

/// By what notifications are sent. Without either they go to the outbox folder.
struct NotificationChannels {
    std::optional<net::SmtpServer> smtp{};
    std::string from{};  // of the mails
    std::optional<net::Webhook> webhook{};
    std::filesystem::path outbox;  // made when the first message needs it

    /// From the settings' values `notify.smtp_url`, `notify.smtp_login_file` (user and password, a
    /// line each), `notify.from`, `notify.webhook_url` (or file:PATH, since who has it may post),
    /// `notify.webhook_hosts`, `notify.webhook_private`; "none" is none. Errors: `delivery.*`.
    struct Texts {
        std::string smtp_url;
        std::string smtp_login_file;
        std::string from;
        std::string webhook_url;
        std::string webhook_hosts;
        bool webhook_private = false;
        std::filesystem::path outbox;
    };
    static base::Result<NotificationChannels> read(const Texts& texts);

    /// Those for mails to single people.
    net::Mailer::Settings mail() const { return {.smtp = smtp, .from = from, .outbox = outbox}; }
};

/// Sends what `notify` has put into the database, at least once. Every instance may run one: each
/// attempt is one instance's, and one that was killed at it loses it when its time is over. What
/// fails is tried again after 2, 4, 8, … s, ten minutes at most, thirty times in all.
class NotificationSender {
public:
    struct Parts {
        boost::asio::any_io_executor on;
        pg::Pool& ops;
        const base::Clock& clock;
        const telemetry::Log& log;
        std::string instance;
        NotificationChannels channels;
    };
    explicit NotificationSender(Parts parts);
    /// Stops it.
    ~NotificationSender();
    NotificationSender(const NotificationSender&) = delete;
    NotificationSender& operator=(const NotificationSender&) = delete;

    /// Looks once a second for what is to be sent.
    void start();
    /// Returns when the message under way was sent or has failed; not from `on`.
    void stop();

    /// One look, for tests: how many attempts were made.
    base::Task<std::size_t> send_due();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace accubooks::launch
