#include "launch/quoted_audit.h"

#include <fmt/format.h>

namespace accubooks::launch {
namespace {

constexpr std::string_view kReference = "EXECUTIVE_APPROVAL_RECORD.md";
constexpr std::string_view kReferenceDigest =
    "32d8cbdf6553ecea3d1634fc2f34087460e136458528e6281079a067867422b1";

}  // namespace

QuotedAudit quoted_audit(const Plan& plan) {
    const ProductionAudit& audit = plan.production_audit;
    auto digest = base::digest_from_hex(kReferenceDigest);
    base::ensure(digest.has_value(), "the digest of the reference is written in full");
    return {
        .statements =
            {
                fmt::format(
                    "{} {} is locked against regressions.", plan.system.name, plan.system.version
                ),
                fmt::format("The production audit covered {} customers.", audit.customers),
                fmt::format(
                    "Financial correctness: {}. Tenant isolation: {}.",
                    to_text(audit.correctness.ppm, Unit::ppm),
                    to_text(audit.isolation.ppm, Unit::ppm)
                ),
                fmt::format(
                    "At peak load {} of a pool of {} connections were in use.",
                    to_text(audit.pool_utilisation_then.ppm, Unit::ppm),
                    audit.pool_max_then
                ),
                "The decision was CONDITIONAL GO: the pool is to be scaled first.",
                "No incident of severity P0 blocks the launch.",
            },
        .reference = std::string{kReference},
        .digest = *digest,
    };
}

}  // namespace accubooks::launch
