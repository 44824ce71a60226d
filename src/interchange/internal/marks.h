#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/error.h"

namespace accubooks::interchange {

/// What a journal's own syntax can't say, name by name: an export writes it into a comment as the
/// value of the tag `accubooks`, and an import takes it out again.
///
/// Of an account: `code`, `name`, `subtype`, `commodity`, `rules` (own: not those of an imported
/// one), `active` (no). Of an entry: `description`, `reference`, `tag:NAME` (one of them: these are
/// all). Of a line: `memo`, `base` (its base amount, if all lines of the entry have one), `joined`
/// (yes: part of the line before).
using Marks = std::map<std::string, std::string, std::less<>>;

inline constexpr std::string_view kMarksTag = "accubooks";

/// "accubooks: code=1000&name=Petty%20cash", all but letters, digits, '.', '-' and '_' as %XX.
std::string to_comment(const Marks& marks);

/// What stands behind the tag.
std::string to_value(const Marks& marks);

/// The marks in the value of the tag. Errors: `interchange.bad_mark`.
base::Result<Marks> parse_marks(std::string_view value);

/// What a mark tells, or else `otherwise`.
std::string mark_or(const Marks& marks, std::string_view name, std::string otherwise);

/// A comment apart from its marks; they are the lines that begin with the tag.
struct MarkedComment {
    std::string text;
    Marks marks;
};
base::Result<MarkedComment> split_marks(std::string_view comment);

/// Whether a line of a comment would be taken for marks.
bool holds_marks(std::string_view line);

}  // namespace accubooks::interchange
