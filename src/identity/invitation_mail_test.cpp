#include "identity/invitation_mail.h"

#include <gtest/gtest.h>

namespace accubooks::identity {
namespace {

TEST(InvitationMail, TellsItsEndToTheMinuteAndNeverLater) {
    IssuedInvitation issued{.invitation = {}, .secret = "abi_secret"};
    issued.invitation.expires_at = base::Instant::from_unix_micros(1'767'225'659'999'999);
    const net::Mail mail = mail_of(issued, "Books");
    EXPECT_NE(mail.text.find("once and until 2026-01-01 00:00 UTC:\n"), std::string::npos)
        << mail.text;
}

}  // namespace
}  // namespace accubooks::identity
