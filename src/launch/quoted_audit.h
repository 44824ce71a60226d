#pragma once

#include "launch/payload.h"
#include "launch/plan.h"

namespace accubooks::launch {

/// What the requester states about the production audit and the go/no-go decision, which were made
/// before this system and outside of it: the figures are the plan's, the source is the reference
/// record, by its digest.
QuotedAudit quoted_audit(const Plan& plan);

}  // namespace accubooks::launch
