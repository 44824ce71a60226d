#pragma once

#include <array>
#include <string_view>

#include "base/error.h"
#include "launch/plan.h"

namespace accubooks::launch {

/// All of them, in the order in which people are shown.
inline constexpr std::array kRoleNames{
    RoleName::requester_lead,
    RoleName::executive_operator,
    RoleName::product_lead,
    RoleName::business_lead,
    RoleName::on_call,
};

/// As people read it: "Executive Operator".
std::string_view title_of(RoleName role);
/// Errors: `launch.unknown_role`.
base::Result<RoleName> parse_role_name(std::string_view text);

/// Errors: `launch.unknown_phase`.
base::Result<PhaseName> parse_phase_name(std::string_view text);

}  // namespace accubooks::launch
