#include <variant>

#include "app/commands.h"
#include "app/options.h"

int main(int argc, char** argv) {
    const auto parsed = accubooks::app::parse_command_line(argc, argv);
    if (const auto* exit_code = std::get_if<int>(&parsed)) {
        return *exit_code;
    }
    return accubooks::app::run_command(std::get<accubooks::app::Command>(parsed));
}
