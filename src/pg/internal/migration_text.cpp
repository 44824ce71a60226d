#include "pg/internal/migration_text.h"

#include <algorithm>
#include <charconv>

namespace accubooks::pg {

namespace {

constexpr std::string_view kMark = "-- expect-rows: ";

std::optional<std::int64_t> rows_expected_in(std::string_view line) {
    if (!line.starts_with(kMark)) {
        return std::nullopt;
    }
    line.remove_prefix(kMark.size());
    std::int64_t rows = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), rows);
    if (error != std::errc{} || end != line.data() + line.size()) {
        return std::nullopt;
    }
    return rows;
}

}  // namespace

std::vector<MigrationChunk> chunks_of(std::string_view file) {
    std::vector<MigrationChunk> chunks(1);
    std::size_t lines = 0;
    while (!file.empty()) {
        const std::size_t length = std::min(file.find('\n'), file.size() - 1) + 1;
        const std::string_view line = file.substr(0, length);
        const bool ends = line.back() == '\n';
        if (const auto rows = rows_expected_in(line.substr(0, length - (ends ? 1 : 0)))) {
            chunks.push_back({.text = std::string(lines, '\n'), .rows_expected = rows});
        }
        chunks.back().text += line;
        file.remove_prefix(length);
        ++lines;
    }
    return chunks;
}

}  // namespace accubooks::pg
