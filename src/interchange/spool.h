#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace accubooks::interchange {

/// A temporary file without a name: written at its end, read anywhere, gone with the process
/// whatever happens to it. Every failure (no room, no right to the folder) throws
/// std::system_error.
class Spool {
public:
    explicit Spool(const std::filesystem::path& folder);
    ~Spool();
    Spool(const Spool&) = delete;
    Spool& operator=(const Spool&) = delete;

    std::uint64_t size() const { return written_ + pending_.size(); }

    void append(const void* bytes, std::size_t count);

    /// Reads exactly `count` bytes at `offset`, which must be within what was appended.
    void read(std::uint64_t offset, void* bytes, std::size_t count);

private:
    void flush();

    int file_ = -1;
    std::uint64_t written_ = 0;
    std::vector<char> pending_;
};

/// Reads records of a spool at rising or arbitrary offsets through one buffer, which grows to the
/// largest record.
class SpoolReader {
public:
    explicit SpoolReader(Spool& spool) : spool_{&spool} {}

    /// `count` bytes at `offset`; the view lives until the next call.
    std::string_view view(std::uint64_t offset, std::size_t count);

private:
    Spool* spool_;
    std::vector<char> buffer_;
    std::uint64_t start_ = 0;
    std::size_t length_ = 0;
};

}  // namespace accubooks::interchange
