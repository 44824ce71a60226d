#pragma once

#include <algorithm>
#include <charconv>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/sketch.h"
#include "base/utf8.h"
#include "launch/internal/yaml.h"
#include "launch/plan.h"

namespace accubooks::launch {

// Structs as text and back, without floating point. What a struct's fields are called is said once,
// by a function `describe(fields, of)` that calls `fields("key", of.member)` for each; what an
// enum's values are called, by `names(E{})`. A variant is written as the struct it holds, whose
// `kKind` is a member "kind".

template <class T, class Struct>
concept Is = std::same_as<std::remove_const_t<T>, Struct>;
template <class T>
concept Enum = std::is_enum_v<T>;

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

template <Enum E>
constexpr std::string_view name_of(E one) {
    return names(E{}).at(static_cast<std::size_t>(one));
}

/// A file as people write it, with units; or the canonical form, whose numbers are whole and whose
/// keys end with their unit.
enum class Form : std::uint8_t { written, canonical };

/// How large things may be in a form.
struct FormLimits {
    std::size_t text;
    std::size_t items;
    std::int64_t number;
};
inline constexpr FormLimits kWrittenLimits{.text = 500, .items = 100, .number = 999'999'999};
// Numbers up to 2^53 - 1 are the same in every reader of JSON.
inline constexpr FormLimits kCanonicalLimits{
    .text = 4096, .items = 100'000, .number = (std::int64_t{1} << 53) - 1
};

template <class T>
constexpr std::string_view suffix_of() {
    if constexpr (std::same_as<T, Ratio>) {
        return "_ppm";
    } else if constexpr (std::same_as<T, Milliseconds>) {
        return "_ms";
    } else if constexpr (std::same_as<T, base::Instant>) {
        return "_us";
    } else if constexpr (kIsOptional<T>) {
        return suffix_of<typename T::value_type>();
    } else {
        return "";
    }
}

/// Thrown and caught within this folder.
struct Refusal {
    base::Error error;
};

class RecordReader {
public:
    explicit RecordReader(Form form)
        : form_{form}, limits_{form == Form::written ? kWrittenLimits : kCanonicalLimits} {}

    void read(const YamlNode& node, std::string& text) const {
        demand(node, YamlNode::Kind::scalar, "a text");
        if (node.is_plain && is_no_text(node.text)) {
            refuse(node, "This is no text as it stands; put it in quotes.");
        }
        const bool too_short = form_ == Form::written && node.text.empty();
        if (too_short || node.text.size() > limits_.text || !base::is_plain_text(node.text)) {
            refuse(node, fmt::format("Write a text of 1 to {} plain characters.", limits_.text));
        }
        text = node.text;
    }
    void read(const YamlNode& node, std::int64_t& number) const { number = whole(node); }
    void read(const YamlNode& node, bool& truth) const {
        demand(node, YamlNode::Kind::scalar, "true or false");
        if (!node.is_plain || (node.text != "true" && node.text != "false")) {
            refuse(node, "Write true or false.");
        }
        truth = node.text == "true";
    }
    void read(const YamlNode& node, Ratio& ratio) const {
        ratio.ppm = form_ == Form::canonical ? whole(node) : taken(node, parse_ratio(scalar(node)));
    }
    void read(const YamlNode& node, Milliseconds& duration) const {
        duration = form_ == Form::canonical ? Milliseconds{whole(node)}
                                            : taken(node, parse_duration(scalar(node)));
    }
    void read(const YamlNode& node, Condition& condition) const {
        condition = taken(node, parse_condition(scalar(node)));
    }
    void read(const YamlNode& node, FolderName& name) const {
        name = taken(node, parse_folder_name(scalar(node)));
    }
    void read(const YamlNode& node, base::Instant& at) const {
        at = base::Instant::from_unix_micros(whole(node));
    }
    void read(const YamlNode& node, base::Uuid& id) const {
        id = taken(node, base::Uuid::parse(scalar(node)));
    }
    void read(const YamlNode& node, base::Sketch& sketch) const {
        sketch =
            taken(node, base::Sketch::from_bytes(taken(node, base::from_base64(scalar(node)))));
    }
    template <Enum E>
    void read(const YamlNode& node, E& one) const {
        static constexpr auto kNames = names(E{});
        const auto* found = std::ranges::find(kNames, scalar(node));
        if (found == kNames.end()) {
            refuse(
                node,
                fmt::format(
                    "{} is none of {}.", base::printable(node.text), fmt::join(kNames, ", ")
                )
            );
        }
        one = static_cast<E>(found - kNames.begin());
    }
    template <class T>
    void read(const YamlNode& node, std::vector<T>& list) const {
        demand(node, YamlNode::Kind::list, "a list");
        if (node.items.size() > limits_.items) {
            refuse(node, fmt::format("Write a list of at most {}.", limits_.items));
        }
        for (const YamlNode& item : node.items) {
            read(item, list.emplace_back());
        }
    }
    template <class... Kinds>
    void read(const YamlNode& node, std::variant<Kinds...>& one) const {
        demand(node, YamlNode::Kind::map, "a map");
        const YamlNode* kind = node.find("kind");
        if (kind == nullptr || !(read_as<Kinds>(node, kind->text, one) || ...)) {
            refuse(node, "The kind isn't known.");
        }
    }
    template <class T>
    void read(const YamlNode& node, T& of) const {
        read_members(node, of, {});
    }

private:
    [[noreturn]] static void refuse(
        const YamlNode& node, const std::string& why, std::string_view code = "plan.bad_value"
    ) {
        const std::string where =
            node.line > 0 ? fmt::format("{}:{}: ", node.line, node.column) : "";
        throw Refusal{{.kind = base::ErrorKind::invalid, .code = code, .detail = where + why}};
    }
    /// What every reader of YAML takes for a number, a truth or nothing.
    static bool is_no_text(std::string_view plain) {
        boost::json::error_code error;
        const auto value = boost::json::parse(plain, error);
        return !error && (value.is_number() || value.is_bool() || value.is_null());
    }
    static void demand(const YamlNode& node, YamlNode::Kind kind, std::string_view what) {
        if (node.kind != kind) {
            refuse(node, fmt::format("Write {} here.", what));
        }
    }
    static const std::string& scalar(const YamlNode& node) {
        demand(node, YamlNode::Kind::scalar, "one value");
        return node.text;
    }
    template <class T>
    static T taken(const YamlNode& node, base::Result<T> result) {
        if (!result) {
            refuse(node, result.error().detail, result.error().code);
        }
        return *std::move(result);
    }
    std::int64_t whole(const YamlNode& node) const {
        demand(node, YamlNode::Kind::scalar, "a whole number");
        std::int64_t number = -1;
        const char* end = node.text.data() + node.text.size();
        const auto read = std::from_chars(node.text.data(), end, number);
        // One way to write each number: no plus sign, no leading zeros.
        const bool is_whole =
            read.ec == std::errc{} && read.ptr == end && std::to_string(number) == node.text;
        const std::int64_t least = form_ == Form::canonical ? -limits_.number : 0;
        if (!node.is_plain || !is_whole || number < least || number > limits_.number) {
            refuse(node, fmt::format("Write a whole number from {} to {}.", least, limits_.number));
        }
        return number;
    }
    template <class Kind, class Variant>
    bool read_as(const YamlNode& node, std::string_view kind, Variant& one) const {
        if (kind != Kind::kKind) {
            return false;
        }
        read_members(node, one.template emplace<Kind>(), {"kind"});
        return true;
    }
    template <class T>
    void read_members(const YamlNode& node, T& of, std::set<std::string> used) const {
        demand(node, YamlNode::Kind::map, "a map");
        const auto field = [&]<class Member>(std::string_view key, Member& member) {
            std::string name{key};
            if (form_ == Form::canonical) {
                name += suffix_of<Member>();
            }
            used.insert(name);
            const YamlNode* found = node.find(name);
            if constexpr (kIsOptional<Member>) {
                if (found != nullptr) {
                    read(*found, member.emplace());
                }
            } else if constexpr (std::same_as<Member, bool>) {  // absent is false
                if (found != nullptr) {
                    read(*found, member);
                }
            } else {
                if (found == nullptr) {
                    refuse(node, fmt::format("{} is missing here.", name));
                }
                read(*found, member);
            }
        };
        describe(field, of);
        for (const auto& [key, member] : node.members) {
            if (!used.contains(key)) {
                refuse(
                    member,
                    fmt::format(
                        "There is no {} here; known are {}.",
                        base::printable(key),
                        fmt::join(used, ", ")
                    ),
                    "plan.unknown_key"
                );
            }
        }
    }

