#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "launch/metric.h"

namespace accubooks::launch {

/// What is known of the system when conditions are judged, by metric and in its unit. What couldn't
/// be found out isn't there.
using Facts = std::map<std::string, std::int64_t, std::less<>>;

/// A condition that an approver attaches to an approval, "open_p0 = 0": it must hold at the moment
/// of the start, so it is about a metric of the execution and has no duration. Errors:
/// `launch.bad_condition`.
base::Result<Condition> parse_approval_condition(std::string_view text);

/// How a condition was found.
struct Judged {
    Condition condition;
    std::optional<std::int64_t> found{};  // none: nobody knows, and so it doesn't hold
    bool holds = false;
};
std::vector<Judged> judge(std::span<const Condition> conditions, const Facts& facts);
/// "open_p0 = 0, found 2".
std::string to_text(const Judged& judged);

}  // namespace accubooks::launch
