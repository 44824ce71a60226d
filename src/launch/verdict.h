#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "launch/plan.h"

namespace accubooks::launch {

/// What a look at a metric gave. Only `value` is data; nothing else can ever pass.
enum class ReadingKind : std::uint8_t {
    value,
    no_data,         // it wasn't measured, or too little
    provider_error,  // who measures it failed, or said something that is no number
    not_applicable,  // the plan says that it doesn't apply yet
    not_evaluated,   // nobody looked
};

struct Reading {
    ReadingKind kind = ReadingKind::not_evaluated;
    std::int64_t value = 0;  // in the metric's unit; 0 without data
    std::optional<std::int64_t> low{};
    std::optional<std::int64_t> high{};
    std::int64_t samples = 0;
    std::string why{};  // one sentence, unless it is a value

    bool has_value() const { return kind == ReadingKind::value; }
};

enum class Outcome : std::uint8_t { pass, fail, inconclusive, not_applicable };
std::string_view to_string(Outcome outcome);

/// One criterion, judged.
struct Verdict {
    std::string criterion{};  // the condition as the plan writes it, or the name of a pre-check
    Outcome outcome = Outcome::inconclusive;
    Reading reading{};
    std::int64_t samples_needed = 0;
    std::string reason{};  // one sentence
};

/// Whether a condition that must hold does: it passes on a value from enough samples only, fails on
/// a value that breaks it, and is inconclusive otherwise. What isn't applicable stays so.
Verdict judge(const Condition& condition, const Reading& reading, std::int64_t samples_needed);

/// Of a stage: fails with one failure; passes when each of `conditions` has its own verdict and all
/// of them pass; inconclusive otherwise, also when one is missing.
Outcome overall(const std::vector<Condition>& conditions, const std::vector<Verdict>& verdicts);

}  // namespace accubooks::launch
