#include "identity/personal_keys.h"

#include <algorithm>

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "audit/act.h"
#include "audit/envelope.h"
#include "base/base64.h"
#include "base/digest.h"
#include "base/utf8.h"
#include "identity/internal/acts.h"
#include "pg/transaction.h"

namespace accubooks::identity {

namespace {

constexpr pg::Statement kEnrolled{
    .name = "identity.enrolled_keys",
    .text = R"sql(
select exists (select from platform.personal_key where key_id = $2),
       (select count(*)
          from platform.personal_key k
         where k.user_id = $1
           and not exists (select from platform.personal_key_revocation r where r.key_id = k.key_id)))sql",
};

constexpr pg::Statement kEnrol{
    .name = "identity.enrol_key",
    .text = R"sql(
insert into platform.personal_key (key_id, public_key, user_id, kind, possession)
values ($1, $2, $3, $4, $5)
    on conflict do nothing
returning enrolled_at)sql",
};

constexpr pg::Statement kList{
    .name = "identity.list_keys",
    .text = R"sql(
select k.public_key, k.kind, k.enrolled_at, r.revoked_at, r.reason
  from platform.personal_key k
  left join platform.personal_key_revocation r on r.key_id = k.key_id
 where k.user_id = $1
 order by k.enrolled_at, k.key_id)sql",
};

constexpr pg::Statement kRevoke{
    .name = "identity.revoke_key",
    .text = R"sql(
insert into platform.personal_key_revocation (key_id, revoked_by, reason)
select key_id, $3, $4
  from platform.personal_key
 where user_id = $1
   and key_id = $2
    on conflict do nothing)sql",
};

constexpr std::size_t kReasonMax = 1000;

std::unexpected<base::Error> key_taken() {
    return base::refuse(
        base::ErrorKind::conflict,
        "identity.key_taken",
        "This key is enrolled, or was: a key is one person's for ever; make another one."
    );
}

std::unexpected<base::Error> no_such_key() {
    return base::refuse(
        base::ErrorKind::not_found, "identity.key_not_found", "You have no such key."
    );
}

audit::Act enrolled_act(const base::Uuid& user, const Possession& possession) {
    return {
        .actor = user_actor(user),
        .action = "identity.key_enrolled",
        .object = "key:" + audit::key_id(possession.key),
        .object_digest = base::sha256(possession.key.bytes),
        .payload = canonical({
            {"user", base::to_string(user)},
            {"publicKey", base::to_base64(possession.key.bytes)},
            {"kind", to_string(possession.kind)},
            {"possession", base::to_hex(base::sha256(statement_of(possession)))},
        }),
    };
}

audit::Act revoked_act(const KeyRevocation& revocation) {
    return {
        .actor = revocation.actor,
        .action = "identity.key_revoked",
        .object = "key:" + revocation.key_id,
        .object_digest = base::digest_from_hex(revocation.key_id).value(),
        .payload = canonical({
            {"user", base::to_string(revocation.user)},
            {"reason", revocation.reason},
        }),
    };
}

PersonalKey key_of(const base::Uuid& user, const pg::Row& row) {
    PersonalKey found{
        .key_id = {},
        .user = user,
        .kind = row.get<std::string_view>(1) == to_string(KeyKind::file) ? KeyKind::file
                                                                         : KeyKind::browser,
        .enrolled_at = row.get<base::Instant>(2),
        .revoked_at = row.get<std::optional<base::Instant>>(3),
        .revocation_reason = row.get<std::optional<std::string>>(4),
    };
    found.key.bytes = row.get<base::Digest>(0);
    found.key_id = audit::key_id(found.key);
    return found;
}

}  // namespace

base::Task<base::Result<PersonalKey>> PersonalKeys::enrol(
    KeyEnrolment enrolment, base::Deadline deadline
) {
    AB_CO_TRY(possession, open_possession(enrolment.envelope));
    const base::Digest id = base::sha256(possession.key.bytes);
    {
        // Before the code is spent, which the person has once.
        auto lease = co_await ops_.acquire(deadline);
        const auto rows =
            co_await lease->execute(kEnrolled, pg::Params::of(enrolment.user, id), deadline);
        if (rows[0].get<bool>(0)) {
            co_return key_taken();
        }
        if (rows[0].get<std::int64_t>(1) >= kKeysPerPersonMax) {
            co_return base::refuse(
                base::ErrorKind::conflict,
                "identity.too_many_keys",
                fmt::format("You have {} keys; revoke one first.", kKeysPerPersonMax)
            );
        }
    }
    AB_CO_CHECK(co_await factor_.spend(enrolment.user, std::move(enrolment.code), deadline));
    auto params = pg::Params::of(
        id, possession.key.bytes, enrolment.user, to_string(possession.kind), enrolment.envelope
    );
    auto lease = co_await ops_.acquire(deadline);
    co_await pg::begin(*lease, deadline);
    const auto rows = co_await lease->execute(kEnrol, std::move(params), deadline);
    if (rows.empty()) {
        co_return key_taken();  // meanwhile
    }
    auto act = enrolled_act(enrolment.user, possession);
    co_await audit::record(*lease, std::move(act), clock_.now(), deadline);
    co_await lease->commit(deadline);
    co_return PersonalKey{
        .key_id = audit::key_id(possession.key),
        .key = possession.key,
        .user = enrolment.user,
        .kind = possession.kind,
        .enrolled_at = rows[0].get<base::Instant>(0),
    };
}

base::Task<std::vector<PersonalKey>> PersonalKeys::list(base::Uuid user, base::Deadline deadline) {
    auto lease = co_await ops_.acquire(deadline);
    const auto rows = co_await lease->execute(kList, pg::Params::of(user), deadline);
    co_return rows.map([&user](const pg::Row& row) { return key_of(user, row); });
}

base::Task<base::Result<void>> PersonalKeys::revoke(
    KeyRevocation revocation, base::Deadline deadline
) {
    const std::string& reason = revocation.reason;
    if (reason.empty() || reason.size() > kReasonMax || !base::is_plain_text(reason)) {
        co_return base::refuse(
            base::ErrorKind::invalid,
            "identity.bad_reason",
            fmt::format("Say in 1 to {} bytes of plain text why.", kReasonMax)
        );
    }
    const auto keys = co_await list(revocation.user, deadline);
    if (std::ranges::find(keys, revocation.key_id, &PersonalKey::key_id) == keys.end()) {
        co_return no_such_key();
    }
    auto params = pg::Params::of(
        revocation.user, base::digest_from_hex(revocation.key_id).value(), revocation.actor, reason
    );
    auto lease = co_await ops_.acquire(deadline);
    co_await pg::begin(*lease, deadline);
    const auto rows = co_await lease->execute(kRevoke, std::move(params), deadline);
    if (rows.affected() > 0) {
        co_await audit::record(*lease, revoked_act(revocation), clock_.now(), deadline);
    }
    co_await lease->commit(deadline);
    co_return base::Result<void>{};
}

}  // namespace accubooks::identity
