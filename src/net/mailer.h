#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/task.h"
#include "net/courier.h"
#include "net/mail.h"

namespace accubooks::net {

/// What became of a mail.
struct Mailing {
    enum class Outcome : std::uint8_t {
        sent,      // the mail server took it
        not_sent,  // there is no mail server: it is a file in the outbox folder
        failed
    };

    Outcome outcome = Outcome::failed;
    std::string detail{};  // what the server said, where the file is, or why it failed
};

std::string_view to_string(Mailing::Outcome outcome);

/// Sends a mail once, at the moment when it is asked to; without a mail server the mail is put into
/// the outbox folder and is marked there as not sent. From any lane.
class Mailer {
public:
    struct Settings {
        std::optional<SmtpServer> smtp{};
        std::string from{};
        std::filesystem::path outbox{};
    };

    explicit Mailer(Settings settings) : settings_{std::move(settings)} {}

    /// `mail.from` is the settings'; its id names the file.
    base::Task<Mailing> send(Mail mail, base::Deadline deadline);

private:
    Settings settings_;
    Courier courier_;
};

}  // namespace accubooks::net
