#include "launch/verdict.h"

#include <algorithm>

#include <fmt/format.h>

#include "launch/internal/verdict_fields.h"

namespace accubooks::launch {

std::string_view to_string(Outcome outcome) {
    return name_of(outcome);
}

Verdict judge(const Condition& condition, const Reading& reading, std::int64_t samples_needed) {
    Verdict verdict{
        .criterion = to_text(condition),
        .reading = reading,
        .samples_needed = samples_needed,
    };
    if (reading.kind == ReadingKind::not_applicable) {
        verdict.outcome = Outcome::not_applicable;
        verdict.reason = reading.why;
        return verdict;
    }
    if (!reading.has_value()) {
        verdict.reason = reading.why.empty() ? "It wasn't measured." : reading.why;
        return verdict;
    }
    const Metric* metric = find_metric(condition.metric);
    base::ensure(metric != nullptr, "a condition is made of a metric that exists");
    const std::string is = fmt::format("It is {}", to_spoken_text(reading.value, metric->unit));
    if (reading.samples < samples_needed) {
        verdict.reason = fmt::format(
            "{}, but of {} samples where {} are needed.", is, reading.samples, samples_needed
        );
    } else if (condition.holds(reading.value)) {
        verdict.outcome = Outcome::pass;
        verdict.reason = is + ".";
    } else {
        verdict.outcome = Outcome::fail;
        verdict.reason = fmt::format("{}, where {} is asked for.", is, verdict.criterion);
    }
    return verdict;
}

Outcome overall(const std::vector<Condition>& conditions, const std::vector<Verdict>& verdicts) {
    const auto failed = [](const Verdict& verdict) { return verdict.outcome == Outcome::fail; };
    if (std::ranges::any_of(verdicts, failed)) {
        return Outcome::fail;
    }
    // Nothing to judge is nothing judged.
    const bool all_pass =
        !conditions.empty() && std::ranges::all_of(conditions, [&](const Condition& condition) {
            const auto found = std::ranges::find(verdicts, to_text(condition), &Verdict::criterion);
            return found != verdicts.end() && found->outcome == Outcome::pass;
        });
    const bool none_open = std::ranges::all_of(verdicts, [](const Verdict& verdict) {
        return verdict.outcome == Outcome::pass;
    });
    return all_pass && none_open ? Outcome::pass : Outcome::inconclusive;
}

}  // namespace accubooks::launch
