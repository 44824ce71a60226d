#include "net/mailer.h"

#include <utility>

#include <fmt/format.h>

#include "base/utf8.h"
#include "net/outbox.h"
#include "net/printable_lines.h"

namespace accubooks::net {

std::string_view to_string(Mailing::Outcome outcome) {
    switch (outcome) {
        case Mailing::Outcome::sent:
            return "sent";
        case Mailing::Outcome::not_sent:
            return "not_sent";
        case Mailing::Outcome::failed:
            return "failed";
    }
    std::unreachable();
}

base::Task<Mailing> Mailer::send(Mail mail, base::Deadline deadline) {
    using enum Mailing::Outcome;
    if (!settings_.smtp) {
        const auto file = put_in_outbox(
            settings_.outbox,
            mail.id + ".txt",
            fmt::format(
                "NOT SENT: no mail server is configured.\nTo: {}\nSubject: {}\nAt: {}\n\n{}",
                base::printable(mail.to),
                base::printable(mail.subject),
                base::to_rfc3339(mail.at),
                printable_lines(mail.text, "\n")
            )
        );
        co_return file ? Mailing{not_sent, *file} : Mailing{failed, file.error().detail};
    }
    mail.from = settings_.from;
    const auto receipt = co_await courier_.send(*settings_.smtp, std::move(mail), deadline);
    co_return receipt ? Mailing{sent, *receipt} : Mailing{failed, receipt.error().detail};
}

}  // namespace accubooks::net
