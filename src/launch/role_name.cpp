#include "launch/role_name.h"

namespace accubooks::launch {

std::string_view title_of(RoleName role) {
    switch (role) {
        case RoleName::requester_lead:
            return "Production Engineering Lead";
        case RoleName::executive_operator:
            return "Executive Operator";
        case RoleName::product_lead:
            return "Product Lead";
        case RoleName::business_lead:
            return "Business Lead";
        case RoleName::on_call:
            return "On-Call Engineer";
    }
    return "";
}

base::Result<RoleName> parse_role_name(std::string_view text) {
    for (const RoleName role : kRoleNames) {
        if (to_string(role) == text) {
            return role;
        }
    }
    return base::refuse(
        base::ErrorKind::invalid,
        "launch.unknown_role",
        "A launch role is requester_lead, executive_operator, product_lead, business_lead or "
        "on_call."
    );
}

base::Result<PhaseName> parse_phase_name(std::string_view text) {
    for (const PhaseName phase :
         {PhaseName::phase1, PhaseName::phase2, PhaseName::phase3, PhaseName::phase4}) {
        if (to_string(phase) == text) {
            return phase;
        }
    }
    return base::refuse(
        base::ErrorKind::not_found,
        "launch.unknown_phase",
        "A launch has the phases phase1, phase2, phase3 and phase4."
    );
}

}  // namespace accubooks::launch
