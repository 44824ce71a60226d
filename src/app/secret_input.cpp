#include "app/secret_input.h"

#include <fstream>
#include <iostream>

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

namespace accubooks::app {
namespace {

constexpr std::size_t kSecretLengthMax = 4096;

/// Turns the terminal's echo off while it lives.
class Silence {
public:
    Silence() {
        tcgetattr(STDIN_FILENO, &before_);
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~Silence() {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        fmt::print(stderr, "\n");
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

private:
    termios before_{};
};

base::Result<std::string> line_of(std::istream& input, std::string_view from) {
    std::string line;
    char letter = 0;
    while (line.size() <= kSecretLengthMax && input.get(letter) && letter != '\n') {
        line.push_back(letter);
    }
    if (line.ends_with('\r')) {
        line.pop_back();
    }
    if (line.empty() || line.size() > kSecretLengthMax) {
        return base::refuse(
            base::ErrorKind::invalid,
            "app.unreadable_secret",
            fmt::format("{} gave no line of 1 to {} bytes.", from, kSecretLengthMax)
        );
    }
    return line;
}

}  // namespace

base::Result<std::string> read_secret(
    std::string_view what, const std::optional<std::string>& file
) {
    if (file && *file != "-") {
        std::ifstream input{*file, std::ios::binary};
        if (!input) {
            return base::refuse(
                base::ErrorKind::invalid,
                "app.unreadable_secret",
                fmt::format("The file {} can't be read.", *file)
            );
        }
        return line_of(input, *file);
    }
    if (!file && isatty(STDIN_FILENO) == 1) {
        const Silence silence;  // before the prompt: it throws away what was typed so far
        fmt::print(stderr, "{}: ", what);
        std::fflush(stderr);
        return line_of(std::cin, "The terminal");
    }
    return line_of(std::cin, "Standard input");
}

}  // namespace accubooks::app
