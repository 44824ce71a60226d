#include "identity/second_factor.h"

#include <algorithm>

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "audit/act.h"
#include "identity/internal/acts.h"
#include "identity/internal/factor_refusals.h"
#include "identity/recovery_code.h"
#include "identity/totp.h"
#include "net/throttled.h"
#include "pg/author.h"

namespace accubooks::identity {

namespace {

constexpr pg::Statement kHasFactor{
    .name = "identity.has_second_factor",
    .text = "select platform.has_second_factor($1)",
};

constexpr pg::Statement kEnrol{
    .name = "identity.enrol_second_factor",
    .text = "select platform.enrol_second_factor($1, $2, $3, $4)",
};

constexpr pg::Statement kState{
    .name = "identity.second_factor_state",
    .text = R"sql(
select factor_id, enrolled_at, recovery_codes_left
  from platform.second_factor_state($1))sql",
};

constexpr pg::Statement kReplace{
    .name = "identity.replace_second_factor",
    .text = "select platform.replace_second_factor($1, $2, $3, $4, $5, $6)",
};

constexpr pg::Statement kRemove{
    .name = "identity.remove_second_factor",
    .text = "select platform.remove_second_factor($1) is null",
};

constexpr pg::Statement kTakeAttempt{
    .name = "identity.take_factor_attempt",
    .text = R"sql(
select outcome, factor_id, sealed_secret, last_step, retry_at
  from platform.take_factor_attempt($1))sql",
};

constexpr pg::Statement kAcceptStep{
    .name = "identity.accept_time_step",
    .text = "select platform.accept_time_step($1, $2, $3)",
};

constexpr pg::Statement kUseRecoveryCode{
    .name = "identity.use_recovery_code",
    .text = "select platform.use_recovery_code($1, $2)",
};

/// Whose secret it is: of this person, from this enrolment.
std::string context_of(const base::Uuid& user, const base::Uuid& factor) {
    return fmt::format(
        "accubooks second factor 1\n{}\n{}\n", base::to_string(user), base::to_string(factor)
    );
}

