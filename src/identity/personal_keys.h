#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ed25519.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/key_possession.h"
#include "identity/second_factor.h"
#include "pg/pool.h"

namespace accubooks::identity {

/// A key with which a person signs. It is that person's for ever.
struct PersonalKey {
    std::string key_id;  // audit::key_id
    base::PublicKey key{};
    base::Uuid user;
    KeyKind kind = KeyKind::file;
    base::Instant enrolled_at;
    std::optional<base::Instant> revoked_at{};  // what it signed before still counts
    std::optional<std::string> revocation_reason{};
};

struct KeyEnrolment {
    base::Uuid user;
    std::string envelope;  // of identity/key_possession.h
    std::string code;      // of the person's second factor
};

struct KeyRevocation {
    base::Uuid user;
    std::string key_id;
    std::string actor;
    std::string reason;  // 1 to 1000 bytes
};

/// How many keys a person may have that aren't revoked.
inline constexpr std::int64_t kKeysPerPersonMax = 10;

/// Which keys are whose. The private ones never come here. Every enrolment and revocation becomes
/// an act of the audit log. Works on a pool whose connections are
/// accubooks_ops. Calls throw pg::Failure.
class PersonalKeys {
public:
    PersonalKeys(pg::Pool& ops, SecondFactor& factor, const base::Clock& clock)
        : ops_{ops}, factor_{factor}, clock_{clock} {}

    /// Errors: those of open_possession and SecondFactor::spend; `identity.key_taken` for a key
    /// that is enrolled or was, by whomever; `identity.too_many_keys`.
    base::Task<base::Result<PersonalKey>> enrol(KeyEnrolment enrolment, base::Deadline deadline);

    /// All keys that a person ever had, in the order of their enrolment.
    base::Task<std::vector<PersonalKey>> list(base::Uuid user, base::Deadline deadline);

    /// From its return on the key signs nothing. Revoking again changes nothing. Errors:
    /// `identity.key_not_found`, `identity.bad_reason`.
    base::Task<base::Result<void>> revoke(KeyRevocation revocation, base::Deadline deadline);

private:
    pg::Pool& ops_;
    SecondFactor& factor_;
    const base::Clock& clock_;
};

}  // namespace accubooks::identity
