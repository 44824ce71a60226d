#pragma once

#include <string>
#include <string_view>

namespace accubooks::reports {

/// A text as a cell of CSV (RFC 4180), quoted where it must be. One that a spreadsheet would take
/// for a formula (it begins with = + - @, a tab or a carriage return) gets an apostrophe in front,
/// and so does one that begins with an apostrophe: who takes one off reads what was written.
/// Source: OWASP, "CSV Injection".
std::string csv_text(std::string_view text);

}  // namespace accubooks::reports
