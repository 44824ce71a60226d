#include "testing/synced_files.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"

namespace accubooks::testing {
namespace {

namespace fs = std::filesystem;
using Inode = std::pair<std::uint64_t, std::uint64_t>;

/// A file or folder at one moment. Whatever is written to it later shows.
struct State {
    Inode inode;
    std::int64_t size = 0;
    std::pair<std::int64_t, std::int64_t> modified;
    std::map<std::string, std::uint64_t> names{};  // what a folder holds, by inode

    static State of(const struct ::stat& about) {
        return {
            .inode = {about.st_dev, about.st_ino},
            .size = about.st_size,
            .modified = {about.st_mtim.tv_sec, about.st_mtim.tv_nsec},
        };
    }
};

State state_of(const fs::path& path) {
    struct ::stat about{};
    base::ensure(::stat(path.c_str(), &about) == 0, "nobody removes what a test looks at");
    return State::of(about);
}

std::map<std::string, std::uint64_t> names_in(const fs::path& folder) {
    std::map<std::string, std::uint64_t> names;
    for (const auto& entry : fs::directory_iterator{folder}) {
        names[entry.path().filename().string()] = state_of(entry.path()).inode.second;
    }
    return names;
}

std::mutex mutex;  // guards what follows
bool is_noting = false;
std::map<Inode, State> synced;

bool notes() {
    const std::lock_guard lock{mutex};
    return is_noting;
}

/// What is put on disk by what begins now.
std::optional<State> look(int descriptor) {
    struct ::stat about{};
    if (!notes() || ::fstat(descriptor, &about) != 0) {
        return std::nullopt;
    }
    State state = State::of(about);
    if (S_ISDIR(about.st_mode)) {
        state.names = names_in(fmt::format("/proc/self/fd/{}", descriptor));
    }
    return state;
}

int note(int descriptor, int call) {
    const auto state = look(descriptor);
    const auto result = static_cast<int>(::syscall(call, descriptor));
    if (result == 0 && state) {
        const std::lock_guard lock{mutex};
        synced[state->inode] = *state;
    }
    return result;
}

bool has_bytes(const fs::path& file) {
    const State now = state_of(file);
    const auto found = synced.find(now.inode);
    return now.size == 0 || (found != synced.end() && found->second.size == now.size &&
                             found->second.modified == now.modified);
}

bool has_name(const fs::path& path) {
    const auto folder = synced.find(state_of(path.parent_path()).inode);
    if (folder == synced.end()) {
        return false;
    }
    const auto name = folder->second.names.find(path.filename().string());
    return name != folder->second.names.end() && name->second == state_of(path).inode.second;
}

}  // namespace

SyncedFiles::SyncedFiles() {
    const std::lock_guard lock{mutex};
    base::ensure(!is_noting, "there is one at a time");
    is_noting = true;
}

SyncedFiles::~SyncedFiles() {
    const std::lock_guard lock{mutex};
    is_noting = false;
    synced.clear();
}

std::vector<std::string> SyncedFiles::could_be_lost(const fs::path& folder) const {
    const std::lock_guard lock{mutex};
    std::vector<std::string> lost;
    for (const auto& entry : fs::recursive_directory_iterator{folder}) {
        const std::string path = entry.path().lexically_relative(folder).generic_string();
        if (entry.is_regular_file() && !has_bytes(entry.path())) {
            lost.push_back(path + ": its bytes");
        }
        const bool is_lock = entry.is_regular_file() && entry.file_size() == 0;
        if (!is_lock && !has_name(entry.path())) {
            lost.push_back(path + ": its name");
        }
    }
    std::ranges::sort(lost);
    return lost;
}

}  // namespace accubooks::testing

extern "C" int fsync(int descriptor) {
    return accubooks::testing::note(descriptor, SYS_fsync);
}
extern "C" int fdatasync(int descriptor) {
    return accubooks::testing::note(descriptor, SYS_fdatasync);
}
