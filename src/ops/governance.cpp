#include "ops/governance.h"

#include <algorithm>

#include <fmt/format.h>

namespace accubooks::ops {
namespace {

constexpr pg::Statement kGoverned{
    .name = "ops.governed_settings",
    .text = "select key, change from platform.governed_setting order by key",
};

constexpr pg::Statement kGovern{
    .name = "ops.govern",
    .text = "select platform.govern($1, $2)",
};

constexpr pg::Statement kLift{
    .name = "ops.lift_governance",
    .text = "select platform.lift_governance()",
};

}  // namespace

base::Result<void> check_governed(
    const std::vector<GovernedSetting>& governed, const std::vector<Difference>& changes
) {
    for (const Difference& change : changes) {
        const auto named = std::ranges::find(governed, change.key, &GovernedSetting::key);
        if (named != governed.end()) {
            return base::refuse(
                base::ErrorKind::conflict,
                "settings.governed",
                fmt::format(
                    "{} changes by an approved execution alone, here {}; request it by accubooks "
                    "launch request {}.",
                    change.key,
                    to_string({change}),
                    named->change
                )
            );
        }
    }
    return {};
}

base::Task<std::vector<GovernedSetting>> governed_settings(
    pg::Connection& connection, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kGoverned, pg::Params{}, deadline);
    std::vector<GovernedSetting> governed;
    governed.reserve(static_cast<std::size_t>(rows.size()));
    for (int i = 0; i < rows.size(); ++i) {
        governed.push_back(
            {.key = rows[i].get<std::string>(0), .change = rows[i].get<std::string>(1)}
        );
    }
    co_return governed;
}

base::Task<void> govern(
    pg::Connection& connection, std::vector<GovernedSetting> settings, base::Deadline deadline
) {
    std::vector<std::string> keys;
    std::vector<std::string> changes;
    for (const GovernedSetting& one : settings) {
        keys.push_back(one.key);
        changes.push_back(one.change);
    }
    co_await connection.execute(kGovern, pg::Params::of(keys, changes), deadline);
}

base::Task<base::Result<void>> lift_governance(
    pg::Connection& connection, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kLift, pg::Params{}, deadline);
    if (!rows[0].get<bool>(0)) {
        co_return base::refuse(
            base::ErrorKind::conflict,
            "settings.stays_governed",
            "An Executive Operator's key is enrolled here, or a change was approved, so "
            "--ungoverned "
            "is refused; start without it, and change governed settings by launches."
        );
    }
    co_return base::Result<void>{};
}

}  // namespace accubooks::ops
