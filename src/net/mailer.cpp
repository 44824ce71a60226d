#include "net/mailer.h"

#include <utility>

#include "net/outbox.h"

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
            {.missing = "mail server",
             .to = mail.to,
             .subject = mail.subject,
             .at = mail.at,
             .text = mail.text}
        );
        co_return file ? Mailing{not_sent, *file} : Mailing{failed, file.error().detail};
    }
    mail.from = settings_.from;
    const auto receipt = co_await courier_.send(*settings_.smtp, std::move(mail), deadline);
    co_return receipt ? Mailing{sent, *receipt} : Mailing{failed, receipt.error().detail};
}

}  // namespace accubooks::net
