#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/digest.h"
#include "launch/record.h"

namespace accubooks::launch {

/// Collects the lines of the record.
class Page {
public:
    template <class... Parts>
    void line(fmt::format_string<Parts...> form, Parts&&... parts) {
        text_ += fmt::format(form, std::forward<Parts>(parts)...);
        text_ += '\n';
    }
    void blank() { text_ += '\n'; }
    /// A rule and a heading of the second level.
    void section(std::string_view heading) { line("\n---\n\n## {}\n", heading); }
    /// A heading of the third level.
    void part(std::string_view heading) { line("\n### {}\n", heading); }
    /// Lines of a header end in a hard break.
    void field(std::string_view name, std::string_view value) { line("**{}**: {}  ", name, value); }
    std::string take() && { return std::move(text_); }

private:
    std::string text_;
};

/// Words as the record has them.
std::string upper(std::string_view text);
std::string_view name_of(Risk risk);
std::string name_of(const Plan& plan);  // "AccuBooks v1.0.0"
std::string day(base::Instant at);
std::string minute(base::Instant at);
std::string span_of(const DurationRange& range);
std::string hex(const base::Digest& digest);  // as a code span
/// Whether the revision is approved, or was and is executed by it.
bool is_past_approval(State state);

// The sections of record_approval.cpp.
void write_approval(Page& page, const Record& record);
void write_status(Page& page, const Record& record);
void write_rejections(Page& page, const Record& record);

}  // namespace accubooks::launch
