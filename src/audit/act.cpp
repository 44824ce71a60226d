#include "audit/act.h"

#include "audit/leaf.h"

namespace accubooks::audit {
namespace {

constexpr pg::Statement kRecord{
    .name = "audit.record",
    .text = R"sql(
insert into audit.act (act_id, actor, action, object, object_digest, payload, salt, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8))sql",
};

}  // namespace

base::Task<base::Uuid> record(
    pg::Connection& connection,
    Act act,
    base::Instant now,
    base::Deadline deadline,
    base::RandomBytes random
) {
    const base::Uuid id = base::uuid_v7(now, random);
    Salt salt{};
    random(salt);
    const pg::Bytes payload{
        reinterpret_cast<const std::uint8_t*>(act.payload.data()), act.payload.size()
    };
    auto params = pg::Params::of(
        id, act.actor, act.action, act.object, act.object_digest, payload, pg::Bytes{salt}, now
    );
    co_await connection.execute(kRecord, std::move(params), deadline);
    co_return id;
}

}  // namespace accubooks::audit
