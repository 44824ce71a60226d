#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace accubooks::app {

/// What stands in a file, or, by the name "-", in standard input: at most `bytes_max` and one byte
/// more, which shows that it is too large. None when it can't be read.
std::optional<std::string> read_input(const std::filesystem::path& file, std::size_t bytes_max);

}  // namespace accubooks::app
