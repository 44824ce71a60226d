#include "app/restart_command.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>

#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "app/database.h"
#include "app/workbench.h"
#include "ops/pid_file.h"

namespace accubooks::app {
namespace {

using ops::PidFile;

constexpr std::chrono::milliseconds kPoll{50};

/// A process that stays the same one although its number may be given to another.
class Process {
public:
    explicit Process(pid_t pid) : file_{static_cast<int>(syscall(SYS_pidfd_open, pid, 0))} {}
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process() {
        if (file_ >= 0) {
            close(file_);
        }
    }

    bool is_there() const { return file_ >= 0 && !has_ended(std::chrono::milliseconds{0}); }
    /// 0, or what the system says.
    int send(int signal) const {
        return syscall(SYS_pidfd_send_signal, file_, signal, nullptr, 0) == 0 ? 0 : errno;
    }
    bool has_ended(std::chrono::milliseconds patience) const {
        pollfd waited{.fd = file_, .events = POLLIN, .revents = 0};
        return poll(&waited, 1, static_cast<int>(patience.count())) > 0;
    }

private:
    int file_;
};

int refused(const std::string& sentence) {
    say(fmt::format("accubooks: {}", sentence));
    return kExitRefused;
}

/// Whether the process is an accubooks, and not another that was given the number since.
bool is_accubooks(pid_t pid) {
    std::error_code unreadable;
    const auto name_of = [&unreadable](const std::string& process) {
        const std::string name =
            std::filesystem::read_symlink("/proc/" + process + "/exe", unreadable)
                .filename()
                .string();
        return name.substr(0, name.find(" (deleted)"));  // as after an upgrade
    };
    const std::string own = name_of("self");
    const std::string theirs = name_of(std::to_string(pid));
    return !unreadable && own == theirs;
}

/// Waits until the successor has signed the file and the predecessor has ended.
int follow(
    const std::filesystem::path& path,
    const PidFile& before,
    const Process& predecessor,
    base::Deadline deadline
) {
    bool is_handed_over = false;
    while (base::Deadline::clock::now() < deadline) {
        const bool has_ended = predecessor.has_ended(kPoll);
        const auto now = PidFile::read(path);
        is_handed_over = now && now->pid != before.pid;
        if (is_handed_over && has_ended) {
            fmt::print("AccuBooks serves on as process {}.\n", now->pid);
            return kExitDone;
        }
        if (has_ended) {
            return refused("The program ended without a successor; its log says why.");
        }
        if (now && now->pid == before.pid && now->failure != before.failure) {
            return refused(now->failure);
        }
    }
    return refused(
        is_handed_over
            ? fmt::format(
                  "A successor serves, but process {} hasn't finished its requests yet.", before.pid
              )
            : fmt::format("Process {} hasn't handed over in time.", before.pid)
    );
}

}  // namespace

int restart(const RestartOptions& options) {
    const auto path = options.pid_file.value_or(pid_file_of({.data_dir = options.data_dir}));
    const auto file = PidFile::read(path);
    if (!file) {
        return refused(fmt::format("Nothing serves there: {} names no process.", path.string()));
    }
    const Process predecessor{file->pid};
    if (!predecessor.is_there() || !is_accubooks(file->pid)) {
        return refused(fmt::format(
            "Process {}, which {} names, has ended; start it with accubooks serve.",
            file->pid,
            path.string()
        ));
    }
    // So that the same failure again is seen as a new one.
    PidFile before = *file;
    before.failure.clear();
    if (!file->failure.empty()) {
        [[maybe_unused]] const auto cleared = before.write(path);
    }
    if (const int error = predecessor.send(SIGUSR2); error != 0) {
        return refused(fmt::format(
            "Process {} can't be asked to restart: {}.", file->pid, std::strerror(error)
        ));
    }
    return follow(path, before, predecessor, base::deadline_in(options.patience));
}

}  // namespace accubooks::app
