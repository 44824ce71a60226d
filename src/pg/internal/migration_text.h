#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace accubooks::pg {

/// A piece of a migration file that is sent at once. Its lines keep their numbers: what stands
/// before it in the file is empty lines here.
struct MigrationChunk {
    std::string text;
    std::optional<std::int64_t> rows_expected;  // of the first statement
};

/// The file cut in front of each line `-- expect-rows: N`, which stands at the beginning of a line
/// between statements. A mark without a number counts as a comment.
std::vector<MigrationChunk> chunks_of(std::string_view file);

}  // namespace accubooks::pg
