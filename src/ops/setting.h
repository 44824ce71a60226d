#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "pg/pool.h"

namespace accubooks::ops {

/// A setting's value: a whole number, or a text.
using Value = std::variant<std::int64_t, std::string>;

/// Values by key, in the order of their keys.
using Values = std::map<std::string, Value, std::less<>>;

/// When a new value takes effect. A live one comes from revisions alone (ops/revision.h), the other
/// from flag, environment or file when an instance starts (ops/sources.h).
enum class Takes : std::uint8_t { live, restart };

/// One thing an operator may set. The registry is the only list of them: the file, the environment,
/// the flags, revisions and the documentation are held to it.
struct Setting {
    enum class Kind : std::uint8_t {
        count,
        milliseconds,
        address,   // HOST:PORT
        networks,  // IP addresses and networks with commas between them, or "none"
        level,     // of the log
        folder,    // a path, or "none"
        text,      // one line without control characters, or "none"
    };
    std::string_view key;  // "database.pool.max"
    Kind kind = Kind::count;
    Takes takes = Takes::restart;
    std::int64_t least = 0;  // of a number
    std::int64_t most = 0;
    std::string_view preset;  // the default, as it would be written
    std::string_view help;    // one sentence

    bool is_number() const { return kind == Kind::count || kind == Kind::milliseconds; }
};

/// Every setting, by key.
std::span<const Setting> registry();

/// Null when there is none of that name.
const Setting* find_setting(std::string_view key);

/// Errors: `settings.unknown_key`, with the key most like it.
base::Result<const Setting*> setting_of(std::string_view key);

/// What a value of this setting looks like: "a whole number from 1 to 10000".
std::string shape_of(const Setting& setting);

/// Whether the value is of the setting's kind and within its range. Errors: `settings.bad_value`.
base::Result<void> check(const Setting& setting, const Value& value);

/// Reads a value as flags, the environment and `config set` write it. Errors: as check.
base::Result<Value> parse_value(const Setting& setting, std::string_view text);

std::string to_string(const Value& value);

/// The default of every setting of that kind.
Values presets(Takes takes);

/// Whether values of live settings, all of them, go together. Errors: `settings.contradiction`.
base::Result<void> check_together(const Values& live);

/// The canonical JSON of values: one object, keys sorted (RFC 8785).
std::string to_json(const Values& values);

/// Reads what to_json wrote. Errors: `settings.unknown_key` for a key that this program doesn't
/// know, `settings.bad_value`.
base::Result<Values> values_from_json(std::string_view json);

/// The number under `key`, which must be there.
std::int64_t number_of(const Values& values, std::string_view key);
const std::string& text_of(const Values& values, std::string_view key);

/// The networks of a setting of that kind.
std::vector<std::string> networks_of(std::string_view text);

/// The tenants' pool as the live settings want it.
pg::PoolSettings pool_settings(const Values& live);

}  // namespace accubooks::ops
