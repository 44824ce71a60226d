#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/ids.h"

namespace accubooks::identity {

/// A secret that proves who sends a request: 256 random bits as 64 hexadecimal digits. The database
/// has its SHA-256 alone; a digest without salt is enough, since nobody can guess 256 bits.

/// The token of a program: "ab_" and the digits, so that scanners for leaked secrets can tell it.
std::string make_api_token(const base::RandomBytes& random);

/// The token of a person's command line: "abp_" and the digits.
std::string make_personal_token(const base::RandomBytes& random);

/// What lets a person into a tenant that invites: "abi_" and the digits.
std::string make_invitation_secret(const base::RandomBytes& random);

/// What sets a person's new password: "abr_" and the digits.
std::string make_reset_secret(const base::RandomBytes& random);

/// The value of a browser's session cookie: the digits alone.
std::string make_session_token(const base::RandomBytes& random);

/// What to look up; none when the text hasn't the form of such a secret, which then needs no
/// look-up.
std::optional<base::Digest> api_token_digest(std::string_view token);
std::optional<base::Digest> personal_token_digest(std::string_view token);
std::optional<base::Digest> invitation_digest(std::string_view secret);
std::optional<base::Digest> reset_digest(std::string_view secret);
std::optional<base::Digest> session_token_digest(std::string_view token);

/// The CSRF token that goes with a session: derived from its secret by one-way function, so that a
/// reloaded page can be told it again although neither is stored.
std::string csrf_token_of(std::string_view session_token);

}  // namespace accubooks::identity
