#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/secret_key.h"
#include "identity/session.h"
#include "pg/author.h"
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

/// A person's factor as the person may see it.
struct FactorState {
    base::Uuid factor;  // of this enrolment
    base::Instant enrolled_at;
    std::int64_t recovery_codes_left = 0;
};

/// Second factors: one-time codes of an authenticator (identity/totp.h) and recovery codes. Works
/// on a pool whose connections are accubooks_ops. Calls throw pg::Failure.
class SecondFactor {
public:
    SecondFactor(pg::Pool& ops, SecretKey& key, const base::Clock& clock, base::RandomBytes random);

    base::Task<bool> is_enrolled(base::Uuid user, base::Deadline deadline);

    /// None when there is none.
    base::Task<std::optional<FactorState>> state(base::Uuid user, base::Deadline deadline);

    /// A new secret and new recovery codes. Errors: those of SecretKey::seal.
    base::Result<MintedFactor> mint(const User& user);

    /// The same with this secret, of which the person has shown a code.
    base::Result<MintedFactor> mint(const User& user, const SecretBytes& secret);

    /// From its return on the minted factor is the person's, and the one before good for nothing;
    /// an act of the audit log says by whom and why.
    base::Task<void> keep(
        MintedFactor minted, std::string actor, std::string reason, base::Deadline deadline
    );

    /// As keep, by the person, if the factor is still `before` (none: there was none); the code of
    /// `step`, which proved the new one, counts no second time. Whether it is the person's now.
    base::Task<bool> replace(
        MintedFactor minted,
        std::optional<base::Uuid> before,
        std::int64_t step,
        pg::Author author,
        base::Deadline deadline
    );

    /// From its return on the password alone signs the person in.
    base::Task<void> remove(base::Uuid user, pg::Author author, base::Deadline deadline);

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
