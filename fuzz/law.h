#pragma once

#include <cstdlib>

#include <fmt/format.h>

/// What must hold whatever the input is; the fuzzer keeps an input that breaks it.
inline void demand(bool law, const char* text) {
    if (!law) {
        fmt::print(stderr, "broken law: {}\n", text);
        std::abort();
    }
}
