#include "launch/judgement.h"

#include <fmt/format.h>

namespace accubooks::launch {

base::Result<Condition> parse_approval_condition(std::string_view text) {
    auto condition = parse_condition(text);
    const Metric* metric = condition ? find_metric(condition->metric) : nullptr;
    if (metric == nullptr || !metric->in_execution || condition->held_for.count() != 0) {
        return base::refuse(
            base::ErrorKind::invalid,
            "launch.bad_condition",
            fmt::format(
                "“{}” can't be judged at the start; write METRIC, one of < <= = >= >, and a bound, "
                "such as “open_p0 = 0”, with a metric that an execution measures.",
                text
            )
        );
    }
    return *std::move(condition);
}

std::vector<Judged> judge(std::span<const Condition> conditions, const Facts& facts) {
    std::vector<Judged> judged;
    for (const Condition& condition : conditions) {
        Judged one{.condition = condition};
        if (const auto found = facts.find(condition.metric); found != facts.end()) {
            one.found = found->second;
            one.holds = condition.holds(found->second);
        }
        judged.push_back(std::move(one));
    }
    return judged;
}

std::string to_text(const Judged& judged) {
    const Metric* metric = find_metric(judged.condition.metric);
    if (metric == nullptr || !judged.found) {
        return fmt::format("{}, not known", to_text(judged.condition));
    }
    return fmt::format(
        "{}, found {}", to_text(judged.condition), to_text(*judged.found, metric->unit)
    );
}

}  // namespace accubooks::launch
