#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/passwords.h"
#include "identity/second_factor.h"
#include "identity/secret_key.h"
#include "identity/session.h"
#include "pg/author.h"

namespace accubooks::identity {

/// How long an enrolment that was begun may be concluded.
inline constexpr std::chrono::minutes kEnrolmentLifetime{10};

/// What a person shows before the second factor is touched: a session alone may be left open.
struct PersonalProof {
    User user;
    std::string password;
    std::optional<std::string> code{};  // of the factor, where there is one
    std::string peer;                   // remote address
};

/// An enrolment at the one moment when its secret is told.
struct BegunEnrolment {
    std::string enrolment;  // what concludes it; opaque
    std::string uri;        // otpauth://…
    base::Instant expires_at;
};

/// How people give themselves a second factor, without an operator. Between beginning and
/// concluding nothing is stored: the secret goes with the person, sealed for that person and for
/// the factor that it takes the place of, so that an enrolment counts once. Calls throw
/// pg::Failure.
///
/// Errors of begin and conclude: `identity.secret_key_unavailable`.
class FactorEnrolment {
public:
    FactorEnrolment(
        SecondFactor& factor,
        Passwords& passwords,
        SecretKey& key,
        const base::Clock& clock,
        base::RandomBytes random
    )
        : factor_{factor},
          passwords_{passwords},
          key_{key},
          clock_{clock},
          random_{std::move(random)} {}

    /// Errors: those of Passwords::check; `identity.bad_fields` without a code of a factor that is
    /// there; those of SecondFactor::spend.
    base::Task<base::Result<BegunEnrolment>> begin(PersonalProof proof, base::Deadline deadline);

    /// From its return on the factor is the person's; the recovery codes, told here alone. `code`
    /// is the authenticator's. Errors: `identity.enrolment_over`, `identity.bad_code`.
    base::Task<base::Result<std::vector<std::string>>> conclude(
        User user,
        std::string enrolment,
        std::string code,
        pg::Author author,
        base::Deadline deadline
    );

    /// From its return on the password alone signs in. Errors as begin;
    /// `identity.no_second_factor`.
    base::Task<base::Result<void>> remove(
        PersonalProof proof, pg::Author author, base::Deadline deadline
    );

private:
    base::Task<base::Result<std::optional<FactorState>>> check(
        PersonalProof proof, base::Deadline deadline
    );

    SecondFactor& factor_;
    Passwords& passwords_;
    SecretKey& key_;
    const base::Clock& clock_;
    base::RandomBytes random_;
};

}  // namespace accubooks::identity
