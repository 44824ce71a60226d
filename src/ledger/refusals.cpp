#include "ledger/internal/refusals.h"

#include <algorithm>

#include <fmt/format.h>

namespace accubooks::ledger {

base::Error refusal_among(
    std::span<const Refusal> refusals, std::string_view outcome, std::string_view function
) {
    const auto found = std::ranges::find(refusals, outcome, &Refusal::outcome);
    base::ensure(
        found != refusals.end(), fmt::format("{} gave the unknown outcome '{}'", function, outcome)
    );
    return {.kind = found->kind, .code = found->code, .detail = std::string{found->detail}};
}

}  // namespace accubooks::ledger
