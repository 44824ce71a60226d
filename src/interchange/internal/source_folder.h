#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace accubooks::interchange {

/// An open file descriptor that closes itself.
class OpenFile {
public:
    OpenFile() = default;
    explicit OpenFile(int descriptor) : descriptor_{descriptor} {}
    OpenFile(OpenFile&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}
    OpenFile& operator=(OpenFile&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~OpenFile();

    int get() const { return descriptor_; }
    explicit operator bool() const { return descriptor_ >= 0; }

private:
    int descriptor_ = -1;
};

/// A regular file opened for reading, and who it is: the same file under two names has the same
/// identity.
struct SourceFile {
    OpenFile file;
    std::pair<dev_t, ino_t> identity{};
    std::uint64_t size = 0;
};

/// Why a file isn't read.
struct SourceFault {
    std::string_view code;
    std::string reason;
};

/// The folder of the first file: everything an import may read lies beneath it. The kernel resolves
/// each path beneath that folder (openat2), so neither `..`, nor a link, nor one made while we look
/// leads out; a relative link to something beneath it is followed. Only regular files are opened.
class SourceFolder {
public:
    /// Opens the folder of `file` and `file` itself, which may be a link: it was named by who
    /// imports, not by a file.
    static std::optional<SourceFolder> open(
        const std::filesystem::path& file, SourceFile& first, SourceFault& fault
    );

    /// Opens a path that `resolve` gave.
    std::optional<SourceFile> open_file(const std::string& path, SourceFault& fault) const;

    /// Paths relative to this folder, in order, that an `include` of `pattern` in file `from` means
    /// (`from` relative too). * ? [] match within a name, ** any folders; a plain path is not
    /// looked up here. At most JournalLimits::kIncludes.
    std::optional<std::vector<std::string>> resolve(
        std::string_view from, std::string_view pattern, SourceFault& fault
    ) const;

private:
    explicit SourceFolder(OpenFile folder) : folder_{std::move(folder)} {}
    OpenFile open_beneath(const std::string& path, int flags) const;
    bool is_there(const std::string& path) const;
    bool is_folder(const std::string& path) const;

    struct Search;
    bool search(Search& search, const std::string& found, std::size_t part) const;

    OpenFile folder_;
};

}  // namespace accubooks::interchange
