#pragma once

#include <array>
#include <string_view>

#include "launch/internal/record.h"
#include "launch/verdict.h"

namespace accubooks::launch {

constexpr std::array<std::string_view, 5> names(ReadingKind) {
    return {"value", "no_data", "provider_error", "not_applicable", "not_evaluated"};
}
constexpr std::array<std::string_view, 4> names(Outcome) {
    return {"pass", "fail", "inconclusive", "not_applicable"};
}

template <class Fields, Is<Reading> T>
void describe(Fields& fields, T& of) {
    fields("kind", of.kind);
    fields("value", of.value);
    fields("low", of.low);
    fields("high", of.high);
    fields("samples", of.samples);
    fields("why", of.why);
}
template <class Fields, Is<Verdict> T>
void describe(Fields& fields, T& of) {
    fields("criterion", of.criterion);
    fields("outcome", of.outcome);
    fields("reading", of.reading);
    fields("samples_needed", of.samples_needed);
    fields("reason", of.reason);
}

}  // namespace accubooks::launch
