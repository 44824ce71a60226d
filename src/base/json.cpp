#include "base/json.h"

#include <charconv>
#include <cmath>
#include <optional>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

namespace accubooks::base {

namespace {

namespace json = boost::json;

/// Builds the value from the parser's events. Boost's own reader keeps the last of two equal names
/// silently and may miss the nearest double by a unit; both would let two texts pass for one.
class Builder {
public:
    // NOLINTBEGIN(readability-identifier-naming): the names that the parser looks for
    static constexpr std::size_t max_object_size = json::object::max_size();
    static constexpr std::size_t max_array_size = json::array::max_size();
    static constexpr std::size_t max_key_size = json::string::max_size();
    static constexpr std::size_t max_string_size = json::string::max_size();
    // NOLINTEND(readability-identifier-naming)

    using Code = json::error_code;

    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }

    bool on_object_begin(Code&) { return open(json::object{}); }
    bool on_object_end(std::size_t, Code&) { return close(); }
    bool on_array_begin(Code&) { return open(json::array{}); }
    bool on_array_end(std::size_t, Code&) { return close(); }

    bool on_key_part(std::string_view part, std::size_t, Code&) { return collect(part); }
    bool on_key(std::string_view part, std::size_t, Code& error) {
        collect(part);
        Level& level = levels_.back();
        if (level.container.get_object().contains(text_)) {
            duplicate_ = text_;
            error = json::error::syntax;
            return false;
        }
        level.name = std::exchange(text_, {});
        return true;
    }

    bool on_string_part(std::string_view part, std::size_t, Code&) { return collect(part); }
    bool on_string(std::string_view part, std::size_t, Code&) {
        collect(part);
        return put(json::string{std::exchange(text_, {})});
    }

    bool on_number_part(std::string_view part, Code&) { return collect(part); }
    bool on_int64(std::int64_t number, std::string_view, Code&) { return put_number(number); }
    bool on_uint64(std::uint64_t number, std::string_view, Code&) { return put_number(number); }
    bool on_double(double rough, std::string_view part, Code& error) {
        collect(part);
        double number = 0;
        const auto read = std::from_chars(text_.data(), text_.data() + text_.size(), number);
        if (read.ec == std::errc::result_out_of_range && std::abs(rough) < 1) {
            number = 0;  // too small for a double
        } else if (read.ec != std::errc{}) {
            error = json::error::exponent_overflow;
            return false;
        }
        return put_number(number);
    }

    bool on_bool(bool truth, Code&) { return put(truth); }
    bool on_null(Code&) { return put(nullptr); }
    bool on_comment_part(std::string_view, Code&) { return true; }
    bool on_comment(std::string_view, Code&) { return true; }

    json::value take() { return std::move(root_); }
    const std::optional<std::string>& duplicate() const { return duplicate_; }

private:
    struct Level {
        json::value container;
        std::string name;  // of the member whose value comes next
    };

    bool collect(std::string_view part) {
        text_.append(part);
        return true;
    }

    bool open(json::value container) {
        levels_.push_back({.container = std::move(container), .name = {}});
        return true;
    }

    bool close() {
        json::value container = std::move(levels_.back().container);
        levels_.pop_back();
        return put(std::move(container));
    }

    bool put_number(json::value number) {
        text_.clear();
        return put(std::move(number));
    }

    bool put(json::value value) {
        if (levels_.empty()) {
            root_ = std::move(value);
        } else if (json::array* array = levels_.back().container.if_array()) {
            array->push_back(std::move(value));
        } else {
            Level& level = levels_.back();
            level.container.get_object().emplace(level.name, std::move(value));
        }
        return true;
    }

    std::string text_;  // of the string, name or number that is being read
    std::vector<Level> levels_;
    json::value root_;
    std::optional<std::string> duplicate_;
};

std::unexpected<Error> bad_json(std::string detail) {
    return refuse(ErrorKind::invalid, "base.bad_json", std::move(detail));
}

}  // namespace

Result<boost::json::value> parse_json(std::string_view text) {
    json::parse_options options;
    options.max_depth = kMaxJsonDepth;
    json::basic_parser<Builder> parser{options};
    json::error_code error;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
    if (const auto& name = parser.handler().duplicate()) {
        return bad_json(fmt::format("The member \"{}\" stands twice in one object.", *name));
    }
    if (error == json::error::too_deep) {
        return bad_json(fmt::format("The JSON nests deeper than {} levels.", kMaxJsonDepth));
    }
    if (error || read != text.size()) {
        return bad_json(fmt::format("The JSON is malformed at byte {}.", read + 1));
    }
    return parser.handler().take();
}

}  // namespace accubooks::base
