#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "base/digest.h"
#include "base/error.h"
#include "base/task.h"
#include "net/http.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {

/// A write other than an entry's that a client may repeat with its Idempotency-Key; without one,
/// nothing is remembered of it.
class KeyedWrite {
public:
    /// `act` tells a write apart from another one with the same body. Errors:
    /// `ledger.bad_idempotency_key`.
    static base::Result<KeyedWrite> of(
        const net::Request& request, std::string_view act, const boost::json::value& body
    );

    /// The answer that the write's key had before; none when it is new. Errors: as claim_key.
    base::Task<base::Result<std::optional<std::string>>> first_answer(
        pg::TenantTransaction& transaction
    ) const;

    /// Ends a write that was done, with its answer, and the transaction.
    base::Task<void> conclude(pg::TenantTransaction& transaction, int status, std::string json)
        const;

private:
    std::optional<std::string> key_;
    base::Digest content_{};
};

}  // namespace accubooks::ledger
