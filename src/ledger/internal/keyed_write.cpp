#include "ledger/internal/keyed_write.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/canonical_json.h"
#include "ledger/idempotency_store.h"
#include "ledger/journal.h"
#include "net/idempotency.h"

namespace accubooks::ledger {

base::Result<KeyedWrite> KeyedWrite::of(
    const net::Request& request, std::string_view act, const boost::json::value& body
) {
    KeyedWrite write;
    if (const auto header = net::idempotency_key_of(request)) {
        AB_TRY(key, parse_idempotency_key(header));
        write.key_ = std::move(key);
    }
    AB_TRY(canonical, base::canonical_json(body));
    write.content_ = base::sha256(fmt::format("{} {}", act, canonical));
    return write;
}

base::Task<base::Result<std::optional<std::string>>> KeyedWrite::first_answer(
    pg::TenantTransaction& transaction
) const {
    if (!key_) {
        co_return std::optional<std::string>{};
    }
    AB_CO_TRY(claim, co_await claim_key(transaction, *key_, content_));
    co_return std::move(claim.response);
}

base::Task<void> KeyedWrite::conclude(
    pg::TenantTransaction& transaction, int status, std::string json
) const {
    if (key_) {
        co_await keep_response(transaction, *key_, status, std::move(json));
    }
    co_await transaction.commit();
}

}  // namespace accubooks::ledger
