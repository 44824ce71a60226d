#include "app/progress.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace accubooks::app {
namespace {

constexpr std::chrono::seconds kQuick{1};
constexpr std::chrono::milliseconds kRedraw{100};
constexpr int kBarWidth = 30;

}  // namespace

Progress::Progress(std::string what)
    : what_{std::move(what)},
      began_{std::chrono::steady_clock::now()},
      on_terminal_{isatty(STDERR_FILENO) == 1} {}

Progress::~Progress() {
    finish();
}

void Progress::show(double fraction) {
    const auto now = std::chrono::steady_clock::now();
    if (now - began_ < kQuick) {
        return;
    }
    fraction = std::clamp(fraction, 0.0, 1.0);
    if (!on_terminal_) {
        const int tenths = static_cast<int>(fraction * 10);
        if (tenths > tenths_said_) {
            tenths_said_ = tenths;
            fmt::print(stderr, "{}: {} %\n", what_, tenths * 10);
        }
        return;
    }
    if (now - drawn_ < kRedraw) {
        return;
    }
    drawn_ = now;
    is_drawn_ = true;
    const int filled = static_cast<int>(fraction * kBarWidth);
    fmt::print(
        stderr,
        "\r{} [{}{}] {:3.0f} %",
        what_,
        std::string(static_cast<std::size_t>(filled), '#'),
        std::string(static_cast<std::size_t>(kBarWidth - filled), '.'),
        fraction * 100
    );
    std::fflush(stderr);
}

void Progress::finish() {
    if (is_drawn_) {
        fmt::print(stderr, "\r\x1b[K");
        is_drawn_ = false;
    }
}

}  // namespace accubooks::app
