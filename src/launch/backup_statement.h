#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace accubooks::launch {

/// What a person signs about a backup of a database that isn't ours to back up: it is there, and it
/// was restored and looked at. The key that signs says who.
struct BackupStatement {
    std::string backup;  // its name, as its system knows it; 1 to kBackupNameMax bytes
    base::Instant finished_at;
    base::Instant tested_at;  // when its restore was tested; not before it was finished
    base::Instant signed_at;  // not before that
};
inline constexpr std::size_t kBackupNameMax = 200;

/// The in-toto Statement v1 of it, canonical: the very bytes that are signed.
std::string statement_of(const BackupStatement& statement);

/// Reads a statement that statement_of could have written, and nothing else. Errors:
/// `audit.bad_statement`, `launch.bad_statement`, `launch.bad_attestation` for times in another
/// order, or a name that is none.
base::Result<BackupStatement> backup_statement_of(std::string_view payload);

}  // namespace accubooks::launch