    Form form_;
    FormLimits limits_;
};

/// Reads a whole struct; a tree that couldn't be read passes its refusal through.
template <class T>
base::Result<T> read_record(const base::Result<YamlNode>& tree, Form form) {
    if (!tree) {
        return std::unexpected(tree.error());
    }
    try {
        T of;
        RecordReader{form}.read(*tree, of);
        return of;
    } catch (const Refusal& refusal) {
        return std::unexpected(refusal.error);
    }
}

/// Writes the canonical form.
class RecordWriter {
public:
    using Value = boost::json::value;

    static Value json_of(const std::string& text) { return Value(text); }
    static Value json_of(std::int64_t number) { return number; }
    static Value json_of(Ratio ratio) { return ratio.ppm; }
    static Value json_of(Milliseconds duration) { return duration.count(); }
    static Value json_of(const Condition& condition) { return Value(to_text(condition)); }
    static Value json_of(const FolderName& name) { return Value(name.text); }
    static Value json_of(base::Instant at) { return at.unix_micros(); }
    static Value json_of(const base::Uuid& id) { return Value(base::to_string(id)); }
    static Value json_of(const base::Sketch& sketch) {
        return Value(base::to_base64(sketch.to_bytes()));
    }
    template <Enum E>
    static Value json_of(const E& one) {
        return Value(name_of(one));
    }
    template <class T>
    static Value json_of(const std::vector<T>& list) {
        boost::json::array items;
        for (const T& item : list) {
            items.push_back(json_of(item));
        }
        return items;
    }
    template <class... Kinds>
    static Value json_of(const std::variant<Kinds...>& one) {
        return std::visit(
            []<class Kind>(const Kind& of) {
                Value json = json_of(of);
                json.as_object()["kind"] = Kind::kKind;
                return json;
            },
            one
        );
    }
    template <class T>
    static Value json_of(const T& of) {
        boost::json::object members;
        const auto field = [&members]<class Member>(std::string_view key, const Member& member) {
            const std::string name = std::string{key} + std::string{suffix_of<Member>()};
            if constexpr (kIsOptional<Member>) {
                if (member) {
                    members[name] = json_of(*member);
                }
            } else if constexpr (std::same_as<Member, bool>) {
                if (member) {
                    members[name] = true;
                }
            } else {
                members[name] = json_of(member);
            }
        };
        describe(field, of);
        return members;
    }
};

}  // namespace accubooks::launch
