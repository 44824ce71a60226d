#pragma once

#include <chrono>
#include <string>

namespace accubooks::app {

/// A bar on standard error for work beyond a second: redrawn in place on a terminal, a line every
/// ten percent elsewhere, nothing at all for quick work.
class Progress {
public:
    explicit Progress(std::string what);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// `fraction` from 0 to 1.
    void show(double fraction);
    /// Wipes the bar; what follows starts on a clean line.
    void finish();

private:
    std::string what_;
    std::chrono::steady_clock::time_point began_;
    std::chrono::steady_clock::time_point drawn_{};
    int tenths_said_ = 0;
    bool on_terminal_;
    bool is_drawn_ = false;
};

}  // namespace accubooks::app
