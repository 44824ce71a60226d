#pragma once

#include <string>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/error.h"
#include "ledger/entry.h"

namespace accubooks::ledger {

/// A draft from the API's JSON: {date, description, reference?, tags?, lines: [{account_id, amount,
/// currency, base_amount?, memo?}]}. Errors: `ledger.bad_entry` with a field for each breach,
/// pointers beginning with `pointer`.
base::Result<Draft> draft_of(const boost::json::value& body, const std::string& pointer);

}  // namespace accubooks::ledger
