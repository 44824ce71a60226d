#include "audit/internal/json_fields.h"

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "base/base64.h"
#include "base/json.h"
#include "base/rfc3339.h"
#include "base/utf8.h"

namespace accubooks::audit {

namespace json = boost::json;

base::Result<json::value> read_json(
    std::string_view text, std::size_t bytes_max, std::string_view code
) {
    if (text.size() > bytes_max) {
        return base::refuse(
            base::ErrorKind::invalid, code, fmt::format("More than {} bytes.", bytes_max)
        );
    }
    auto value = base::parse_json(text);
    if (!value) {
        return base::refuse(base::ErrorKind::invalid, code, value.error().detail);
    }
    return std::move(*value);
}

JsonFields::JsonFields(const json::value& value, std::string_view code)
    : object_{value.if_object()}, code_{code} {
    if (object_ == nullptr) {
        breach("an object is expected");
    }
}

void JsonFields::breach(std::string detail) {
    if (!breach_) {
        breach_ = std::move(detail);
    }
}

void JsonFields::adopt(JsonFields&& part) {
    if (auto found = part.first_breach()) {
        breach(std::move(*found));
    }
}

const json::value* JsonFields::optional(std::string_view name) {
    asked_.emplace(name);
    const json::value* const found = object_ == nullptr ? nullptr : object_->if_contains(name);
    return found == nullptr || found->is_null() ? nullptr : found;
}

const json::value* JsonFields::required(std::string_view name) {
    const json::value* const found = optional(name);
    if (found == nullptr) {
        breach(fmt::format("{} is missing", name));
    }
    return found;
}

std::string JsonFields::text(std::string_view name, std::size_t least, std::size_t most) {
    const json::value* const found = required(name);
    const json::string* const read = found == nullptr ? nullptr : found->if_string();
    if (read == nullptr || read->size() < least || read->size() > most ||
        !base::is_plain_text({read->data(), read->size()})) {
        breach(fmt::format("{} isn't a text of {} to {} bytes", name, least, most));
        return {};
    }
    return {read->data(), read->size()};
}

std::optional<std::string> JsonFields::optional_text(std::string_view name, std::size_t most) {
    return optional(name) == nullptr ? std::nullopt : std::optional{text(name, 0, most)};
}

std::string JsonFields::base64(std::string_view name, std::size_t bytes_max) {
    const json::value* const found = required(name);
    const json::string* const read = found == nullptr ? nullptr : found->if_string();
    if (read != nullptr) {
        auto bytes = base::from_base64({read->data(), read->size()});
        if (bytes && bytes->size() <= bytes_max) {
            return std::move(*bytes);
        }
    }
    breach(fmt::format("{} isn't base64 of at most {} bytes", name, bytes_max));
    return {};
}

base::Digest JsonFields::digest(std::string_view name) {
    const std::string written = text(name, 64, 64);
    const auto read = base::digest_from_hex(written);
    // One spelling only, so that a flipped letter can't stay unseen.
    if (!read || base::to_hex(*read) != written) {
        breach(fmt::format("{} isn't a SHA-256 in lower-case hexadecimal digits", name));
        return {};
    }
    return *read;
}

std::int64_t JsonFields::count(std::string_view name, std::int64_t least, std::int64_t most) {
    const json::value* const found = required(name);
    const std::int64_t* const read = found == nullptr ? nullptr : found->if_int64();
    if (read == nullptr || *read < least || *read > most) {
        breach(fmt::format("{} isn't a whole number from {} to {}", name, least, most));
        return least;
    }
    return *read;
}

std::optional<std::int64_t> JsonFields::optional_count(std::string_view name) {
    constexpr std::int64_t kMax = (std::int64_t{1} << 53) - 1;
    return optional(name) == nullptr ? std::nullopt : std::optional{count(name, 0, kMax)};
}

bool JsonFields::truth(std::string_view name) {
    const json::value* const found = required(name);
    const bool* const read = found == nullptr ? nullptr : found->if_bool();
    if (read == nullptr) {
        breach(fmt::format("{} isn't true or false", name));
        return false;
    }
    return *read;
}

base::Instant JsonFields::time(std::string_view name) {
    const auto read = base::parse_rfc3339(text(name, 20, 27));
    if (!read) {
        breach(fmt::format("{} isn't a time in UTC as RFC 3339 writes it", name));
        return {};
    }
    return *read;
}

std::optional<base::Instant> JsonFields::optional_time(std::string_view name) {
    return optional(name) == nullptr ? std::nullopt : std::optional{time(name)};
}

const json::array& JsonFields::array(std::string_view name, std::size_t least, std::size_t most) {
    static const json::array none;
    const json::value* const found = required(name);
    const json::array* const read = found == nullptr ? nullptr : found->if_array();
    if (read == nullptr || read->size() < least || read->size() > most) {
        breach(fmt::format("{} isn't an array of {} to {} elements", name, least, most));
        return none;
    }
    return *read;
}

std::optional<std::string> JsonFields::first_breach() const {
    if (breach_ || object_ == nullptr || !strict_) {
        return breach_;
    }
    for (const auto& member : *object_) {
        if (!asked_.contains(std::string_view{member.key().data(), member.key().size()})) {
            return fmt::format(
                "{} isn't a member of this format",
                base::printable({member.key().data(), member.key().size()})
            );
        }
    }
    return std::nullopt;
}

base::Result<void> JsonFields::finish(std::string_view what) && {
    if (const auto found = first_breach()) {
        return base::refuse(
            base::ErrorKind::invalid, code_, fmt::format("{} is refused: {}.", what, *found)
        );
    }
    return {};
}

}  // namespace accubooks::audit
