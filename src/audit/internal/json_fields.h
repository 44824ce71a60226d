#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"

namespace accubooks::audit {

/// Reads one JSON text of at most `bytes_max`. Errors: `code`.
base::Result<boost::json::value> read_json(
    std::string_view text, std::size_t bytes_max, std::string_view code
);

/// Reads the members of one JSON object of a file, strictly: each within its limits, none unknown.
/// The first breach is kept, and what is wrong reads as its type's empty value until `finish`.
class JsonFields {
public:
    /// `value` must outlive this. `code` is that of the refusal.
    JsonFields(const boost::json::value& value, std::string_view code);

    std::string text(std::string_view name, std::size_t least, std::size_t most);
    std::optional<std::string> optional_text(std::string_view name, std::size_t most);
    std::string base64(std::string_view name, std::size_t bytes_max);
    base::Digest digest(std::string_view name);
    std::int64_t count(std::string_view name, std::int64_t least, std::int64_t most);
    std::optional<std::int64_t> optional_count(std::string_view name);
    bool truth(std::string_view name);
    /// RFC 3339 in UTC, as base::to_rfc3339 writes it or in whole seconds.
    base::Instant time(std::string_view name);
    std::optional<base::Instant> optional_time(std::string_view name);
    const boost::json::array& array(std::string_view name, std::size_t least, std::size_t most);
    /// Null when it isn't there, or is null.
    const boost::json::value* optional(std::string_view name);
    /// For a member that must be there, whatever it is; null when it isn't.
    const boost::json::value* required(std::string_view name);
    /// Members that nobody asks for are no breach: somebody else's format may grow.
    void allow_unknown() { strict_ = false; }

    void breach(std::string detail);
    /// Takes over the breach of a part.
    void adopt(JsonFields&& part);

    /// Errors: the first breach, as "WHAT is refused: …".
    base::Result<void> finish(std::string_view what) &&;

private:
    std::optional<std::string> first_breach() const;

    const boost::json::object* object_;
    std::string_view code_;
    std::set<std::string, std::less<>> asked_;
    std::optional<std::string> breach_;
    bool strict_ = true;
};

}  // namespace accubooks::audit
