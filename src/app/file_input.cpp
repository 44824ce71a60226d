#include "app/file_input.h"

#include <fstream>
#include <iostream>

namespace accubooks::app {

std::optional<std::string> read_input(const std::filesystem::path& file, std::size_t bytes_max) {
    std::ifstream opened;
    if (file != "-") {
        opened.open(file, std::ios::binary);
    }
    std::istream& in = file == "-" ? std::cin : opened;
    std::string content(bytes_max + 1, '\0');
    in.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (in.bad() || (file != "-" && !opened.is_open())) {
        return std::nullopt;
    }
    content.resize(static_cast<std::size_t>(in.gcount()));
    return content;
}

}  // namespace accubooks::app
