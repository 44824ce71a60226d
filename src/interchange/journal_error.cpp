#include <string>

#include <fmt/format.h>

#include "base/utf8.h"
#include "interchange/journal_import.h"

namespace accubooks::interchange {

std::string to_string(const JournalError& error) {
    const std::string file = base::printable(error.file);
    if (error.line == 0) {
        return fmt::format("{}: {}", file, error.reason);
    }
    return fmt::format("{}:{}:{}: {}", file, error.line, error.column, error.reason);
}

}  // namespace accubooks::interchange
