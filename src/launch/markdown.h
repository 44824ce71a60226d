#pragma once

#include <string>
#include <string_view>

namespace accubooks::launch {

/// `text` as Markdown that shows exactly it, on one line: nothing in it starts or ends an element
/// (CommonMark, and GitHub's links without brackets), and nothing acts on a terminal.
std::string markdown(std::string_view text);

/// The same as a code span.
std::string markdown_code(std::string_view text);

}  // namespace accubooks::launch
