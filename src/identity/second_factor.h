#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/secret_key.h"
#include "identity/session.h"
#include "pg/pool.h"

namespace accubooks::identity {

/// A second factor that is good for nothing yet: what its person is told, at the one moment when it
/// is known, and what is kept of it.
struct MintedFactor {
    std::string uri;  // otpauth://…, for an authenticator app
    std::vector<std::string> recovery_codes;

    base::Uuid user;
    base::Uuid factor;
    std::vector<std::uint8_t> sealed_secret;
    std::vector<base::Digest> recovery_digests;
};

/// Second factors: one-time codes of an authenticator (identity/totp.h) and recovery codes. Works
/// on a pool whose connections are accubooks_ops. Calls throw pg::Failure.
class SecondFactor {
public:
    SecondFactor(pg::Pool& ops, SecretKey& key, const base::Clock& clock, base::RandomBytes random);

    base::Task<bool> is_enrolled(base::Uuid user, base::Deadline deadline);

    /// A new secret and new recovery codes. Errors: those of SecretKey::seal.
    base::Result<MintedFactor> mint(const User& user);

    /// From its return on the minted factor is the person's, and the one before good for nothing;
    /// an act of the audit log says by whom and why.
    base::Task<void> keep(
        MintedFactor minted, std::string actor, std::string reason, base::Deadline deadline
    );

    /// Spends a code: six digits of the authenticator, each time step once, or a recovery code.
    /// After five wrong ones there is one attempt in five minutes, for all instances together.
    /// Errors: `identity.no_second_factor`, `identity.bad_code`, `identity.too_many_codes`,
    /// `identity.secret_key_unavailable`.
    base::Task<base::Result<void>> spend(
        base::Uuid user, std::string code, base::Deadline deadline
    );

private:
    pg::Pool& ops_;
    SecretKey& key_;
    const base::Clock& clock_;
    base::RandomBytes random_;
};

}  // namespace accubooks::identity
