#pragma once

#include <string>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/error.h"
#include "ledger/draft_store.h"
#include "ledger/entry.h"

namespace accubooks::ledger {

/// A draft from the API's JSON: {date, description, reference?, tags?, late_reason?, lines:
/// [{account_id, amount, currency, base_amount?, memo?}]}. Errors: `ledger.bad_entry` with a field
/// for each breach, pointers beginning with `pointer`.
base::Result<Draft> draft_of(const boost::json::value& body, const std::string& pointer);

/// What there is of an entry: the same members, none of which must be there, but one at least.
/// Errors: `ledger.bad_entry` for what is there and is wrong by itself: its form, and its texts.
base::Result<Unfinished> unfinished_of(const boost::json::value& body);

/// What is kept of a draft that reads so. Errors: as unfinished_of.
base::Result<DraftContent> draft_content_of(
    const boost::json::value& body, std::string actor, base::Instant at
);

/// A kept draft as an entry; what isn't there yet is refused as it is of any entry.
base::Result<Draft> draft_of(const KeptDraft& draft);

}  // namespace accubooks::ledger
