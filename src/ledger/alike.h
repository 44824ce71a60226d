#pragma once

#include <string>
#include <vector>

#include "base/date.h"
#include "base/ids.h"
#include "base/json_writer.h"
#include "base/task.h"
#include "ledger/entry.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {

/// A posted entry that another one may be a duplicate of.
struct Alike {
    base::EntryNumber number;
    base::Date date;
    std::string description;
    std::string reference;
    bool same_lines = false;      // on the same day, the same amounts on the same accounts
    bool same_reference = false;  // of any day
};

/// Entries of one answer at most, and those of one day that are looked at: the newest.
inline constexpr std::int64_t kAlikeMax = 10;
inline constexpr std::int64_t kAlikeLooksMax = 5000;

/// What of the books is like `entry`, the newest first; as far as it is there yet. It is asked for
/// by itself, so that posting pays nothing for it.
base::Task<std::vector<Alike>> entries_alike(pg::TenantTransaction& transaction, Unfinished entry);

/// Member `items`, as the API shows them.
void write_alike(base::JsonWriter& json, const std::vector<Alike>& alike);

}  // namespace accubooks::ledger
