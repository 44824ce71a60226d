#include "interchange/import_problem.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace accubooks::interchange {

std::string to_string(const ImportProblem& problem) {
    const std::string file = base::printable(problem.file);
    if (problem.line == 0) {
        return fmt::format("{}: {}", file, problem.reason);
    }
    return fmt::format("{}:{}:{}: {}", file, problem.line, problem.column, problem.reason);
}

}  // namespace accubooks::interchange
