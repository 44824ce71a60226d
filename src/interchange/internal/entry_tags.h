#pragma once

#include <span>
#include <string_view>

#include "interchange/journal_import.h"
#include "ledger/entry.h"

namespace accubooks::interchange {

/// What the books keep as tags of an entry with these tags and this comment of a journal: values of
/// a name that comes again are joined by ", "; the comment itself is the tag `comment`, unless it
/// is nothing but tags, one a line.
ledger::Tags tags_in_books(std::span<const ImportedTag> tags, std::string_view comment);

}  // namespace accubooks::interchange
