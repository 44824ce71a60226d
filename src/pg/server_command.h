#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace accubooks::pg {

/// How a command beside the server ended.
struct ServerCommandEnd {
    int exit_code = 0;   // 128 + signal when killed by one
    std::string output;  // standard output and error, at most the last 64 KiB
};

/// Runs a program as the account that runs a private cluster's server, so that both can read the
/// same files: an argument array whose first is the program's full path, and no shell. It ends with
/// this thread. `on_line` gets each line that it prints. Errors: `cluster.no_postgres`.
base::Result<ServerCommandEnd> run_as_server(
    std::vector<std::string> arguments, const std::function<void(std::string_view)>& on_line = {}
);

/// A folder (not those above it) and a file that this account alone may use. Errors:
/// `cluster.not_writable`, `cluster.disk_full`.
base::Result<void> make_server_folder(const std::filesystem::path& path);
base::Result<void> write_server_file(const std::filesystem::path& path, std::string_view text);

}  // namespace accubooks::pg
