#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "interchange/internal/journal_date.h"
#include "interchange/journal_import.h"

namespace accubooks::interchange {

/// Appends the tags `name:value` of a comment (lines joined with '\n'): the name is the word right
/// before the colon, the value ends at a comma or the line's end. The views point into `comment`.
void collect_tags(std::string_view comment, std::vector<ImportedTag>& tags);

/// Finds the date of a posting in one line of its comment: the first of a `date:` tag and a
/// bracketed `[DATE]` or
/// `[DATE=DATE2]`. False with a fault where something meant as a date isn't one; `fault.at` is a
/// byte of `line`.
bool find_posting_date(
    std::string_view line, int default_year, std::optional<std::int32_t>& days, DateFault& fault
);

}  // namespace accubooks::interchange
