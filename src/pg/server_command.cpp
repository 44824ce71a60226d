#include "pg/server_command.h"

#include "pg/internal/files.h"
#include "pg/internal/process.h"

namespace accubooks::pg {

base::Result<ServerCommandEnd> run_as_server(
    std::vector<std::string> arguments, const std::function<void(std::string_view)>& on_line
) {
    AB_TRY(account, Account::for_server());
    std::string line;
    const auto split = [&](std::string_view piece) {
        for (const char character : piece) {
            if (character != '\n') {
                line += character;
                continue;
            }
            on_line(line);
            line.clear();
        }
    };
    auto finished =
        run({.arguments = std::move(arguments), .account = account, .dies_with_parent = true},
            {},
            on_line ? std::function<void(std::string_view)>{split} : nullptr);
    if (on_line && !line.empty()) {
        on_line(line);
    }
    return ServerCommandEnd{finished.exit_code, std::move(finished.output)};
}

base::Result<void> make_server_folder(const std::filesystem::path& path) {
    AB_TRY(account, Account::for_server());
    return make_private_folder(path, account);
}

base::Result<void> write_server_file(const std::filesystem::path& path, std::string_view text) {
    AB_TRY(account, Account::for_server());
    return write_file(path, text, account);
}

}  // namespace accubooks::pg
