#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "ops/setting.h"

namespace accubooks::ops {

/// A value that somebody wrote, and where: "accubooks.toml:3:7", "ACCUBOOKS_SERVER_LANES",
/// "--lanes".
struct Given {
    Value value;
    std::string where;
};
using GivenValues = std::map<std::string, Given, std::less<>>;

/// Reads settings written in TOML; a key's parts are tables: `[database.pool]`, `max = 200`. `name`
/// leads every error's sentence, with line and column. Errors: `settings.bad_file` for what isn't
/// TOML, `settings.unknown_key`, `settings.bad_value`.
base::Result<GivenValues> read_settings(std::string_view toml, std::string_view name);

/// Reads a file of settings. Errors: as read_settings, and `settings.no_file` when it can't be
/// read.
base::Result<GivenValues> read_settings_file(const std::filesystem::path& file);

/// The settings among the variables: `database.pool.max` is ACCUBOOKS_DATABASE_POOL_MAX. A variable
/// that looks like a setting's, but is none, is refused. Errors: `settings.unknown_key`,
/// `settings.bad_value`.
base::Result<GivenValues> read_environment(
    const std::vector<std::pair<std::string, std::string>>& variables
);

/// The name of a setting in the environment.
std::string variable_of(const Setting& setting);

/// A setting on the command line of a start. Errors: `settings.unknown_key`, `settings.bad_value`,
/// `settings.comes_from_revisions` for a live one.
struct Flag {
    std::string name;  // "--lanes"
    std::string key;
    std::string text;
};
base::Result<GivenValues> read_flags(const std::vector<Flag>& flags);

/// What an instance starts with.
struct Sources {
    GivenValues flags{};
    GivenValues environment{};
    GivenValues file{};
};

/// Every setting that needs a restart: flags before the environment before the file before the
/// default. Errors: `settings.contradiction`.
base::Result<Values> starting_values(const Sources& sources);

/// Every live setting as the first revision has it: the environment before the file before the
/// default. Errors: `settings.contradiction`.
base::Result<Values> seed_values(const Sources& sources);

/// Live values with those of `given` that are live in their place. Errors:
/// `settings.contradiction`.
base::Result<Values> with_live(Values live, const GivenValues& given);

/// A key and what stands on either side; none where a side doesn't have it.
struct Difference {
    std::string key;
    std::optional<Value> before;
    std::optional<Value> after;
};
std::vector<Difference> differences(const Values& before, const Values& after);

/// "database.pool.max 50 -> 200, database.pool.min 10 -> 20".
std::string to_string(const std::vector<Difference>& differences);

}  // namespace accubooks::ops
