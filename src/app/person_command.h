#pragma once

#include "app/options.h"
#include "app/workbench.h"

namespace accubooks::app {

/// `accubooks user totp enrol`; the exit code.
int enrol_totp(Workbench& workbench, const TotpEnrolOptions& options);

/// `accubooks user password`; the exit code.
int reset_password(Workbench& workbench, const UserPasswordOptions& options);

/// `accubooks session …`; the exit code.
int run_session(Workbench& workbench, const SessionOptions& options);

/// `accubooks user operator …`; the exit code.
int run_operator(Workbench& workbench, const OperatorOptions& options);

/// `accubooks user token …`; the exit code.
int run_personal_token(Workbench& workbench, const PersonalTokenOptions& options);

}  // namespace accubooks::app
