#include "ops/sources.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace accubooks::ops {
namespace {

constexpr std::string_view kPrefix = "ACCUBOOKS_";
/// Looks like a setting's variable and is the database's address, which isn't a setting: it may
/// hold a password.
constexpr std::string_view kDatabaseUrl = "ACCUBOOKS_DATABASE_URL";

std::string upper_case(std::string_view key) {
    std::string text{key};
    std::ranges::transform(text, text.begin(), [](char c) {
        return c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    });
    return text;
}

/// Whether a variable begins like a setting's: then a slip of the pen mustn't go unseen.
bool is_meant_as_setting(std::string_view variable) {
    return variable != kDatabaseUrl && std::ranges::any_of(registry(), [&](const Setting& setting) {
               const std::string_view section = setting.key.substr(0, setting.key.find('.'));
               return variable.starts_with(fmt::format("{}{}_", kPrefix, upper_case(section)));
           });
}

base::Error at(std::string_view where, base::Error error) {
    error.detail = fmt::format("{}: {}", where, error.detail);
    return error;
}

base::Result<void> give(
    GivenValues& values, std::string_view key, std::string_view text, std::string_view where
) {
    const auto setting = setting_of(key);
    if (!setting) {
        return std::unexpected(at(where, setting.error()));
    }
    auto value = parse_value(**setting, text);
    if (!value) {
        return std::unexpected(at(where, value.error()));
    }
    values.insert_or_assign(
        std::string{key}, Given{.value = std::move(*value), .where = std::string{where}}
    );
    return {};
}

void put(Values& values, const GivenValues& given, Takes takes) {
    for (const auto& [key, one] : given) {
        if (find_setting(key)->takes == takes) {
            values.insert_or_assign(key, one.value);
        }
    }
}

}  // namespace

std::string variable_of(const Setting& setting) {
    return std::string{kPrefix} + upper_case(setting.key);
}

base::Result<GivenValues> read_environment(
    const std::vector<std::pair<std::string, std::string>>& variables
) {
    GivenValues values;
    for (const auto& [name, text] : variables) {
        if (!is_meant_as_setting(name)) {
            continue;
        }
        const auto setting = std::ranges::find(registry(), name, variable_of);
        if (setting == registry().end()) {
            return base::refuse(
                base::ErrorKind::invalid,
                "settings.unknown_key",
                fmt::format("{} names no setting; see accubooks config get.", name)
            );
        }
        AB_CHECK(give(values, setting->key, text, name));
    }
    return values;
}

base::Result<GivenValues> read_flags(const std::vector<Flag>& flags) {
    GivenValues values;
    for (const Flag& flag : flags) {
        AB_CHECK(give(values, flag.key, flag.text, flag.name));
        if (find_setting(flag.key)->takes == Takes::live) {
            return base::refuse(
                base::ErrorKind::invalid,
                "settings.comes_from_revisions",
                fmt::format(
                    "{}: {} changes live and for every instance; use accubooks config set {}={}.",
                    flag.name,
                    flag.key,
                    flag.key,
                    flag.text
                )
            );
        }
    }
    return values;
}

base::Result<Values> starting_values(const Sources& sources) {
    Values values = presets(Takes::restart);
    for (const GivenValues* given : {&sources.file, &sources.environment, &sources.flags}) {
        put(values, *given, Takes::restart);
    }
    const std::int64_t min = number_of(values, "database.ops_pool.min");
    const std::int64_t max = number_of(values, "database.ops_pool.max");
    if (min > max) {
        return base::refuse(
            base::ErrorKind::invalid,
            "settings.contradiction",
            fmt::format(
                "database.ops_pool.min is {} and database.ops_pool.max is {}; the minimum can't be "
                "more than the maximum.",
                min,
                max
            )
        );
    }
    return values;
}

base::Result<Values> seed_values(const Sources& sources) {
    Values values = presets(Takes::live);
    put(values, sources.file, Takes::live);
    put(values, sources.environment, Takes::live);
    AB_CHECK(check_together(values));
    return values;
}

base::Result<Values> with_live(Values live, const GivenValues& given) {
    put(live, given, Takes::live);
    AB_CHECK(check_together(live));
    return live;
}

std::vector<Difference> differences(const Values& before, const Values& after) {
    const auto value_in = [](const Values& values, const std::string& key) {
        const auto found = values.find(key);
        return found == values.end() ? std::nullopt : std::optional{found->second};
    };
    std::set<std::string> keys;
    for (const Values* values : {&before, &after}) {
        for (const auto& [key, value] : *values) {
            keys.insert(key);
        }
    }
    std::vector<Difference> found;
    for (const std::string& key : keys) {
        Difference one{.key = key, .before = value_in(before, key), .after = value_in(after, key)};
        if (one.before != one.after) {
            found.push_back(std::move(one));
        }
    }
    return found;
}

std::string to_string(const std::vector<Difference>& differences) {
    const auto side = [](const std::optional<Value>& value) {
        return value ? to_string(*value) : std::string{"(none)"};
    };
    std::string text;
    for (const Difference& one : differences) {
        text += fmt::format(
            "{}{} {} -> {}", text.empty() ? "" : ", ", one.key, side(one.before), side(one.after)
        );
    }
    return text;
}

}  // namespace accubooks::ops
