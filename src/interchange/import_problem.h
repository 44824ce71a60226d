#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace accubooks::interchange {

/// What is wrong with a file that is to be imported, and where. Nothing of the file may be kept.
struct ImportProblem {
    std::string file;        // path as given, an included one relative to the first file's folder
    std::uint32_t line = 0;  // from 1; 0: the file itself can't be read
    /// From 1: characters of a journal's line, cells of a CSV's row; 0 where there is no line.
    std::uint32_t column = 0;
    std::string_view code;  // "interchange.bad_date"; see docs/errors.md
    std::string reason;     // one sentence, control characters escaped
    std::string account{};  // that the books lack, where that is wrong, as the file names it
};

/// "file:line:column: reason"; "file: reason" where the file itself can't be read.
std::string to_string(const ImportProblem& problem);

/// What a file leaves open, and how else it is read: who imports tells by the option.
struct ImportQuestion {
    struct Reading {
        std::string value;  // of the option
        std::string reads;  // what the text is then
    };
    std::string option;  // "like", "decimal_mark", "date_order"
    std::string text;    // as the file has it: "1,000"
    std::vector<Reading> readings;
    std::uint64_t alike = 1;   // how many places of the file the answer settles
    std::uint32_t line = 0;    // of the problem that asks
    std::uint32_t column = 0;  // likewise
};

}  // namespace accubooks::interchange
