#include "audit/bundle_reader.h"

#include <algorithm>

#include "audit/internal/files.h"
#include "audit/manifest.h"

namespace accubooks::audit {

namespace fs = std::filesystem;

namespace {

/// Whether it went well. What is gone is passed over: a bundle is looked at while its writer
/// renames and removes.
bool is_there(const std::error_code& error, const fs::path& path) {
    if (error && error != std::errc::no_such_file_or_directory) {
        throw fs::filesystem_error{"can't be read", path, error};
    }
    return !error;
}

/// Every file below `folder`, with its path from `bundle`.
void add_files(const fs::path& bundle, const fs::path& folder, std::vector<BundleFile>& files) {
    std::error_code error;
    const fs::directory_iterator entries{folder, error};
    if (!is_there(error, folder)) {
        return;
    }
    for (const fs::directory_entry& entry : entries) {
        std::string path = entry.path().lexically_relative(bundle).generic_string();
        if (entry.is_symlink() || !is_bundle_path(path)) {
            continue;
        }
        if (entry.is_directory()) {
            add_files(bundle, entry.path(), files);
        } else if (entry.is_regular_file()) {
            const auto size = static_cast<std::int64_t>(entry.file_size(error));
            if (is_there(error, entry.path())) {
                files.push_back({.path = std::move(path), .size = size});
            }
        }
    }
}

}  // namespace

std::vector<BundleFile> files_of_bundle(const fs::path& folder) {
    std::vector<BundleFile> files;
    add_files(folder, folder, files);
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
