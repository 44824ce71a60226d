#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "interchange/journal_import.h"

namespace accubooks::interchange {

/// Where the first refusal of an import is kept. Functions that can refuse return false after
/// `refuse`, so that the hot path of a million good lines carries no error objects.
class Refusal {
public:
    /// Keeps the refusal unless there is one already. Always false.
    bool refuse(JournalPosition at, std::string_view code, std::string reason) {
        if (!kept_) {
            kept_ = Kept{.at = at, .code = code, .reason = std::move(reason)};
        }
        return false;
    }

    struct Kept {
        JournalPosition at;
        std::string_view code;
        std::string reason;
    };
    const std::optional<Kept>& kept() const { return kept_; }

private:
    std::optional<Kept> kept_;
};

/// `text` from a file as a message quotes it: fit for a terminal, and cut after 60 bytes.
std::string shown(std::string_view text);

}  // namespace accubooks::interchange
