#include "interchange/internal/entry_tags.h"

#include <string>

#include "interchange/internal/cursor.h"
#include "interchange/internal/marks.h"

namespace accubooks::interchange {
namespace {

/// Whether the line is one tag: a word, a colon, and a value without a comma.
bool is_one_tag(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || line.find(',') != std::string_view::npos) {
        return false;
    }
    for (std::size_t at = 0; at < colon; ++at) {
        if (space_length(line, at) > 0) {
            return false;
        }
    }
    return true;
}

bool is_nothing_but_tags(std::string_view comment) {
    while (!comment.empty()) {
        const auto line = comment.substr(0, comment.find('\n'));
        comment.remove_prefix(std::min(line.size() + 1, comment.size()));
        if (!is_one_tag(line)) {
            return false;
        }
    }
    return true;
}

}  // namespace

ledger::Tags tags_in_books(std::span<const ImportedTag> tags, std::string_view comment) {
    ledger::Tags kept;
    for (const ImportedTag& tag : tags) {
        if (tag.name == kMarksTag) {
            continue;
        }
        auto [at, fresh] = kept.emplace(tag.name, tag.value);
        if (!fresh) {
            at->second += ", ";
            at->second += tag.value;
        }
    }
    if (!is_nothing_but_tags(comment)) {
        kept.insert_or_assign("comment", std::string{comment});
    }
    return kept;
}

}  // namespace accubooks::interchange
