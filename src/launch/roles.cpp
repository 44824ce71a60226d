#include "launch/roles.h"

#include <algorithm>

#include <boost/json/value.hpp>

#include "audit/act.h"
#include "base/canonical_json.h"
#include "base/digest.h"
#include "launch/internal/own_statement.h"
#include "launch/role_statement.h"
#include "pg/transaction.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;
using Kind = RoleEvent::Kind;

// Held to the end of a transaction that records: who looks at the book before writing in it sees
// all of it.
constexpr pg::Statement kLock{
    .name = "launch.lock_roles",
    .text = "select pg_advisory_xact_lock(hashtext('launch.role_event')) is null",
};

constexpr pg::Statement kLoad{
    .name = "launch.role_events",
    .text = R"sql(
select kind, grant_id, effect, role, user_id, by_user, at
  from launch.role_event
 order by number)sql",
};

constexpr pg::Statement kInsert{
    .name = "launch.record_role_event",
    .text = R"sql(
insert into launch.role_event
       (kind, grant_id, effect, role, user_id, by_user, envelope, key_id, at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9))sql",
};

constexpr audit::Action kBootstrapped{"launch.role_bootstrapped"};
constexpr audit::Action kProposed{"launch.role_proposed"};
constexpr audit::Action kConfirmed{"launch.role_confirmed"};

/// How an event came to be signed; nothing for the first two.
struct Signature {
    std::optional<std::string> envelope{};
    std::optional<base::Digest> key{};
};

Kind kind_of(std::string_view text) {
    for (const Kind kind : {Kind::bootstrapped, Kind::proposed, Kind::confirmed}) {
        if (to_string(kind) == text) {
            return kind;
        }
    }
    base::ensure(false, "a constraint names the kinds");
    return {};
}

RoleEvent event_of(const pg::Row& row) {
    const bool is_grant = row.get<std::string_view>(2) == to_string(RoleEffect::grant);
    return {
        .kind = kind_of(row.get<std::string_view>(0)),
        .grant = row.get<base::Uuid>(1),
        .change =
            {.effect = is_grant ? RoleEffect::grant : RoleEffect::revoke,
             .role = parse_role_name(row.get<std::string_view>(3)).value(),
             .user = row.get<base::Uuid>(4)},
        .by = row.get<std::optional<base::Uuid>>(5),
        .at = row.get<base::Instant>(6),
    };
}

audit::Action action_of(const RoleEvent& event) {
    switch (event.kind) {
        case Kind::bootstrapped:
            return kBootstrapped;
        case Kind::proposed:
            return kProposed;
        case Kind::confirmed:
            return kConfirmed;
    }
    return "";
}

Task<void> insert(
    pg::Connection& connection,
    RoleEvent event,
    Signature signature,
    std::string actor,
    base::Deadline deadline
) {
    const RoleChange& change = event.change;
    auto params = pg::Params::of(
        to_string(event.kind),
        event.grant,
        to_string(change.effect),
        to_string(change.role),
        change.user,
        event.by,
        signature.envelope,
        signature.key,
        event.at
    );
    co_await connection.execute(kInsert, std::move(params), deadline);
    boost::json::object payload{
        {"grant", base::to_string(event.grant)},
        {"effect", to_string(change.effect)},
        {"role", to_string(change.role)},
        {"user", base::to_string(change.user)},
    };
    if (signature.envelope) {
        payload["envelope"] = *signature.envelope;
    }
    audit::Act act{
        .actor = std::move(actor),
        .action = std::string{action_of(event)},
        .object = "grant:" + base::to_string(event.grant),
        .payload = base::canonical_json(std::move(payload)).value(),
    };
    co_await audit::record(connection, std::move(act), event.at, deadline);
}

}  // namespace

Task<RoleBook> role_book(pg::Connection& connection, base::Deadline deadline) {
    const auto rows = co_await connection.execute(kLoad, pg::Params{}, deadline);
    RoleBook book;
    for (int i = 0; i < rows.size(); ++i) {
        book.apply(event_of(rows[i]));
    }
    co_return book;
}

Roles::Roles(
    pg::Pool& ops,
    identity::Directory& directory,
    identity::PersonalKeys& keys,
    const base::Clock& clock,
    base::RandomBytes random
)
    : ops_{ops}, directory_{directory}, keys_{keys}, clock_{clock}, random_{std::move(random)} {}

Task<RoleBook> Roles::book(base::Deadline deadline) {
    auto lease = co_await ops_.acquire(deadline);
    co_return co_await role_book(*lease, deadline);
}

Task<Result<void>> Roles::bootstrap(
    identity::User lead, identity::User executive, std::string actor, base::Deadline deadline
) {
    auto lease = co_await ops_.acquire(deadline);
    co_await pg::begin(*lease, deadline);
    co_await lease->execute(kLock, pg::Params{}, deadline);
    const RoleBook book = co_await role_book(*lease, deadline);
    AB_CO_CHECK(book.check_bootstrap(lead.user_id, executive.user_id));
    const base::Instant now = clock_.now();
    for (const auto& [role, user] :
         {std::pair{RoleName::requester_lead, lead.user_id},
          std::pair{RoleName::executive_operator, executive.user_id}}) {
        RoleEvent event{
            .kind = Kind::bootstrapped,
            .grant = base::uuid_v7(now, random_),
            .change = {.role = role, .user = user},
            .at = now,
        };
        co_await insert(*lease, event, {}, actor, deadline);
    }
    co_await lease->commit(deadline);
    co_return Result<void>{};
}

Task<Result<RoleEvent>> Roles::record(
    identity::Person person, std::string envelope, base::Deadline deadline
) {
    AB_CO_TRY(opened, co_await open_own_statement(keys_, person.user.user_id, envelope, deadline));
    AB_CO_TRY(statement, role_statement_of(opened.payload));
    const base::Instant now = clock_.now();
    AB_CO_CHECK(check_signed_lately(statement.signed_at, now));
    AB_CO_TRY(user, co_await directory_.user_named(statement.email, deadline));
    RoleEvent event{
        .kind = statement.act,
        .grant = statement.grant,
        .change = {.effect = statement.effect, .role = statement.role, .user = user.user_id},
        .by = person.user.user_id,
        .at = now,
    };
    auto lease = co_await ops_.acquire(deadline);
    co_await pg::begin(*lease, deadline);
    co_await lease->execute(kLock, pg::Params{}, deadline);
    const RoleBook book = co_await role_book(*lease, deadline);
    AB_CO_CHECK(book.check(event));
    Signature signature{
        .envelope = std::move(envelope), .key = base::digest_from_hex(opened.key_id).value()
    };
    co_await insert(*lease, event, std::move(signature), person.actor, deadline);
    co_await lease->commit(deadline);
    co_return event;
}

}  // namespace accubooks::launch
