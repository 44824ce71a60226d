#pragma once

#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/ids.h"

namespace accubooks::identity {

/// How many a person gets at each enrolment.
inline constexpr int kRecoveryCodes = 10;

/// What stands in for a one-time code when the authenticator is lost: 80 random bits as
/// "abcd-efgh-ijkl-mnop", good once.
std::string make_recovery_code(const base::RandomBytes& random);

/// What is stored of one: without salt, since nobody guesses 80 bits, but bound to its person.
/// Case, spaces and dashes don't matter.
base::Digest recovery_code_digest(const base::Uuid& user, std::string_view code);

}  // namespace accubooks::identity
