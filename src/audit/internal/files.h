#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace accubooks::audit {

/// The file's bytes; none when there is no regular file of at most `bytes_max` to be read there.
std::optional<std::string> read_file(const std::filesystem::path& file, std::size_t bytes_max);

/// A folder and those above it, where they aren't there yet; on disk with their names when this
/// returns. Throws std::filesystem::filesystem_error.
void make_folders(const std::filesystem::path& folder);

/// A file that isn't there yet, on disk with its name when this returns. Throws
/// std::filesystem::filesystem_error, with EEXIST when there is one.
void create_file(const std::filesystem::path& file, std::string_view bytes, unsigned mode);

/// The same in place of what may be there: whoever reads sees the old file or the new one whole,
/// also after a power cut. Throws std::filesystem::filesystem_error.
void replace_file(const std::filesystem::path& file, std::string_view bytes, unsigned mode);

/// Adds to the end of a file, which is made when it isn't there; on disk when this returns. Throws
/// std::filesystem::filesystem_error.
void append_to_file(const std::filesystem::path& file, std::string_view bytes);

/// One program at a time: waits for the lock of `file`, and holds it as long as this lives. Throws
/// std::filesystem::filesystem_error, also when another one has held it for all of `patience`, as
/// one does that was stopped.
class FileLock {
public:
    explicit FileLock(
        const std::filesystem::path& file, std::chrono::milliseconds patience = kPatience
    );
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

private:
    static constexpr std::chrono::milliseconds kPatience{10'000};

    int descriptor_;
};

}  // namespace accubooks::audit
