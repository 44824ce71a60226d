#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/digest.h"
#include "base/ids.h"
#include "base/task.h"
#include "pg/author.h"
#include "pg/connection.h"

namespace accubooks::identity {

/// A new password of a person, by its hash.
struct PasswordReplacement {
    base::Uuid user;
    std::string hash;
    std::optional<std::string> before{};    // the hash that it takes the place of; none: any
    std::optional<base::Digest> session{};  // the one that stays; none: all end
    pg::Author author;
    std::string action;  // of the audit log
};

/// In the caller's transaction, begun as the author: the password, the end of the sessions that
/// were begun with the one before and of the secrets that would reset it, and the act. Whether
/// there was what it takes the place of.
base::Task<bool> replace_password(
    pg::Connection& connection,
    PasswordReplacement replacement,
    base::Instant now,
    base::Deadline deadline
);

}  // namespace accubooks::identity
