#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace accubooks::base {

/// Appends `text` as a JSON string with its quotes. Everything a terminal or a log reader could
/// take for a command is escaped (C0, DEL, C1, U+2028, U+2029); bytes that aren't UTF-8 become
/// U+FFFD, so that the result always is.
void append_json_string(std::string& out, std::string_view text);

/// Writes one JSON value front to back into a growing string, for answers and log lines too
/// frequent for a tree of values. Commas are its own business:
///
///     JsonWriter json;
///     json.begin_object().member("number", 7).key("lines").begin_array();
///     ...
///     json.end_array().end_object();
///     return std::move(json).take();
///
/// There is no floating point here: amounts are strings. A text that isn't a value where one
/// belongs (a member without a key, brackets that don't match, an unfinished value taken) is a bug
/// and stops the process.
class JsonWriter {
public:
    JsonWriter() = default;
    explicit JsonWriter(std::size_t bytes_expected) { out_.reserve(bytes_expected); }

    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    JsonWriter& key(std::string_view name);

    JsonWriter& value(std::string_view text);
    JsonWriter& value(std::nullptr_t);
    template <class T>
        requires std::same_as<T, bool>  // a template, so that a pointer doesn't decay into it
    JsonWriter& value(T truth) {
        return literal(truth ? "true" : "false");
    }
    template <std::integral T>
        requires(!std::same_as<T, bool> && !std::same_as<T, char>)
    JsonWriter& value(T number) {
        if constexpr (std::signed_integral<T>) {
            return signed_number(number);
        } else {
            return unsigned_number(number);
        }
    }
    /// No value is null.
    template <class T>
    JsonWriter& value(const std::optional<T>& maybe) {
        return maybe ? value(*maybe) : value(nullptr);
    }

    /// `json` must be exactly one well-formed value; it goes out as it is.
    JsonWriter& raw(std::string_view json) { return literal(json); }

    template <class T>
    JsonWriter& member(std::string_view name, const T& of) {
        return key(name).value(of);
    }

    std::size_t size() const { return out_.size(); }
    /// The finished text; the writer is spent.
    std::string take() &&;

private:
    void before_value();
    JsonWriter& open(char bracket);
    JsonWriter& close(char opened, char bracket);
    JsonWriter& literal(std::string_view text);
    JsonWriter& signed_number(std::int64_t number);
    JsonWriter& unsigned_number(std::uint64_t number);

    std::string out_;
    std::string open_;  // brackets not yet closed, outermost first
};

}  // namespace accubooks::base
