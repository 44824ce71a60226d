#include "ledger/idempotency_store.h"

namespace accubooks::ledger {
namespace {

constexpr pg::Statement kClaim{
    .name = "ledger.claim_key",
    .text = R"sql(
insert into books.idempotency (tenant_id, key, request_hash)
values ($1, $2, $3)
on conflict (tenant_id, key) do nothing)sql",
};

constexpr pg::Statement kFind{
    .name = "ledger.find_key",
    .text = R"sql(
select request_hash, response
  from books.idempotency
 where tenant_id = $1
   and key = $2)sql",
};

constexpr pg::Statement kKeep{
    .name = "ledger.keep_response",
    .text = R"sql(
update books.idempotency
   set status = $3, response = $4
 where tenant_id = $1
   and key = $2)sql",
};

constexpr pg::Statement kKeepFirst{
    .name = "ledger.keep_first_response",
    .text = R"sql(
update books.idempotency
   set status = coalesce(status, $3), response = coalesce(response, $4)
 where tenant_id = $1
   and key = $2
returning response)sql",
};

}  // namespace

base::Task<base::Result<KeyClaim>> claim_key(
    pg::TenantTransaction& transaction, std::string key, base::Digest request_hash
) {
    const pg::Rows claimed = co_await transaction.execute(
        kClaim, pg::Params::of(transaction.tenant(), key, request_hash)
    );
    if (claimed.affected() == 1) {
        co_return KeyClaim{};
    }
    const pg::Rows rows =
        co_await transaction.execute(kFind, pg::Params::of(transaction.tenant(), key));
    if (rows.empty() || rows[0].get<base::Digest>(0) != request_hash) {
        co_return base::refuse(
            base::ErrorKind::conflict,
            "ledger.idempotency_conflict",
            "This idempotency key was used for another content; use a new key for a new request."
        );
    }
    co_return KeyClaim{.seen = true, .response = rows[0].get<std::optional<std::string>>(1)};
}

base::Task<void> keep_response(
    pg::TenantTransaction& transaction, std::string key, int status, std::string response
) {
    co_await transaction.execute(
        kKeep,
        pg::Params::of(transaction.tenant(), key, static_cast<std::int16_t>(status), response)
    );
}

base::Task<std::string> keep_first_response(
    pg::TenantTransaction& transaction, std::string key, int status, std::string response
) {
    const pg::Rows kept = co_await transaction.execute(
        kKeepFirst,
        pg::Params::of(transaction.tenant(), key, static_cast<std::int16_t>(status), response)
    );
    base::ensure(!kept.empty(), "a key is claimed before its answer is kept, and never deleted");
    co_return kept[0].get<std::string>(0);
}

}  // namespace accubooks::ledger
