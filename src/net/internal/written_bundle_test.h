#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "testing/temporary_folder.h"

namespace accubooks::net {

/// The folder of a small built web client. For tests.
class WrittenBundle {
public:
    WrittenBundle() {
        write("index.html", "<meta nonce=\"__CSP_NONCE__\"><script src=\"/assets/app-1.js\">");
        write("icon.svg", "<svg/>");
        write("assets/app-1.js", "let answer = 42;");
        write("assets/app-1.js.gz", "gzip of it");
        write("assets/app-1.js.br", "brotli of it");
        write("assets/font-2.woff2", "font");
    }

    const std::filesystem::path& path() const { return folder_.path(); }

    void write(const std::string& name, std::string_view bytes) const {
        const auto file = path() / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream{file, std::ios::binary} << bytes;
    }

private:
    testing::TemporaryFolder folder_;
};

}  // namespace accubooks::net
