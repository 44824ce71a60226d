#include "pg/internal/session_state.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace accubooks::pg {

namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kHarmless = {
    "select"sv, "insert"sv,    "update"sv,  "delete"sv, "with"sv,    "values"sv, "table"sv,
    "merge"sv,  "begin"sv,     "start"sv,   "commit"sv, "end"sv,     "abort"sv,  "rollback"sv,
    "lock"sv,   "savepoint"sv, "release"sv, "show"sv,   "explain"sv, "notify"sv,
};

/// Lower case, every run of white space as one blank, none at the ends and none before "(".
std::string normalised(std::string_view sql) {
    std::string text;
    text.reserve(sql.size());
    for (const char raw : sql) {
        const auto byte = static_cast<unsigned char>(raw);
        if (std::isspace(byte) != 0) {
            if (!text.empty() && text.back() != ' ') {
                text.push_back(' ');
            }
            continue;
        }
        if ((raw == '(' || raw == ')' || raw == ',') && !text.empty() && text.back() == ' ') {
            text.pop_back();
        }
        text.push_back(static_cast<char>(std::tolower(byte)));
    }
    return text;
}

/// Whether a call of set_config ends with anything but the literal that makes it local to the
/// transaction.
bool sets_for_the_session(std::string_view text) {
    constexpr std::string_view kCall = "set_config(";
    for (auto at = text.find(kCall); at != std::string_view::npos; at = text.find(kCall, at + 1)) {
        int depth = 0;
        std::size_t end = at + kCall.size() - 1;
        for (; end < text.size(); ++end) {
            depth += text[end] == '(' ? 1 : text[end] == ')' ? -1 : 0;
            if (depth == 0) {
                break;
            }
        }
        const std::string_view arguments = text.substr(at, end - at);
        if (!arguments.ends_with(", true") && !arguments.ends_with(",true")) {
            return true;
        }
    }
    return false;
}

bool locks_for_the_session(std::string_view text) {
    return text.find("advisory_lock(") != std::string_view::npos ||
           text.find("advisory_lock_shared(") != std::string_view::npos;
}

bool makes_temporary_table(std::string_view text) {
    return text.find("into temp") != std::string_view::npos;
}

}  // namespace

Leaves leaves_of(std::string_view sql) {
    const std::string text = normalised(sql);
    const std::string_view view = text;
    const std::string_view first = view.substr(0, view.find_first_of(" (;"));
    if (first == "set" || first == "reset") {
        const bool is_local = view.starts_with("set local ") ||
                              view.starts_with("set transaction ") ||
                              view.starts_with("set constraints ");
        return is_local ? Leaves::nothing : Leaves::settings;
    }
    if (std::ranges::find(kHarmless, first) == kHarmless.end() || locks_for_the_session(view) ||
        makes_temporary_table(view)) {
        return Leaves::session;
    }
    return sets_for_the_session(view) ? Leaves::settings : Leaves::nothing;
}

}  // namespace accubooks::pg
