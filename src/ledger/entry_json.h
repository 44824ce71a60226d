#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/json_writer.h"
#include "ledger/account.h"
#include "ledger/entry.h"

namespace accubooks::ledger {

/// What showing entries needs besides them, read in the same snapshot: a scale that an import has
/// widened meanwhile must not turn 12.34567 into 12345.67.
struct EntryNames {
    std::uint8_t base_scale = 0;
    std::map<std::string, std::uint8_t> scales;                      // by commodity
    std::unordered_map<base::AccountId, std::string> account_codes;  // of the entries' lines
};

/// Writes a posted entry as the API shows it; amounts in plain decimals.
void write_entry(base::JsonWriter& json, const PostedEntry& posted, const EntryNames& names);

/// Writes the member `lines` of an entry.
void write_lines(base::JsonWriter& json, const std::vector<Line>& lines, const EntryNames& names);

/// Writes an account as the API shows it.
void write_account(base::JsonWriter& json, const Account& account);

}  // namespace accubooks::ledger
