#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/date.h"
#include "base/decimal.h"
#include "base/error.h"

namespace accubooks::net {

/// Reads the members of one JSON object of a request body by name and gathers every breach with its
/// JSON pointer, so that a person corrects them all at once. A member that has a breach reads as
/// its type's empty value.
///
///     std::vector<base::FieldError> wrong;
///     BodyFields fields{body, "", wrong};
///     const std::string name = fields.text("name");
///     fields.refuse_unknown();
class BodyFields {
public:
    /// `value` and `wrong` must outlive this; a value that isn't an object is itself the breach.
    BodyFields(
        const boost::json::value& value, std::string pointer, std::vector<base::FieldError>& wrong
    );

    std::string text(std::string_view name);
    std::optional<std::string> optional_text(std::string_view name);
    base::Date date(std::string_view name);
    std::optional<base::Date> optional_date(std::string_view name);
    /// An amount: a string such as "-12.50"; a JSON number is refused, since it may have been a
    /// floating point one.
    base::Decimal decimal(std::string_view name);
    std::optional<base::Decimal> optional_decimal(std::string_view name);
    std::optional<bool> optional_truth(std::string_view name);
    /// An id: a whole number above zero.
    std::int64_t id(std::string_view name);
    std::optional<std::int64_t> optional_id(std::string_view name);
    /// The elements of an array; null when it isn't one.
    const boost::json::array* array(std::string_view name);
    const boost::json::array* optional_array(std::string_view name);
    /// The object or other value itself; null when absent.
    const boost::json::value* optional_value(std::string_view name);

    /// Refuses members that nobody asked for: a misspelt one must not be silently ignored.
    void refuse_unknown();

    void breach(std::string_view name, std::string detail);
    std::string pointer_to(std::string_view name) const;

private:
    const boost::json::value* find(std::string_view name);
    const boost::json::value* require(std::string_view name);

    const boost::json::object* object_;
    std::string pointer_;
    std::vector<base::FieldError>& wrong_;
    std::set<std::string, std::less<>> asked_;
};

/// Refuses with `code` (422) and the breaches, when there are any. `undone` says what wasn't done:
/// "Nothing was posted".
base::Result<void> refuse_breaches(
    std::string_view code, std::string_view undone, std::vector<base::FieldError> wrong
);

}  // namespace accubooks::net
