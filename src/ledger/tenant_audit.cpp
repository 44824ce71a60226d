#include "ledger/tenant_audit.h"

#include "ledger/chain.h"

namespace accubooks::ledger {

namespace {

constexpr std::int64_t kEventsOfStep = 1000;
constexpr std::chrono::seconds kPatienceOfStep{30};

constexpr pg::Statement kList{
    .name = "ledger.list_audit",
    .text = R"sql(
select number, at, actor, peer, kind, act, object, before::text, after::text, reason, chain_hash
  from books.audit_event
 where tenant_id = $1
   and number > $2
   and ($3::text is null or kind = $3)
   and ($4::text is null or actor = $4)
   and ($5::text is null or object = $5)
   and ($6::date is null or at >= $6::date::timestamp at time zone 'UTC')
   and ($7::date is null or at < ($7::date + 1)::timestamp at time zone 'UTC')
 order by number
 limit $8)sql",
};

constexpr pg::Statement kRecordTransfer{
    .name = "ledger.record_transfer",
    .text = "select books.record_transfer($1, $2, $3, $4::text::jsonb) is null",
};

AuditEvent event_of(const pg::Row& row) {
    return {
        .number = row.get<std::int64_t>(0),
        .at = row.get<base::Instant>(1),
        .actor = row.get<std::string>(2),
        .peer = row.get<std::string>(3),
        .kind = row.get<std::string>(4),
        .act = row.get<std::string>(5),
        .object = row.get<std::string>(6),
        .before = row.get<std::optional<std::string>>(7),
        .after = row.get<std::optional<std::string>>(8),
        .reason = row.get<std::string>(9),
        .chain_hash = row.get<base::Digest>(10),
    };
}

std::string lines_of(const std::vector<AuditEvent>& events) {
    std::string lines;
    for (const AuditEvent& event : events) {
        base::JsonWriter json;
        write_audit_event(json, event);
        lines += std::move(json).take() + '\n';
    }
    return lines;
}

}  // namespace

base::Task<std::vector<AuditEvent>> list_audit(
    pg::TenantTransaction& transaction, AuditFilter filter, std::int64_t after, std::int64_t limit
) {
    auto params = pg::Params::of(
        transaction.tenant(),
        after,
        filter.kind,
        filter.actor,
        filter.object,
        filter.from,
        filter.to,
        limit
    );
    const pg::Rows rows = co_await transaction.execute(kList, std::move(params));
    co_return rows.map(event_of);
}

base::Task<void> export_audit(
    pg::Pool& pool, base::TenantId tenant, AuditFilter filter, AuditSink sink
) {
    std::int64_t after = 0;
    bool has_more = true;
    while (has_more) {
        auto transaction = co_await pg::TenantTransaction::begin(
            pool, tenant, pg::Access::read_only, base::deadline_in(kPatienceOfStep)
        );
        const auto events = co_await list_audit(transaction, filter, after, kEventsOfStep);
        co_await transaction.commit();
        has_more = events.size() == static_cast<std::size_t>(kEventsOfStep);
        if (!events.empty()) {
            after = events.back().number;
            const bool is_taken = co_await sink(lines_of(events));
            has_more = has_more && is_taken;
        }
    }
}

base::Task<void> record_transfer(
    pg::TenantTransaction& transaction, std::string kind, std::string object, std::string what
) {
    auto params = pg::Params::of(transaction.tenant(), kind, object, what);
    co_await transaction.execute(kRecordTransfer, std::move(params));
}

base::Task<void> record_export(
    pg::Pool& pool,
    base::TenantId tenant,
    pg::Author author,
    std::string format,
    base::Deadline deadline
) {
    auto transaction =
        co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_write, deadline);
    co_await pg::act_as(transaction, std::move(author));
    co_await record_transfer(transaction, "export", std::move(format), "{}");
    co_await transaction.commit();
}

base::Task<std::vector<std::int64_t>> audit_breaches(pg::TenantTransaction& transaction) {
    std::vector<std::int64_t> breaches;
    AuditChain chain{transaction.tenant()};
    std::int64_t last = 0;
    bool has_more = true;
    while (has_more) {
        const auto events = co_await list_audit(transaction, {}, last, kEventsOfStep);
        for (const AuditEvent& event : events) {
            if (!chain.follows(event)) {
                breaches.push_back(event.number);
            }
            last = event.number;
        }
        has_more = events.size() == static_cast<std::size_t>(kEventsOfStep);
    }
    co_return breaches;
}

}  // namespace accubooks::ledger
