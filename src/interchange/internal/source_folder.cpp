#include "interchange/internal/source_folder.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interchange/internal/refusal.h"
#include "interchange/journal_import.h"

namespace accubooks::interchange {

namespace {

// Of a path below the first file's folder.
constexpr std::size_t kMostParts = 50;

constexpr int kFolder = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
// Never waits for a pipe's other end and never becomes anybody's terminal.
constexpr int kFile = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

std::vector<std::string> parts_of(std::string_view path) {
    std::vector<std::string> parts;
    while (!path.empty()) {
        const auto slash = path.find('/');
        if (const auto part = path.substr(0, slash); !part.empty() && part != ".") {
            parts.emplace_back(part);
        }
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    }
    return parts;
}

std::string joined(const std::vector<std::string>& parts) {
    std::string path;
    for (const auto& part : parts) {
        path += path.empty() ? "" : "/";
        path += part;
    }
    return path;
}

bool has_wildcard(std::string_view part) {
    return part.find_first_of("*?[") != std::string_view::npos;
}

/// Checks what was opened; the name could have changed hands between looking and opening.
std::optional<SourceFile> regular(OpenFile file, std::string_view name_shown, SourceFault& fault) {
    struct stat status{};
    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        fault = {
            .code = "interchange.not_a_file",
            .reason = fmt::format("{} is not a regular file", shown(name_shown))
        };
        return std::nullopt;
    }
    return SourceFile{
        .file = std::move(file),
        .identity = {status.st_dev, status.st_ino},
        .size = static_cast<std::uint64_t>(status.st_size)
    };
}

std::optional<SourceFile> open_regular(
    int folder, const std::string& name, int flags, std::string_view name_shown, SourceFault& fault
) {
    struct stat status{};
    const int follow = (flags & O_NOFOLLOW) != 0 ? AT_SYMLINK_NOFOLLOW : 0;
    if (::fstatat(folder, name.c_str(), &status, follow) == 0 && !S_ISREG(status.st_mode)) {
        fault = {
            .code = "interchange.not_a_file",
            .reason = fmt::format(
                "{} is {}, not a regular file",
                shown(name_shown),
                S_ISLNK(status.st_mode)   ? "a link"
                : S_ISDIR(status.st_mode) ? "a folder"
                                          : "a device or pipe"
            )
        };
        return std::nullopt;
    }
    OpenFile file{::openat(folder, name.c_str(), flags)};
    if (!file) {
        fault = {
            .code = "interchange.file_missing",
            .reason = fmt::format("{} can't be opened: {}", shown(name_shown), std::strerror(errno))
        };
        return std::nullopt;
    }
    return regular(std::move(file), name_shown, fault);
}

bool refuse(SourceFault& fault, std::string_view code, std::string reason) {
    fault = {.code = code, .reason = std::move(reason)};
    return false;
}

/// Parts of `pattern` as seen from the folder of `from`, `.` and `..` worked out.
bool place(
    std::vector<std::string>& parts,
    std::string_view from,
    std::string_view pattern,
    SourceFault& fault
) {
    if (pattern.empty() || pattern.starts_with('/') || pattern.starts_with('~')) {
        return refuse(
            fault,
            "interchange.include_outside",
            "an include names a file by its path from the including file, beneath the first file's "
            "folder"
        );
    }
    parts = parts_of(from);
    if (!parts.empty()) {
        parts.pop_back();
    }
    const auto inherited = parts.size();
    for (auto& part : parts_of(pattern)) {
        if (part != "..") {
            parts.push_back(std::move(part));
            if (parts.size() > kMostParts) {
                return refuse(
                    fault, "interchange.include_outside", "the include's path is too deep"
                );
            }
            continue;
        }
        if (parts.empty()) {
            return refuse(
                fault,
                "interchange.include_outside",
                fmt::format("{} lies outside the first file's folder", shown(pattern))
            );
        }
        if (parts.size() > inherited && has_wildcard(parts.back())) {
            return refuse(
                fault, "interchange.include_outside", "a wildcard can't be followed by .."
            );
        }
        parts.pop_back();
    }
    return true;
}

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

}  // namespace

OpenFile::~OpenFile() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

struct SourceFolder::Search {
    std::vector<std::string> parts;
    std::vector<std::string> found{};
    std::size_t looked_at = 0;
    SourceFault* fault = nullptr;
};

std::optional<SourceFolder> SourceFolder::open(
    const std::filesystem::path& file, SourceFile& first, SourceFault& fault
) {
    const auto parent = file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
    OpenFile folder{::open(parent.c_str(), kFolder)};
    if (!folder || !file.has_filename()) {
        refuse(
            fault,
            "interchange.file_missing",
            fmt::format(
                "{} can't be opened: {}",
                shown(file.string()),
                std::strerror(folder ? EISDIR : errno)
            )
        );
        return std::nullopt;
    }
    auto opened = open_regular(folder.get(), file.filename().string(), kFile, file.string(), fault);
    if (!opened) {
        return std::nullopt;
    }
    first = std::move(*opened);
    return SourceFolder{std::move(folder)};
}

