#include "ops/instances.h"

#include <algorithm>

#include <fmt/format.h>

namespace accubooks::ops {
namespace {

std::optional<Acknowledgement> last_of(
    const std::vector<Acknowledgement>& said, std::int64_t revision, const base::Uuid& boot
) {
    std::optional<Acknowledgement> last;
    for (const Acknowledgement& one : said) {
        if (one.revision == revision && one.boot_id == boot) {
            last = one;
        }
    }
    return last;
}

/// None for a boot that a revision has nothing to do with: one that was over before.
std::optional<Standing> standing_of(
    const Revision& revision, const Boot& boot, const std::optional<Acknowledgement>& said
) {
    const bool is_expected =
        std::ranges::find(revision.expected, boot.who.boot_id) != revision.expected.end();
    if (said && said->outcome != Outcome::accepted) {
        return Standing::refused;
    }
    if (boot.has_ended) {
        return is_expected || said ? std::optional{said ? Standing::accepted : Standing::left}
                                   : std::nullopt;
    }
    if (said) {
        // It runs on the values until it is gone, and what comes after it asks for them anew.
        return Standing::accepted;
    }
    if (boot.is_live) {
        return Standing::waiting;
    }
    if (is_expected) {
        return Standing::vanished;
    }
    return boot.is_replaced ? std::nullopt : std::optional{Standing::missing};
}

}  // namespace

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::accepted:
            return "accepted";
        case Outcome::refused:
            return "refused";
        case Outcome::went_back:
            return "went_back";
    }
    std::unreachable();
}

std::string_view to_string(Standing standing) {
    switch (standing) {
        case Standing::accepted:
            return "accepted";
        case Standing::refused:
            return "refused";
        case Standing::waiting:
            return "waiting";
        case Standing::vanished:
            return "vanished";
        case Standing::left:
            return "left";
        case Standing::missing:
            return "missing";
    }
    std::unreachable();
}

bool Progress::has(Standing standing) const {
    return count(standing) != 0;
}

std::size_t Progress::count(Standing standing) const {
    return static_cast<std::size_t>(std::ranges::count(answers, standing, [](const Answer& answer) {
        return answer.standing;
    }));
}

bool Progress::is_complete() const {
    return !has(Standing::refused) && !has(Standing::waiting) && !has(Standing::vanished);
}

bool Progress::has_failed() const {
    return has(Standing::refused) || (has(Standing::vanished) && !has(Standing::waiting));
}

Progress progress_of(
    const Revision& revision,
    const std::vector<Boot>& boots,
    const std::vector<Acknowledgement>& said
) {
    Progress progress;
    for (const Boot& boot : boots) {
        auto last = last_of(said, revision.number, boot.who.boot_id);
        if (const auto standing = standing_of(revision, boot, last)) {
            progress.answers.push_back(
                {.boot = boot, .standing = *standing, .said = std::move(last)}
            );
        }
    }
    std::ranges::sort(progress.answers, {}, [](const Answer& answer) {
        return std::pair{answer.boot.who.instance, answer.boot.who.boot_id};
    });
    return progress;
}

std::string name(const Progress& progress, Standing standing) {
    std::string text;
    for (const Answer& answer : progress.answers) {
        if (answer.standing != standing) {
            continue;
        }
        const std::string why =
            answer.said && !answer.said->error.empty() ? ": " + answer.said->error : "";
        text += fmt::format(
            "{}{} (boot {}{})",
            text.empty() ? "" : ", ",
            answer.boot.who.instance,
            base::to_string(answer.boot.who.boot_id),
            why
        );
    }
    return text;
}

}  // namespace accubooks::ops
