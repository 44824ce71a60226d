#include "launch/backup_attestations.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "audit/act.h"
#include "base/canonical_json.h"
#include "base/json_writer.h"
#include "launch/internal/own_statement.h"
#include "launch/internal/requests.h"
#include "net/body_fields.h"
#include "net/body_member.h"
#include "net/json_body.h"
#include "pg/transaction.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;
using net::Request;
using net::Response;

constexpr audit::Action kAttested{"launch.backup_attested"};

constexpr pg::Statement kInsert{
    .name = "launch.record_backup_attestation",
    .text = R"sql(
insert into launch.backup_attestation
       (envelope_sha256, envelope, by_user, key_id, backup, finished_at, tested_at, at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (envelope_sha256) do nothing)sql",
};

constexpr pg::Statement kNewest{
    .name = "launch.newest_backup_attestation",
    .text = R"sql(
select backup, finished_at, tested_at, at
  from launch.backup_attestation
 order by finished_at desc
 limit 1)sql",
};

audit::Act act_of(
    const BackupStatement& statement, const base::Digest& envelope_digest, std::string actor
) {
    boost::json::object payload{
        {"backup", statement.backup},
        {"finished_at", base::to_rfc3339(statement.finished_at)},
        {"tested_at", base::to_rfc3339(statement.tested_at)},
    };
    return {
        .actor = std::move(actor),
        .action = std::string{kAttested},
        .object = "backup:" + base::to_hex(envelope_digest),
        .object_digest = envelope_digest,
        .payload = base::canonical_json(std::move(payload)).value(),
    };
}

Task<Result<Response>> post_attestation(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    const auto* envelope = fields.optional_value("envelope");
    if (envelope == nullptr) {
        fields.breach("envelope", "the signed statement");
    }
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    if (!actor.person.has(RoleName::requester_lead) && !actor.person.has(RoleName::on_call)) {
        co_return base::refuse(
            base::ErrorKind::forbidden,
            "launch.role_missing",
            "The requesting lead or the on-call engineer attests a backup."
        );
    }
    AB_CO_TRY(person, co_await api.authenticator.person(request));
    auto recorded = co_await record_attestation(
        api.ops,
        api.keys,
        std::move(person),
        boost::json::serialize(*envelope),
        api.changes.now(),
        request.deadline
    );
    AB_CO_TRY(attested, net::at_member(std::move(recorded), "/envelope"));
    if (attested.act) {
        AB_CO_CHECK(co_await api.log.await_inclusion(*attested.act, request.deadline));
    }
    base::JsonWriter json;
    json.begin_object()
        .member("backup", attested.statement.backup)
        .member("finished_at", base::to_rfc3339(attested.statement.finished_at))
        .member("tested_at", base::to_rfc3339(attested.statement.tested_at))
        .end_object();
    co_return Response::json(201, std::move(json).take());
}

}  // namespace

Task<Result<Attested>> record_attestation(
    pg::Pool& ops,
    identity::PersonalKeys& keys,
    identity::Person person,
    std::string envelope,
    base::Instant now,
    base::Deadline deadline
) {
    AB_CO_TRY(opened, co_await open_own_statement(keys, person.user.user_id, envelope, deadline));
    AB_CO_TRY(statement, backup_statement_of(opened.payload));
    AB_CO_CHECK(check_signed_lately(statement.signed_at, now));
    const base::Digest digest = base::sha256(envelope);
    auto lease = co_await ops.acquire(deadline);
    co_await pg::begin(*lease, deadline);
    auto params = pg::Params::of(
        digest,
        envelope,
        person.user.user_id,
        base::digest_from_hex(opened.key_id).value(),
        statement.backup,
        statement.finished_at,
        statement.tested_at,
        now
    );
    const auto rows = co_await lease->execute(kInsert, std::move(params), deadline);
    Attested attested{.statement = std::move(statement)};
    if (rows.affected() > 0) {
        audit::Act act = act_of(attested.statement, digest, std::move(person.actor));
        attested.act = co_await audit::record(*lease, std::move(act), now, deadline);
    }
    co_await lease->commit(deadline);
    co_return attested;
}

Task<std::optional<BackupStatement>> newest_attestation(
    pg::Connection& connection, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kNewest, {}, deadline);
    if (rows.empty()) {
        co_return std::nullopt;
    }
    co_return BackupStatement{
        .backup = rows[0].get<std::string>(0),
        .finished_at = rows[0].get<base::Instant>(1),
        .tested_at = rows[0].get<base::Instant>(2),
        .signed_at = rows[0].get<base::Instant>(3),
    };
}

void mount_attestations(net::Router& router, LaunchApi api) {
    Routes{router, api}.add(net::Method::post, "/api/v1/launch/backups", post_attestation);
}

}  // namespace accubooks::launch
