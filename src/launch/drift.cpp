#include "launch/drift.h"

#include <fmt/format.h>

namespace accubooks::launch {
namespace {

/// "WHO KEY is FOUND, not WANTED" for each governed setting that isn't as `wanted` says.
void compare(
    std::vector<std::string>& found,
    std::string_view who,
    const std::vector<SettingValue>& governed,
    const ops::Values& wanted,
    const ops::Values& values
) {
    for (const SettingValue& one : governed) {
        const auto want = wanted.find(one.setting);
        const auto have = values.find(one.setting);
        if (want == wanted.end() || have == values.end() || want->second == have->second) {
            continue;
        }
        found.push_back(fmt::format(
            "{} has {} = {}, not {}",
            who,
            one.setting,
            ops::to_string(have->second),
            ops::to_string(want->second)
        ));
    }
}

ops::Values values_of(const std::vector<SettingValue>& settings) {
    ops::Values values;
    for (const SettingValue& one : settings) {
        values.emplace(one.setting, one.value);
    }
    return values;
}

void compare_answer(
    std::vector<std::string>& found,
    const DriftSources& sources,
    const ops::Values& newest,
    const ops::Answer& answer
) {
    const std::string& who = answer.boot.who.instance;
    if (answer.standing == ops::Standing::waiting) {
        found.push_back(fmt::format("{} doesn't take revision {}", who, sources.newest.number));
    } else if (answer.standing == ops::Standing::accepted && answer.said) {
        if (const auto effective = ops::values_from_json(answer.said->effective)) {
            compare(found, who, sources.rightful, newest, *effective);
        } else {
            found.push_back(fmt::format("{} runs on values that can't be read", who));
        }
    }
}

}  // namespace

std::vector<std::string> drifts(const DriftSources& sources) {
    std::vector<std::string> found;
    const auto newest = ops::values_of(sources.newest);
    if (!newest) {
        return {fmt::format("revision {} can't be read", sources.newest.number)};
    }
    compare(
        found,
        fmt::format("revision {}", sources.newest.number),
        sources.rightful,
        values_of(sources.rightful),
        *newest
    );
    for (const ops::Answer& answer : sources.progress.answers) {
        compare_answer(found, sources, *newest, answer);
    }
    compare(
        found,
        fmt::format("the pool of {}", sources.instance),
        sources.rightful,
        *newest,
        sources.in_effect
    );
    return found;
}

}  // namespace accubooks::launch
