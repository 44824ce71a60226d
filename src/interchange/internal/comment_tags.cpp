#include "interchange/internal/comment_tags.h"

#include <algorithm>

#include "interchange/internal/cursor.h"

namespace accubooks::interchange {

namespace {

/// The last word of `text`, empty when it ends in white space.
std::string_view last_word(std::string_view text) {
    std::size_t word = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t length = space_length(text, at);
        at += length > 0 ? length : 1;
        if (length > 0) {
            word = at;
        }
    }
    return text.substr(word);
}

bool in_bracketed_date(char c) {
    return is_digit(c) || c == '-' || c == '/' || c == '.' || c == '=';
}

/// Whether a bracket with only date characters, digits and separators among them, starts at `at`.
/// Looks no further than those characters go, so that a line of brackets costs its length once.
bool looks_like_bracketed_date(std::string_view line, std::size_t at) {
    std::size_t end = at + 1;
    bool digits = false;
    bool separators = false;
    for (; end < line.size() && in_bracketed_date(line[end]); ++end) {
        digits = digits || is_digit(line[end]);
        separators = separators || (!is_digit(line[end]) && line[end] != '=');
    }
    return digits && separators && end < line.size() && line[end] == ']';
}

/// Walks a posting comment's line; dates are parsed where they stand, and the first one counts.
class PostingDates {
public:
    PostingDates(
        std::string_view line, int year, std::optional<std::int32_t>& days, DateFault& fault
    )
        : cursor_{line}, year_{year}, days_{days}, fault_{fault} {}

    bool find() {
        while (true) {
            const std::size_t start = cursor_.at();
            if (!read_up_to(':')) {
                return false;
            }
            if (cursor_.ended()) {
                return true;
            }
            const auto name = last_word(cursor_.line().substr(start, cursor_.at() - start));
            cursor_.take(':');
            cursor_.skip_spaces();
            if (!name.empty() && !read_value(name)) {
                return false;
            }
            cursor_.take(',');
        }
    }

private:
    bool read_value(std::string_view name) {
        if (name == "date" || name == "date2") {
            std::int32_t days = 0;
            if (!read_date(cursor_, year_, days, fault_)) {
                return false;
            }
            if (name == "date") {
                keep(days);
            }
        }
        return read_up_to(',');
    }

    /// Stops on `end` or behind the line, reading bracketed dates on the way.
    bool read_up_to(char end) {
        while (!cursor_.ended() && cursor_.peek() != end) {
            if (cursor_.peek() == '[' && looks_like_bracketed_date(cursor_.line(), cursor_.at()) &&
                !read_bracketed()) {
                return false;
            }
            cursor_.move_to(cursor_.at() + 1);
        }
        return true;
    }

    bool read_bracketed() {
        Cursor inside{cursor_.line(), cursor_.at() + 1};
        int year = year_;
        std::int32_t days = 0;
        if (inside.peek() != '=') {
            if (!read_date(inside, year, days, fault_)) {
                return false;
            }
            keep(days);
            year = year_of(days);
        }
        if (inside.take('=') && !read_date(inside, year, days, fault_)) {
            return false;
        }
        if (inside.peek() != ']') {
            fault_ = {.reason = "the bracketed date has something behind it", .at = inside.at()};
            return false;
        }
        return true;
    }

    void keep(std::int32_t days) {
        if (!days_) {
            days_ = days;
        }
    }

    Cursor cursor_;
    int year_;
    std::optional<std::int32_t>& days_;
    DateFault& fault_;
};

}  // namespace

void collect_tags(std::string_view comment, std::vector<ImportedTag>& tags) {
    while (!comment.empty()) {
        const std::size_t newline = comment.find('\n');
        std::string_view line = comment.substr(0, newline);
        comment =
            newline == std::string_view::npos ? std::string_view{} : comment.substr(newline + 1);
        for (std::size_t colon = line.find(':'); colon != std::string_view::npos;
             colon = line.find(':')) {
            const auto name = last_word(line.substr(0, colon));
            line = line.substr(colon + 1);
            if (!name.empty()) {
                const std::size_t end = std::min(line.find(','), line.size());
                tags.push_back({.name = name, .value = stripped(line.substr(0, end))});
                line = line.substr(std::min(end + 1, line.size()));
            }
        }
    }
}

bool find_posting_date(
    std::string_view line, int default_year, std::optional<std::int32_t>& days, DateFault& fault
) {
    return PostingDates{line, default_year, days, fault}.find();
}

}  // namespace accubooks::interchange
