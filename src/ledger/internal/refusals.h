#pragma once

#include <span>
#include <string_view>

#include "base/error.h"

namespace accubooks::ledger {

/// What the caller is told when a function of the database answers with `outcome`.
struct Refusal {
    std::string_view outcome;
    base::ErrorKind kind;
    std::string_view code;
    std::string_view detail;
};

/// The one of `refusals` for this outcome. Stops the process where there is none; `function` says
/// whose outcome it was.
base::Error refusal_among(
    std::span<const Refusal> refusals, std::string_view outcome, std::string_view function
);

}  // namespace accubooks::ledger
