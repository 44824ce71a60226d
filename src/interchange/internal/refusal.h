#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "interchange/import_result.h"
#include "interchange/import_source.h"

namespace accubooks::interchange {

/// Where an import's refusals are kept: the first, and of each further transaction that is read in
/// spite of it the first again. Functions that can refuse return false after `refuse`, so that the
/// hot path of a million good lines carries no error objects.
class Refusal {
public:
    /// Keeps the refusal unless there is one since `go_on`. Always false.
    bool refuse(
        SourcePosition at,
        std::string_view code,
        std::string reason,
        std::optional<ImportQuestion> question = std::nullopt
    ) {
        if (!has_failed_) {
            kept_.push_back(
                {.at = at,
                 .code = code,
                 .reason = std::move(reason),
                 .question = std::move(question)}
            );
            has_failed_ = true;
        }
        return false;
    }
    /// What is read next has nothing to do with what was refused: it is refused by itself. False
    /// when there are enough.
    bool go_on() {
        has_failed_ = false;
        return kept_.size() < kNamedMax;
    }

    struct Kept {
        SourcePosition at;
        std::string_view code;
        std::string reason;
        std::optional<ImportQuestion> question{};
    };
    /// Never none after a refusal.
    const std::vector<Kept>& kept() const { return kept_; }

private:
    std::vector<Kept> kept_;
    bool has_failed_ = false;
};

/// What a source was refused for; `files` are those that places are in.
SourceError error_of(const Refusal& refusal, const std::vector<std::string>& files);

/// `text` from a file as a message quotes it: fit for a terminal, and cut after 60 bytes.
std::string shown(std::string_view text);

}  // namespace accubooks::interchange
