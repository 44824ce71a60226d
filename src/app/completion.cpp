#include "app/completion.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/option_groups.h"

namespace accubooks::app {
namespace {

std::vector<std::string> names_of(const CLI::Option& option) {
    std::vector<std::string> names;
    names.reserve(option.get_lnames().size() + option.get_snames().size());
    for (const std::string& name : option.get_lnames()) {
        names.push_back("--" + name);
    }
    for (const std::string& name : option.get_snames()) {
        names.push_back("-" + name);
    }
    return names;
}

/// What the option may be, if it is one of a few: its check tells "{table,csv,json}".
std::string values_of(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    const auto open = type.find('{');
    const auto close = type.find('}', open == std::string::npos ? type.size() : open);
    if (close == std::string::npos) {
        return {};
    }
    std::string values = type.substr(open + 1, close - open - 1);
    std::ranges::replace(values, ',', ' ');
    return values;
}

/// The parts of the script, command by command.
struct Cases {
    std::string commands;  // what leads from a command to one below it
    std::string words;     // what may follow a command
    std::string values;    // what may follow an option of a command

    void add(const CLI::App& command, const std::string& path);
};

void Cases::add(const CLI::App& command, const std::string& path) {
    const std::vector<const CLI::App*> commands_below = command.get_subcommands({});
    std::vector<std::string> follow;
    follow.reserve(commands_below.size());
    for (const CLI::App* below : commands_below) {
        const std::string path_below = fmt::format("{} {}", path, below->get_name());
        follow.push_back(below->get_name());
        commands += fmt::format("            \"{}\") path=\"{}\" ;;\n", path_below, path_below);
        add(*below, path_below);
    }
    for (const CLI::Option* option : command.get_options({})) {
        for (const std::string& name : names_of(*option)) {
            follow.push_back(name);
            if (option->get_items_expected_max() > 0) {
                values += fmt::format(
                    "        \"{} {}\") words=\"{}\" ;;\n", path, name, values_of(*option)
                );
            }
        }
    }
    words += fmt::format("        \"{}\") words=\"{}\" ;;\n", path, fmt::join(follow, " "));
}

}  // namespace

std::string bash_completion(const CLI::App& program) {
    Cases cases;
    cases.add(program, program.get_name());
    // The option right before the word comes first: what follows it is its value.
    return fmt::format(
        R"bash(# bash completion of {0}: source <({0} completion bash)
_{0}() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} path={0} words="" at
    for ((at = 1; at < COMP_CWORD; at++)); do
        case "$path ${{COMP_WORDS[at]}}" in
{1}        esac
    done
    case "$path $before" in
{3}        *)
            case "$path" in
{2}            esac ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -o default -F _{0} {0}
)bash",
        program.get_name(),
        cases.commands,
        cases.words,
        cases.values
    );
}

void declare_completion(CLI::App& program, const Choose& choose) {
    CLI::App* completion =
        program.add_subcommand("completion", "completion of commands by a shell")
            ->require_subcommand(1);
    completion->add_subcommand("bash", "a script for bash: source <(accubooks completion bash)")
        ->callback([&program, choose] {
            choose(CompletionOptions{.script = bash_completion(program)});
        });
}

}  // namespace accubooks::app
