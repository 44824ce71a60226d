#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "base/error.h"

namespace accubooks::pg {

/// An operating system account that commands run as.
struct Account {
    uid_t uid = 0;
    gid_t gid = 0;
    std::string name;

    /// Who runs PostgreSQL: the caller, or the system user `postgres` when the caller is root, whom
    /// PostgreSQL refuses. Errors: `cluster.no_postgres` when there is no such user.
    static base::Result<Account> for_server();
    /// Who this process is.
    static Account own();
};

/// A command as an argument array; no shell ever sees it. It starts in `/` with a bare environment,
/// umask 077 and no descriptor but the three standard ones.
struct Command {
    std::vector<std::string> arguments;  // the first is the program's full path
    Account account;
    int output = -1;                // standard output and error; -1: nowhere
    bool own_session = false;       // out of reach of the terminal's Ctrl-C
    bool dies_with_parent = false;  // gets SIGINT when the thread that started it ends
};

/// Starts the command. Throws std::system_error when it can't be forked.
pid_t spawn(const Command& command, int input = -1);

struct Finished {
    int exit_code;       // 128 + signal when killed by one
    std::string output;  // standard output and error, at most the last 64 KiB
};

/// Runs the command to its end, with `input` on its standard input; `on_output` gets what it prints
/// meanwhile, in pieces as they come.
Finished run(
    Command command,
    std::string_view input = {},
    const std::function<void(std::string_view)>& on_output = {}
);

/// Whether `account` may enter the folder and all above it.
bool can_enter(const Account& account, const std::string& folder);

}  // namespace accubooks::pg
