#include "identity/invitation_mail.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "identity/internal/mail_time.h"

namespace accubooks::identity {

namespace {

/// Of letters and digits alone, as a mail's id is.
std::string plain_id(base::Uuid id) {
    std::string text = base::to_string(id);
    std::erase(text, '-');
    return text;
}

}  // namespace

net::Mail mail_of(const IssuedInvitation& issued, const std::string& tenant_name) {
    const Invitation& invitation = issued.invitation;
    return {
        .from = {},
        .to = invitation.email,
        .subject = fmt::format("Invitation to the books of {}", base::printable(tenant_name)),
        .text = fmt::format(
            "You are invited to the books of {} in AccuBooks, as {}.\n"
            "\n"
            "The secret of the invitation, which counts once and until {}:\n"
            "\n"
            "{}\n"
            "\n"
            "Accept it where you use AccuBooks: with your account, if you have one for this\n"
            "address, or with a new one. If you expected no invitation, do nothing.\n",
            base::printable(tenant_name),
            to_string(invitation.role),
            to_minutes(invitation.expires_at),
            issued.secret
        ),
        .id = "invitation." + plain_id(invitation.invitation_id),
        .at = invitation.created_at,
    };
}

}  // namespace accubooks::identity