OpenFile SourceFolder::open_folder(const std::vector<std::string>& parts, std::size_t count) const {
    OpenFile folder{::openat(folder_.get(), ".", kFolder)};
    for (std::size_t i = 0; i < count && folder; ++i) {
        folder = OpenFile{::openat(folder.get(), parts[i].c_str(), kFolder | O_NOFOLLOW)};
    }
    return folder;
}

std::optional<SourceFile> SourceFolder::open_file(const std::string& path, SourceFault& fault)
    const {
    const auto parts = parts_of(path);
    if (parts.empty()) {
        refuse(
            fault,
            "interchange.not_a_file",
            fmt::format("{} is a folder, not a regular file", shown(path))
        );
        return std::nullopt;
    }
    const OpenFile folder = open_folder(parts, parts.size() - 1);
    if (!folder) {
        refuse(
            fault,
            "interchange.file_missing",
            fmt::format("{} can't be opened: {}", shown(path), std::strerror(errno))
        );
        return std::nullopt;
    }
    return open_regular(folder.get(), parts.back(), kFile | O_NOFOLLOW, path, fault);
}

bool SourceFolder::is_there(const std::string& path) const {
    const auto parts = parts_of(path);
    const OpenFile folder = open_folder(parts, parts.size() - 1);
    struct stat status{};
    return folder &&
           ::fstatat(folder.get(), parts.back().c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

bool SourceFolder::search(Search& search, const std::string& found, std::size_t part) const {
    constexpr std::size_t kLookedAt = 100'000;
    const auto prefix = found.empty() ? std::string{} : found + "/";
    if (part == search.parts.size()) {
        // A plain name below a wildcard isn't there in every folder.
        if (!has_wildcard(search.parts.back()) && !is_there(found)) {
            return true;
        }
        search.found.push_back(found);
        return search.found.size() <= JournalLimits::kIncludes ||
               refuse(
                   *search.fault,
                   "interchange.too_many_includes",
                   "the pattern matches too many files"
               );
    }
    const std::string& pattern = search.parts[part];
    const bool last = part + 1 == search.parts.size();
    const bool any_folders = pattern == "**" && !last;
    if (!has_wildcard(pattern)) {
        return this->search(search, prefix + pattern, part + 1);
    }
    if (any_folders && !this->search(search, found, part + 1)) {
        return false;
    }
    const auto walked = parts_of(found);
    if (walked.size() > kMostParts) {
        return true;
    }
    const OpenFile folder = open_folder(walked, walked.size());
    const std::unique_ptr<DIR, CloseFolder> entries{
        folder ? ::fdopendir(::dup(folder.get())) : nullptr
    };
    while (entries) {
        const dirent* entry = ::readdir(entries.get());
        if (entry == nullptr) {
            break;
        }
        if (++search.looked_at > kLookedAt) {
            return refuse(
                *search.fault,
                "interchange.too_many_includes",
                "the pattern looks through too many files"
            );
        }
        const std::string_view name = entry->d_name;
        if (name == "." || name == ".." ||
            ::fnmatch(any_folders ? "*" : pattern.c_str(), entry->d_name, FNM_PERIOD) != 0) {
            continue;
        }
        struct stat status{};
        const bool is_folder =
            ::fstatat(folder.get(), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISDIR(status.st_mode);
        if (last && is_folder) {
            continue;  // a folder has no lines to include
        }
        if ((last || is_folder) &&
            !this->search(search, prefix + std::string{name}, any_folders ? part : part + 1)) {
            return false;
        }
    }
    return true;
}

std::optional<std::vector<std::string>> SourceFolder::resolve(
    std::string_view from, std::string_view pattern, SourceFault& fault
) const {
    Search search{.parts = {}, .fault = &fault};
    if (!place(search.parts, from, pattern, fault)) {
        return std::nullopt;
    }
    if (std::none_of(search.parts.begin(), search.parts.end(), has_wildcard)) {
        return std::vector{joined(search.parts)};
    }
    if (!this->search(search, {}, 0)) {
        return std::nullopt;
    }
    if (search.found.empty()) {
        refuse(
            fault, "interchange.file_missing", fmt::format("no file matches {}", shown(pattern))
        );
        return std::nullopt;
    }
    // Two ways of ** may find one file.
    std::sort(search.found.begin(), search.found.end());
    search.found.erase(std::unique(search.found.begin(), search.found.end()), search.found.end());
    return std::move(search.found);
}

}  // namespace accubooks::interchange
