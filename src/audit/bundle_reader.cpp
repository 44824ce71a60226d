#include "audit/bundle_reader.h"

#include <algorithm>

#include "audit/internal/files.h"
#include "audit/manifest.h"

namespace accubooks::audit {

namespace fs = std::filesystem;

std::vector<BundleFile> files_of_bundle(const fs::path& folder) {
    std::vector<BundleFile> files;
    if (!fs::is_directory(folder)) {
        return files;
    }
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator{folder}) {
        std::string path = entry.path().lexically_relative(folder).generic_string();
        if (!entry.is_symlink() && entry.is_regular_file() && is_bundle_path(path)) {
            files.push_back(
                {.path = std::move(path), .size = static_cast<std::int64_t>(entry.file_size())}
            );
        }
    }
    std::ranges::sort(files, {}, &BundleFile::path);
    return files;
}

std::optional<std::string> read_bundle_file(
    const fs::path& folder, std::string_view path, std::size_t bytes_max
) {
    // A link below the folder could lead out of it, wherever along the path it stands.
    fs::path file = folder;
    if (!is_bundle_path(path)) {
        return std::nullopt;
    }
    for (const fs::path& part : fs::path{path}) {
        file /= part;
        if (fs::is_symlink(file)) {
            return std::nullopt;
        }
    }
    return read_file(file, bytes_max);
}

}  // namespace accubooks::audit
