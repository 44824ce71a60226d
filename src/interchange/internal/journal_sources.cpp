#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/utf8.h"
#include "interchange/internal/journal_parser.h"

namespace accubooks::interchange {

namespace {

/// Formats hledger would read with another reader.
constexpr std::array<std::string_view, 6> kOtherFormats{
    ".csv", ".ssv", ".tsv", ".timeclock", ".timedot", ".rules"
};

}  // namespace

bool JournalParser::run(const std::filesystem::path& file) {
    SourceFile first;
    SourceFault fault;
    folder_ = SourceFolder::open(file, first, fault);
    if (!folder_) {
        book_.report().files.push_back(file.string());
        return refusal_.refuse({}, fault.code, std::move(fault.reason));
    }
    first_size_ = first.size;
    return open_source(std::move(first), file.filename().string(), file.string()) && read_all();
}

bool JournalParser::read_all() {
    constexpr std::uint64_t kReportEvery = std::uint64_t{4} << 20U;
    std::string_view line;
    while (!sources_.empty()) {
        Source& source = sources_.back();
        const auto what = source.lines.next(line);
        if (what == LineReader::Next::line) {
            if (!read_line(line) && !leave_transaction()) {
                return false;
            }
            continue;
        }
        if (what != LineReader::Next::end) {
            return refuse_line(what, line);
        }
        if (!close_source()) {
            return false;
        }
        if (!sources_.empty() && sink_.progress &&
            sources_.front().lines.bytes_read() > reported_ + kReportEvery) {
            reported_ = sources_.front().lines.bytes_read();
            sink_.progress(
                static_cast<double>(reported_) /
                static_cast<double>(std::max<std::uint64_t>(first_size_, 1))
            );
        }
    }
    return refusal_.kept().empty();
}

/// A transaction with a wrong line is left, so that the wrong lines of others are told with it.
/// What a wrong directive would have changed can't be known.
bool JournalParser::leave_transaction() {
    if (context_ != Context::transaction) {
        return false;
    }
    context_ = Context::skipped;
    return refusal_.go_on();
}

bool JournalParser::refuse_line(LineReader::Next what, std::string_view line) {
    const Cursor cursor{line};
    switch (what) {
        case LineReader::Next::too_long:
            return refusal_.refuse(
                position(),
                "interchange.line_too_long",
                fmt::format("the line has more than {} bytes", JournalLimits::kLineBytes)
            );
        case LineReader::Next::nul:
            return refuse(
                cursor, line.find('\0'), "interchange.nul_byte", "the line holds a NUL byte"
            );
        case LineReader::Next::not_utf8:
            return refuse(
                cursor,
                base::utf8_prefix(line),
                "interchange.not_utf8",
                "the line is not UTF-8; convert the file first"
            );
        case LineReader::Next::line:
        case LineReader::Next::end:
            break;
    }
    return true;
}

bool JournalParser::open_source(SourceFile file, std::string path, std::string shown_path) {
    auto& files = book_.report().files;
    auto found = file_index_.find(shown_path);
    if (found == file_index_.end()) {
        found = file_index_.emplace(shown_path, static_cast<std::uint32_t>(files.size())).first;
        files.push_back(std::move(shown_path));
    }
    sources_.push_back({
        .lines = LineReader{std::move(file.file)},
        .path = std::move(path),
        .index = found->second,
        .identity = file.identity,
        .naming = names_.state(),
        .amounts = amounts_.defaults(),
        .year = year_,
    });
    return true;
}

bool JournalParser::close_source() {
    end_context();
    Source& source = sources_.back();
    if (sources_.size() == 1) {
        final_default_ = amounts_.defaults().commodity;
    }
    names_.state() = std::move(source.naming);
    amounts_.defaults() = source.amounts;
    year_ = source.year;
    sources_.pop_back();
    return sources_.empty() || open_pending();
}

bool JournalParser::open_pending() {
    Source& parent = sources_.back();
    if (parent.pending.empty()) {
        return true;
    }
    std::string path = std::move(parent.pending.back());
    parent.pending.pop_back();
    const SourcePosition at = parent.include_at;
    if (sources_.size() > JournalLimits::kIncludeDepth) {
        return refusal_.refuse(
            at,
            "interchange.too_many_includes",
            fmt::format("includes are nested deeper than {}", JournalLimits::kIncludeDepth)
        );
    }
    if (++included_ > JournalLimits::kIncludes) {
        return refusal_.refuse(
            at,
            "interchange.too_many_includes",
            fmt::format("more than {} files are included", JournalLimits::kIncludes)
        );
    }
    const auto dot = path.rfind('.');
    if (dot != std::string::npos &&
        std::find(kOtherFormats.begin(), kOtherFormats.end(), std::string_view{path}.substr(dot)) !=
            kOtherFormats.end()) {
        return refusal_.refuse(
            at,
            "interchange.include_format",
            fmt::format("{} is not a journal; convert it first", shown(path))
        );
    }
    SourceFault fault;
    auto file = folder_->open_file(path, fault);
    if (!file) {
        return refusal_.refuse(at, fault.code, std::move(fault.reason));
    }
    const bool cycle = std::any_of(sources_.begin(), sources_.end(), [&](const Source& source) {
        return source.identity == file->identity;
    });
    if (cycle) {
        return refusal_.refuse(
            at,
            "interchange.include_cycle",
            fmt::format("{} is being read already: the includes go in a circle", shown(path))
        );
    }
    std::string name = path;
    return open_source(std::move(*file), std::move(path), std::move(name));
}

bool JournalParser::include(Cursor& cursor) {
    if (!expect_space(cursor)) {
        return false;
    }
    const std::size_t start = cursor.at();
    auto pattern = stripped(cursor.rest());
    if (pattern.starts_with("journal:")) {
        pattern.remove_prefix(std::string_view{"journal:"}.size());
    }
    for (const std::string_view prefix : {"timeclock:", "timedot:", "csv:"}) {
        if (pattern.starts_with(prefix)) {
            return refuse(
                cursor,
                start,
                "interchange.include_format",
                "only journals can be included; convert it first"
            );
        }
    }
    SourceFault fault;
    Source& source = sources_.back();
    auto paths = folder_->resolve(source.path, pattern, fault);
    if (!paths) {
        return refuse(cursor, start, fault.code, std::move(fault.reason));
    }
    std::reverse(paths->begin(), paths->end());
    source.pending = std::move(*paths);
    source.include_at = position();
    source.include_at.column = column_of(cursor.line(), start);
    return open_pending();
}

}  // namespace accubooks::interchange
