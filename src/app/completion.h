#pragma once

#include <string>

namespace CLI {
class App;
}

namespace accubooks::app {

/// A script for bash that completes the program's commands, options and the values that an option
/// names, made from the command line as it is declared; where a file may stand bash completes
/// files. Source: bash manual, "Programmable Completion".
std::string bash_completion(const CLI::App& program);

}  // namespace accubooks::app
