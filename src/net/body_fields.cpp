#include "net/body_fields.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace accubooks::net {
namespace {

/// A member name inside a JSON pointer (RFC 6901 §3).
std::string escaped(std::string_view name) {
    std::string out;
    for (const char letter : name) {
        if (letter == '~') {
            out += "~0";
        } else if (letter == '/') {
            out += "~1";
        } else {
            out += letter;
        }
    }
    return out;
}

}  // namespace

BodyFields::BodyFields(
    const boost::json::value& value, std::string pointer, std::vector<base::FieldError>& wrong
)
    : object_{value.if_object()}, pointer_{std::move(pointer)}, wrong_{wrong} {
    if (object_ == nullptr) {
        wrong_.push_back({pointer_, "must be an object"});
    }
}

std::string BodyFields::pointer_to(std::string_view name) const {
    return fmt::format("{}/{}", pointer_, escaped(name));
}

void BodyFields::breach(std::string_view name, std::string detail) {
    wrong_.push_back({pointer_to(name), std::move(detail)});
}

const boost::json::value* BodyFields::find(std::string_view name) {
    asked_.emplace(name);
    if (object_ == nullptr) {
        return nullptr;
    }
    const boost::json::value* value = object_->if_contains(name);
    return value == nullptr || value->is_null() ? nullptr : value;
}

const boost::json::value* BodyFields::require(std::string_view name) {
    const boost::json::value* value = find(name);
    if (value == nullptr && object_ != nullptr) {
        breach(name, "is required");
    }
    return value;
}

std::string BodyFields::text(std::string_view name) {
    require(name);
    return optional_text(name).value_or("");
}

std::optional<std::string> BodyFields::optional_text(std::string_view name) {
    const boost::json::value* value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (const auto* text = value->if_string()) {
        return std::string{*text};
    }
    breach(name, "must be a string");
    return std::nullopt;
}

base::Date BodyFields::date(std::string_view name) {
    require(name);
    return optional_date(name).value_or(base::Date{});
}

std::optional<base::Date> BodyFields::optional_date(std::string_view name) {
    const auto text = optional_text(name);
    if (!text) {
        return std::nullopt;
    }
    const auto date = base::Date::parse(*text);
    if (!date) {
        breach(name, "must be a day, written YYYY-MM-DD");
        return std::nullopt;
    }
    return *date;
}

base::Decimal BodyFields::decimal(std::string_view name) {
    require(name);
    return optional_decimal(name).value_or(base::Decimal{});
}

std::optional<base::Decimal> BodyFields::optional_decimal(std::string_view name) {
    const boost::json::value* value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    const auto* text = value->if_string();
    if (text == nullptr) {
        breach(name, "must be a string such as \"-12.50\", so that no digit is lost on the way");
        return std::nullopt;
    }
    const auto amount = base::Decimal::parse(std::string_view{*text});
    if (!amount) {
        breach(name, amount.error().detail);
        return std::nullopt;
    }
    return *amount;
}

std::optional<bool> BodyFields::optional_truth(std::string_view name) {
    const boost::json::value* value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (const bool* truth = value->if_bool()) {
        return *truth;
    }
    breach(name, "must be true or false");
    return std::nullopt;
}

std::int64_t BodyFields::id(std::string_view name) {
    require(name);
    return optional_id(name).value_or(0);
}

std::optional<std::int64_t> BodyFields::optional_id(std::string_view name) {
    const boost::json::value* value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (value->is_int64() && value->get_int64() > 0) {
        return value->get_int64();
    }
    breach(name, "must be a whole number above zero");
    return std::nullopt;
}

const boost::json::array* BodyFields::array(std::string_view name) {
    require(name);
    return optional_array(name);
}

const boost::json::array* BodyFields::optional_array(std::string_view name) {
    const boost::json::value* value = find(name);
    if (value == nullptr) {
        return nullptr;
    }
    if (const auto* elements = value->if_array()) {
        return elements;
    }
    breach(name, "must be an array");
    return nullptr;
}

const boost::json::value* BodyFields::optional_value(std::string_view name) {
    return find(name);
}

void BodyFields::refuse_unknown() {
    if (object_ == nullptr) {
        return;
    }
    for (const auto& member : *object_) {
        if (!asked_.contains(std::string_view{member.key()})) {
            breach(member.key(), "is not a member of this object");
        }
    }
}

base::Result<void> refuse_breaches(
    std::string_view code, std::string_view undone, std::vector<base::FieldError> wrong
) {
    if (wrong.empty()) {
        return {};
    }
    return base::refuse(
        base::ErrorKind::invalid,
        code,
        fmt::format("{}; correct the named fields.", undone),
        std::move(wrong)
    );
}

}  // namespace accubooks::net
