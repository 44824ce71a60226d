#include "identity/factor_enrolment.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "base/base64.h"
#include "identity/internal/factor_refusals.h"
#include "identity/totp.h"

namespace accubooks::identity {
namespace {

constexpr std::size_t kTimeBytes = 8;

/// For whom an enrolment is, and in place of what.
std::string context_of(const base::Uuid& user, const std::optional<FactorState>& before) {
    return fmt::format(
        "accubooks enrolment 1\n{}\n{}\n",
        base::to_string(user),
        before ? base::to_string(before->factor) : "none"
    );
}

void write_time(base::Instant at, std::span<std::uint8_t> bytes) {
    auto micros = static_cast<std::uint64_t>(at.unix_micros());
    for (std::uint8_t& byte : bytes) {
        byte = static_cast<std::uint8_t>(micros & 0xFFU);
        micros >>= 8U;
    }
}

base::Instant time_in(std::span<const std::uint8_t> bytes) {
    std::uint64_t micros = 0;
    for (std::size_t at = bytes.size(); at > 0; --at) {
        micros = (micros << 8U) | bytes[at - 1];
    }
    return base::Instant::from_unix_micros(static_cast<std::int64_t>(micros));
}

std::unexpected<base::Error> enrolment_over() {
    return base::refuse(
        base::ErrorKind::conflict,
        "identity.enrolment_over",
        "This enrolment is past its ten minutes, was concluded, or isn't yours; begin again."
    );
}

}  // namespace

/// Checks the password, then spends a code of the factor that is there; that factor.
base::Task<base::Result<std::optional<FactorState>>> FactorEnrolment::check(
    PersonalProof proof, base::Deadline deadline
) {
    AB_CO_TRY(
        hash, co_await passwords_.check(proof.user, std::move(proof.password), proof.peer, deadline)
    );
    const auto before = co_await factor_.state(proof.user.user_id, deadline);
    if (before) {
        if (!proof.code) {
            co_return base::refuse(
                base::ErrorKind::invalid,
                "identity.bad_fields",
                "Nothing was done: send a code of the second factor that you have.",
                {{"/code", "six digits of the authenticator, or a recovery code"}}
            );
        }
        AB_CO_CHECK(co_await factor_.spend(proof.user.user_id, *std::move(proof.code), deadline));
    }
    co_return before;
}

base::Task<base::Result<BegunEnrolment>> FactorEnrolment::begin(
    PersonalProof proof, base::Deadline deadline
) {
    const User user = proof.user;
    AB_CO_TRY(before, co_await check(std::move(proof), deadline));
    const base::Instant expires_at = clock_.now() + kEnrolmentLifetime;
    SecretBytes content{kTimeBytes + kTotpSecretBytes};
    write_time(expires_at, content.span().first(kTimeBytes));
    random_(content.span().subspan(kTimeBytes));
    const auto sealed = key_.seal(content.span(), context_of(user.user_id, before));
    if (!sealed) {
        co_return secret_key_unavailable(sealed.error());
    }
    co_return BegunEnrolment{
        .enrolment = base::to_base64(*sealed),
        .uri = otpauth_uri(user.email, content.span().subspan(kTimeBytes)),
        .expires_at = expires_at,
    };
}

base::Task<base::Result<std::vector<std::string>>> FactorEnrolment::conclude(
    User user, std::string enrolment, std::string code, pg::Author author, base::Deadline deadline
) {
    const auto before = co_await factor_.state(user.user_id, deadline);
    const auto sealed = base::from_base64(enrolment);
    if (!sealed) {
        co_return enrolment_over();
    }
    const std::vector<std::uint8_t> bytes{sealed->begin(), sealed->end()};
    const auto content = key_.unseal(bytes, context_of(user.user_id, before));
    const base::Instant now = clock_.now();
    if (!content || time_in(content->span().first(kTimeBytes)) < now) {
        co_return enrolment_over();
    }
    SecretBytes secret{kTotpSecretBytes};
    std::ranges::copy(content->span().subspan(kTimeBytes), secret.span().begin());
    const auto step = accepted_step(secret.span(), code, now, 0);
    if (!step) {
        co_return bad_code();
    }
    auto minted = factor_.mint(user, secret);
    if (!minted) {
        co_return secret_key_unavailable(minted.error());
    }
    auto codes = minted->recovery_codes;
    const auto factor_before =
        before.transform([](const FactorState& state) { return state.factor; });
    const bool is_kept = co_await factor_.replace(
        *std::move(minted), factor_before, *step, std::move(author), deadline
    );
    if (!is_kept) {
        co_return enrolment_over();  // another one was faster
    }
    co_return codes;
}

base::Task<base::Result<void>> FactorEnrolment::remove(
    PersonalProof proof, pg::Author author, base::Deadline deadline
) {
    const base::Uuid user = proof.user.user_id;
    AB_CO_TRY(before, co_await check(std::move(proof), deadline));
    if (!before) {
        co_return no_second_factor();
    }
    co_await factor_.remove(user, std::move(author), deadline);
    co_return base::Result<void>{};
}

}  // namespace accubooks::identity
