#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace accubooks::audit {

/// One file of a bundle as it lies on the disk.
struct BundleFile {
    std::string path;  // below the bundle
    std::int64_t size = 0;

    friend bool operator==(const BundleFile&, const BundleFile&) = default;
};

/// Every file of a bundle, finished or not, by path; empty when there is no such folder. Links are
/// passed over. Throws std::filesystem::filesystem_error.
std::vector<BundleFile> files_of_bundle(const std::filesystem::path& folder);

/// The bytes of one of them; none for a path that no bundle has, that leaves the folder or whose
/// file has more than `bytes_max`.
std::optional<std::string> read_bundle_file(
    const std::filesystem::path& folder, std::string_view path, std::size_t bytes_max
);

}  // namespace accubooks::audit
