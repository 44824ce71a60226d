#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "launch/payload.h"
#include "launch/plan.h"

namespace accubooks::launch {

/// The guides that this program was built with: path in the project, text.
const std::vector<std::pair<std::string_view, std::string_view>>& guide_texts();

/// The plan's documents with digest and length, as a request shows them. One that the program
/// wasn't built with has a digest of zeros and no lines.
std::vector<Guide> guides_of(const Plan& plan);

}  // namespace accubooks::launch
