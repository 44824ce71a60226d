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
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
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

bool is_own_folder(int parent, const char* name) {
    struct stat status{};
    return ::fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
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

SourceFault cannot_open(std::string_view name_shown, int error) {
    const char* const why = error == EXDEV   ? "a link leads out of the first file's folder"
                            : error == ELOOP ? "its links go in a circle"
                                             : std::strerror(error);
    return {
        .code = error == EXDEV ? "interchange.include_outside" : "interchange.file_missing",
        .reason = fmt::format("{} can't be opened: {}", shown(name_shown), why)
    };
}

/// Opens what `open` finds with the flags it is given, if it is a regular file. Looked at before it
/// is opened for reading: opening alone may already wake a device.
template <class Open>
std::optional<SourceFile> open_regular(
    const Open& open, std::string_view name_shown, SourceFault& fault
) {
    const OpenFile looked_at = open(O_PATH | O_CLOEXEC);
    struct stat status{};
    if (!looked_at || ::fstat(looked_at.get(), &status) != 0) {
        fault = cannot_open(name_shown, errno);
        return std::nullopt;
    }
    if (!S_ISREG(status.st_mode)) {
        fault = {
            .code = "interchange.not_a_file",
            .reason = fmt::format(
                "{} is {}, not a regular file",
                shown(name_shown),
                S_ISDIR(status.st_mode) ? "a folder" : "a device or pipe"
            )
        };
        return std::nullopt;
    }
    OpenFile file = open(kFile);
    if (!file) {
        fault = cannot_open(name_shown, errno);
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
    const auto named = [&folder, name = file.filename().string()](int flags) {
        return OpenFile{::openat(folder.get(), name.c_str(), flags)};
    };
    auto opened = open_regular(named, file.string(), fault);
    if (!opened) {
        return std::nullopt;
    }
    first = std::move(*opened);
    return SourceFolder{std::move(folder)};
}

/// None, with errno, when it isn't there or not beneath this folder (EXDEV).
OpenFile SourceFolder::open_beneath(const std::string& path, int flags) const {
    // A folder that is renamed meanwhile makes the kernel give up; once more finds it or doesn't.
    constexpr int kAttempts = 8;
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    const char* const name = path.empty() ? "." : path.c_str();
    for (int attempt = 1;; ++attempt) {
        const auto opened = ::syscall(SYS_openat2, folder_.get(), name, &how, sizeof how);
        if (opened >= 0 || errno != EAGAIN || attempt == kAttempts) {
            return OpenFile{static_cast<int>(opened)};
        }
    }
}

std::optional<SourceFile> SourceFolder::open_file(const std::string& path, SourceFault& fault)
    const {
    const auto beneath = [this, &path](int flags) { return open_beneath(path, flags); };
    return open_regular(beneath, path, fault);
}

bool SourceFolder::is_there(const std::string& path) const {
    return static_cast<bool>(open_beneath(path, O_PATH | O_CLOEXEC));
}

bool SourceFolder::is_folder(const std::string& path) const {
    return static_cast<bool>(open_beneath(path, O_PATH | O_DIRECTORY | O_CLOEXEC));
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
    if (parts_of(found).size() > kMostParts) {
        return true;
    }
    const OpenFile folder = open_beneath(found, kFolder);
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
        // `**` goes through folders alone: links between them could lead it in circles.
        const bool goes_down = any_folders ? is_own_folder(folder.get(), entry->d_name)
                                           : is_folder(prefix + std::string{name});
        if (last && goes_down) {
            continue;  // a folder has no lines to include
        }
        if ((last || goes_down) &&
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
