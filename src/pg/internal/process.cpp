#include "pg/internal/process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace accubooks::pg {

namespace {

constexpr int kCannotExecute = 127;
constexpr std::size_t kOutputMax = std::size_t{64} << 10;

[[noreturn]] void throw_errno(const char* what) {
    throw std::system_error{errno, std::generic_category(), what};
}

/// Gives up root for good; only calls that are safe between fork and exec.
bool become(const Account& account) {
    if (geteuid() != 0 || account.uid == 0) {
        return true;
    }
    return setgroups(1, &account.gid) == 0 && setgid(account.gid) == 0 && setuid(account.uid) == 0;
}

void set_standard_descriptor(int source, int standard) {
    if (source >= 0) {
        dup2(source, standard);
        return;
    }
    const int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, standard);
    if (nothing > 2) {
        close(nothing);
    }
}

/// What happens in the child: from fork to exec nothing allocates and nothing locks.
[[noreturn]] void execute(const Command& command, int input, char* const* arguments) {
    static const char* const environment[] = {"LANG=C.UTF-8", "PATH=/usr/bin:/bin", nullptr};
    set_standard_descriptor(input, STDIN_FILENO);
    set_standard_descriptor(command.output, STDOUT_FILENO);
    dup2(STDOUT_FILENO, STDERR_FILENO);
    close_range(3, ~0U, 0);
    umask(077);
    if (command.own_session) {
        setsid();
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
        signal(number, SIG_DFL);
    }
    if (become(command.account) && chdir("/") == 0) {
        if (command.dies_with_parent) {
            prctl(PR_SET_PDEATHSIG, SIGINT);
        }
        execve(arguments[0], arguments, const_cast<char* const*>(environment));
    }
    _exit(kCannotExecute);
}

int exit_code_of(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int wait_for(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            throw_errno("waitpid");
        }
    }
    return exit_code_of(status);
}

class Pipe {
public:
    Pipe() {
        if (pipe2(ends_.data(), O_CLOEXEC) != 0) {
            throw_errno("pipe");
        }
    }
    ~Pipe() {
        close_end(0);
        close_end(1);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    int reader() const { return ends_[0]; }
    int writer() const { return ends_[1]; }
    void close_end(std::size_t end) {
        if (ends_[end] >= 0) {
            close(std::exchange(ends_[end], -1));
        }
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

}  // namespace

Account Account::own() {
    const passwd* const entry = getpwuid(geteuid());
    return {
        .uid = geteuid(),
        .gid = getegid(),
        .name = entry == nullptr ? std::to_string(geteuid()) : entry->pw_name,
    };
}

base::Result<Account> Account::for_server() {
    if (geteuid() != 0) {
        return own();
    }
    const passwd* const entry = getpwnam("postgres");
    if (entry == nullptr) {
        return base::refuse(
            base::ErrorKind::not_found,
            "cluster.no_postgres",
            "The system user `postgres` doesn't exist; install postgresql-15."
        );
    }
    return Account{.uid = entry->pw_uid, .gid = entry->pw_gid, .name = entry->pw_name};
}

pid_t spawn(const Command& command, int input) {
    std::vector<char*> arguments;
    arguments.reserve(command.arguments.size() + 1);
    for (const std::string& argument : command.arguments) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    const pid_t child = fork();
    if (child < 0) {
        throw_errno("fork");
    }
    if (child == 0) {
        execute(command, input, arguments.data());
    }
    return child;
}

Finished run(
    Command command, std::string_view input, const std::function<void(std::string_view)>& on_output
) {
    Pipe to_child;
    Pipe from_child;
    command.output = from_child.writer();
    const pid_t child = spawn(command, to_child.reader());
    from_child.close_end(1);
    to_child.close_end(0);
    // Inputs here are a few kilobytes and fit a pipe; a child that ends early is told by its exit
    // code.
    const auto previous = signal(SIGPIPE, SIG_IGN);
    while (!input.empty()) {
        const ssize_t count = write(to_child.writer(), input.data(), input.size());
        if (count <= 0) {
            break;
        }
        input.remove_prefix(static_cast<std::size_t>(count));
    }
    signal(SIGPIPE, previous);
    to_child.close_end(1);
    Finished finished{};
    std::array<char, 4096> chunk;
    for (ssize_t count = 0; (count = read(from_child.reader(), chunk.data(), chunk.size())) > 0 ||
                            (count < 0 && errno == EINTR);) {
        const std::string_view piece{chunk.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
        finished.output.append(piece);
        if (on_output) {
            on_output(piece);
        }
        if (finished.output.size() > kOutputMax) {
            finished.output.erase(0, finished.output.size() - kOutputMax);
        }
    }
    finished.exit_code = wait_for(child);
    return finished;
}

bool can_enter(const Account& account, const std::string& folder) {
    const pid_t child = fork();
    if (child < 0) {
        throw_errno("fork");
    }
    if (child == 0) {
        _exit(become(account) && access(folder.c_str(), X_OK) == 0 ? 0 : 1);
    }
    return wait_for(child) == 0;
}

}  // namespace accubooks::pg
