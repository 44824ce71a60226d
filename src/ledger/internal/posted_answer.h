#pragma once

#include "base/ids.h"
#include "base/json_writer.h"
#include "ledger/posting.h"
#include "net/http.h"

namespace accubooks::ledger {

/// The members of an object that says what an entry became.
void write_posted(base::JsonWriter& json, const Posted& posted);

/// 201 for one entry, with where it is to be found.
net::Response created(base::TenantId tenant, const Posted& posted);

}  // namespace accubooks::ledger
