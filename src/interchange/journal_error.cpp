#include <string>

#include <fmt/format.h>

#include "interchange/journal_import.h"

namespace accubooks::interchange {

std::string to_string(const JournalError& error) {
    if (error.line == 0) {
        return fmt::format("{}: {}", error.file, error.reason);
    }
    if (error.column == 0) {
        return fmt::format("{}:{}: {}", error.file, error.line, error.reason);
    }
    return fmt::format("{}:{}:{}: {}", error.file, error.line, error.column, error.reason);
}

}  // namespace accubooks::interchange