bool is_one_time_code(std::string_view code) {
    return code.size() == kTotpDigits &&
           std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::unexpected<base::Error> no_second_factor() {
    return base::refuse(
        base::ErrorKind::forbidden,
        "identity.no_second_factor",
        "You have no second factor; enrol one in your settings, or by accubooks user totp enrol."
    );
}

std::unexpected<base::Error> secret_key_unavailable(const base::Error& error) {
    return base::refuse(
        base::ErrorKind::overloaded, "identity.secret_key_unavailable", error.detail
    );
}

std::unexpected<base::Error> bad_code() {
    return base::refuse(
        base::ErrorKind::forbidden,
        "identity.bad_code",
        "The code is wrong, over or used; wait for the authenticator's next one.",
        {{"/code", "a fresh code, or a recovery code that wasn't used"}}
    );
}

SecondFactor::SecondFactor(
    pg::Pool& ops, SecretKey& key, const base::Clock& clock, base::RandomBytes random
)
    : ops_{ops}, key_{key}, clock_{clock}, random_{std::move(random)} {}

base::Task<bool> SecondFactor::is_enrolled(base::Uuid user, base::Deadline deadline) {
    auto lease = co_await ops_.acquire(deadline);
    const auto rows = co_await lease->execute(kHasFactor, pg::Params::of(user), deadline);
    co_return rows[0].get<bool>(0);
}

base::Task<std::optional<FactorState>> SecondFactor::state(
    base::Uuid user, base::Deadline deadline
) {
    auto lease = co_await ops_.acquire(deadline);
    const auto rows = co_await lease->execute(kState, pg::Params::of(user), deadline);
    if (rows.empty()) {
        co_return std::nullopt;
    }
    co_return FactorState{
        .factor = rows[0].get<base::Uuid>(0),
        .enrolled_at = rows[0].get<base::Instant>(1),
        .recovery_codes_left = rows[0].get<std::int64_t>(2),
    };
}

base::Result<MintedFactor> SecondFactor::mint(const User& user) {
    SecretBytes secret{kTotpSecretBytes};
    random_(secret.span());
    return mint(user, secret);
}

base::Result<MintedFactor> SecondFactor::mint(const User& user, const SecretBytes& secret) {
    MintedFactor minted{
        .uri = otpauth_uri(user.email, secret.span()),
        .recovery_codes = {},
        .user = user.user_id,
        .factor = base::uuid_v7(clock_.now(), random_),
        .sealed_secret = {},
        .recovery_digests = {},
    };
    AB_TRY(sealed, key_.seal(secret.span(), context_of(minted.user, minted.factor)));
    minted.sealed_secret = std::move(sealed);
    for (int i = 0; i < kRecoveryCodes; ++i) {
        minted.recovery_codes.push_back(make_recovery_code(random_));
        minted.recovery_digests.push_back(
            recovery_code_digest(user.user_id, minted.recovery_codes.back())
        );
    }
    return minted;
}

base::Task<void> SecondFactor::keep(
    MintedFactor minted, std::string actor, std::string reason, base::Deadline deadline
) {
    auto params =
        pg::Params::of(minted.user, minted.factor, minted.sealed_secret, minted.recovery_digests);
    auto lease = co_await ops_.acquire(deadline);
    co_await pg::begin_as(*lease, {.actor = actor, .reason = reason}, deadline);
    co_await lease->execute(kEnrol, std::move(params), deadline);
    audit::Act act{
        .actor = std::move(actor),
        .action = "identity.factor_enrolled",
        .object = user_actor(minted.user),
        .payload = canonical({{"reason", reason}}),
    };
    co_await audit::record(*lease, std::move(act), clock_.now(), deadline);
    co_await lease->commit(deadline);
}

base::Task<bool> SecondFactor::replace(
    MintedFactor minted,
    std::optional<base::Uuid> before,
    std::int64_t step,
    pg::Author author,
    base::Deadline deadline
) {
    auto params = pg::Params::of(
        minted.user, before, minted.factor, minted.sealed_secret, minted.recovery_digests, step
    );
    auto lease = co_await ops_.acquire(deadline);
    co_await pg::begin_as(*lease, author, deadline);
    const auto rows = co_await lease->execute(kReplace, std::move(params), deadline);
    if (!rows[0].get<bool>(0)) {
        co_return false;
    }
    audit::Act act{
        .actor = std::move(author.actor),
        .action = "identity.factor_enrolled",
        .object = user_actor(minted.user),
        .payload = canonical({{"reason", before ? "in place of the one before" : "first"}}),
    };
    co_await audit::record(*lease, std::move(act), clock_.now(), deadline);
    co_await lease->commit(deadline);
    co_return true;
}

base::Task<void> SecondFactor::remove(base::Uuid user, pg::Author author, base::Deadline deadline) {
    auto lease = co_await ops_.acquire(deadline);
    co_await pg::begin_as(*lease, author, deadline);
    co_await lease->execute(kRemove, pg::Params::of(user), deadline);
    audit::Act act{
        .actor = std::move(author.actor),
        .action = "identity.factor_removed",
        .object = user_actor(user),
    };
    co_await audit::record(*lease, std::move(act), clock_.now(), deadline);
    co_await lease->commit(deadline);
}

base::Task<base::Result<void>> SecondFactor::spend(
    base::Uuid user, std::string code, base::Deadline deadline
) {
    auto lease = co_await ops_.acquire(deadline);
    const auto taken = co_await lease->execute(kTakeAttempt, pg::Params::of(user), deadline);
    if (taken.empty()) {
        co_return no_second_factor();
    }
    const pg::Row factor = taken[0];
    if (factor.get<std::string_view>(0) == "wait") {
        co_return std::unexpected(net::throttled(
            "identity.too_many_codes",
            "Too many wrong codes; wait a few minutes, then try one again.",
            factor.get<base::Instant>(4),
            clock_.now()
        ));
    }
    if (!is_one_time_code(code)) {
        const auto used = co_await lease->execute(
            kUseRecoveryCode, pg::Params::of(user, recovery_code_digest(user, code)), deadline
        );
        if (!used[0].get<bool>(0)) {
            co_return bad_code();
        }
        co_return base::Result<void>{};
    }
    const auto factor_id = factor.get<base::Uuid>(1);
    const auto secret =
        key_.unseal(factor.get<std::vector<std::uint8_t>>(2), context_of(user, factor_id));
    if (!secret) {
        co_return secret_key_unavailable(secret.error());
    }
    const auto step =
        accepted_step(secret->span(), code, clock_.now(), factor.get<std::int64_t>(3));
    if (!step) {
        co_return bad_code();
    }
    const auto accepted =
        co_await lease->execute(kAcceptStep, pg::Params::of(user, factor_id, *step), deadline);
    if (!accepted[0].get<bool>(0)) {
        co_return bad_code();  // somebody was faster with the same code
    }
    co_return base::Result<void>{};
}

}  // namespace accubooks::identity
