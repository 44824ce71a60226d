#pragma once

#include <map>
#include <string>

#include "base/json_writer.h"
#include "ledger/books.h"
#include "ledger/entry.h"

namespace accubooks::ledger {

/// Writes a posted entry as the API shows it; amounts in plain decimals at the scales of `books`.
void write_entry(base::JsonWriter& json, const PostedEntry& posted, const Books& books);

/// Writes an account as the API shows it.
void write_account(base::JsonWriter& json, const Account& account);

}  // namespace accubooks::ledger
