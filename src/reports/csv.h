#pragma once

#include <string>
#include <string_view>

#include "base/ids.h"

namespace accubooks::reports {

/// A text as a cell of CSV (RFC 4180), quoted where it must be. One that a spreadsheet would take
/// for a formula (it begins with = + - @, a tab or a carriage return) gets an apostrophe in front,
/// and so does one that begins with an apostrophe: who takes one off reads what was written.
/// Source: OWASP, "CSV Injection".
std::string csv_text(std::string_view text);

/// The last row of a report: under `account` what it asserts and which entry is the last in it, and
/// nothing in the other columns of `head`. It is the only row with nothing in the first column, so
/// that a file cut short can be told, and the importer takes it for no line of an entry.
std::string csv_end(std::string_view head, std::string_view assertion, base::EntryNumber last);

}  // namespace accubooks::reports
