#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/task.h"
#include "launch/plan.h"
#include "launch/verdict.h"
#include "ops/fingerprint_api.h"
#include "ops/instances.h"
#include "pg/pool.h"

namespace accubooks::launch {

/// Of one thing that a change must leave alone, as the plan names it (`unchanged`).
struct Fingerprint {
    std::string what;
    std::optional<base::Digest> digest{};
    bool is_applicable = true;  // there is such a thing
    std::string why{};          // a sentence, where it couldn't be taken
};

/// Takes those that the plan names: `build`, `api_description`, `calculation_suite` and
/// `web_bundle` as every instance tells of itself (GET /api/health/fingerprints), over all of them;
/// `schema` and `security_boundary` (roles, members, owners, grants, policies, definer functions)
/// as the database's catalogs have them. What can't be had, or isn't known to this program, says
/// why.
base::Task<std::vector<Fingerprint>> take_fingerprints(
    boost::asio::any_io_executor on,
    pg::Pool& ops,
    std::vector<std::string> wanted,
    std::vector<ops::Boot> instances,
    base::Deadline deadline
);

/// `fingerprint_differences`: how many of `before` aren't the same in `after`, whose names are the
/// reason. One that couldn't be taken on either side leaves no value, unless others differ.
Reading differences(const std::vector<Fingerprint>& before, const std::vector<Fingerprint>& after);

/// Whether each was taken or doesn't apply: only those can be compared with.
bool are_known(const std::vector<Fingerprint>& fingerprints);

/// For records, by name: 64 hexadecimal digits, "not applicable", or why there is none.
std::vector<std::pair<std::string, std::string>> texts_of(
    const std::vector<Fingerprint>& fingerprints
);
/// Reads them back; what is no digest and applies is one that couldn't be taken.
std::vector<Fingerprint> fingerprints_of(
    const std::vector<std::pair<std::string, std::string>>& texts
);

/// Reads what an instance says of itself. Errors: `launch.bad_fingerprints`.
base::Result<ops::OwnFingerprints> read_own_fingerprints(
    std::string_view json, std::string_view instance
);

}  // namespace accubooks::launch
