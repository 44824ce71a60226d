#pragma once

#include <string>

#include "identity/invitations.h"
#include "net/mail.h"

namespace accubooks::identity {

/// What tells an invited person of the invitation, and the secret with it: whoever reads the mail
/// can accept it. Without a sender.
net::Mail mail_of(const IssuedInvitation& issued, const std::string& tenant_name);

}  // namespace accubooks::identity
