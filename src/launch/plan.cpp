#include "launch/plan.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <set>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/canonical_json.h"
#include "base/utf8.h"
#include "launch/internal/plan_fields.h"
#include "launch/internal/yaml.h"

namespace accubooks::launch {
namespace {

using base::ErrorKind;
using base::Result;
using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr std::int64_t kNumberMax = 999'999'999;
constexpr std::size_t kTextMax = 500;
constexpr std::size_t kItemsMax = 100;

// The names of an enum's values, in their order.
constexpr std::array<std::string_view, 5> names(RoleName) {
    return {"requester_lead", "executive_operator", "product_lead", "business_lead", "on_call"};
}
constexpr std::array<std::string_view, 16> names(Right) {
    return {
        "read",
        "draft",
        "request",
        "start",
        "approve",
        "reject",
        "defer",
        "attach_conditions",
        "pause",
        "resume",
        "resume_after_p0",
        "rollback",
        "abort",
        "acknowledge",
        "file_incident",
        "report"
    };
}
constexpr std::array<std::string_view, 4> names(PhaseName) {
    return {"phase1", "phase2", "phase3", "phase4"};
}
constexpr std::array<std::string_view, 4> names(Risk) {
    return {"zero", "low", "medium", "high"};
}
constexpr std::array<std::string_view, 3> names(Severity) {
    return {"p0", "p1", "p2"};
}
constexpr std::array<std::string_view, 1> names(OnTooFewSamples) {
    return {"extend_then_rollback"};
}
constexpr std::array<std::string_view, 1> names(OnOneSource) {
    return {"continue_without_finalising"};
}
constexpr std::array<std::string_view, 1> names(OnBothSources) {
    return {"pause_then_rollback"};
}
constexpr std::array<std::string_view, 4> names(Delivery) {
    return {"phone", "chat", "mail", "escalation"};
}
constexpr std::array<std::string_view, 3> names(Tier) {
    return {"free", "starter", "pro"};
}

template <class E>
    requires std::is_enum_v<E>
std::string_view name_of(E one) {
    return names(one).at(static_cast<std::size_t>(one));
}

template <class T>
concept Enum = std::is_enum_v<T>;
template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

// A file as people write it, or the canonical form.
enum class Form : std::uint8_t { written, canonical };

// What the canonical form's names of shares and times end with, so that a number has its unit.
template <class T>
constexpr std::string_view suffix_of() {
    if constexpr (std::same_as<T, Ratio>) {
        return "_ppm";
    } else if constexpr (std::same_as<T, Milliseconds>) {
        return "_ms";
    } else if constexpr (kIsOptional<T>) {
        return suffix_of<typename T::value_type>();
    } else {
        return "";
    }
}

// ── Reading ─────────────────────────────────────────────────────────────────────────────────────

struct Refusal {
    base::Error error;
};

class Reader {
public:
    explicit Reader(Form form) : form_{form} {}

    void read(const YamlNode& node, std::string& text) const {
        demand(node, YamlNode::Kind::scalar, "a text");
        if (node.text.empty() || node.text.size() > kTextMax || !base::is_plain_text(node.text)) {
            refuse(node, fmt::format("Write a text of 1 to {} plain characters.", kTextMax));
        }
        text = node.text;
    }
    void read(const YamlNode& node, std::int64_t& number) const {
        number = whole(node, kNumberMax);
    }
    void read(const YamlNode& node, bool& truth) const {
        demand(node, YamlNode::Kind::scalar, "true or false");
        if (!node.is_plain || (node.text != "true" && node.text != "false")) {
            refuse(node, "Write true or false.");
        }
        truth = node.text == "true";
    }
    void read(const YamlNode& node, Ratio& ratio) const {
        ratio.ppm = form_ == Form::canonical ? whole(node, kJsonNumberMax)
                                             : taken(node, parse_ratio(scalar(node)));
    }
    void read(const YamlNode& node, Milliseconds& duration) const {
        duration = form_ == Form::canonical ? Milliseconds{whole(node, kJsonNumberMax)}
                                            : taken(node, parse_duration(scalar(node)));
    }
    void read(const YamlNode& node, Condition& condition) const {
        condition = taken(node, parse_condition(scalar(node)));
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
        if (node.items.size() > kItemsMax) {
            refuse(node, fmt::format("Write a list of at most {}.", kItemsMax));
        }
        for (const YamlNode& item : node.items) {
            read(item, list.emplace_back());
        }
    }
    template <class T>
    void read(const YamlNode& node, T& of) const {
        demand(node, YamlNode::Kind::map, "a map");
        std::set<std::string> used;
        const auto field = [&]<class Member>(std::string_view key, Member& member) {
            const std::string name =
                std::string{key} + std::string{form_ == Form::canonical ? suffix_of<Member>() : ""};
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

private:
    static constexpr std::int64_t kJsonNumberMax = (std::int64_t{1} << 53) - 1;

    [[noreturn]] static void refuse(
        const YamlNode& node, const std::string& why, std::string_view code = "plan.bad_value"
    ) {
        std::string where = node.line > 0 ? fmt::format("{}:{}: ", node.line, node.column) : "";
        throw Refusal{{.kind = ErrorKind::invalid, .code = code, .detail = where + why}};
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
    static T taken(const YamlNode& node, Result<T> result) {
        if (!result) {
            refuse(node, result.error().detail, result.error().code);
        }
        return *std::move(result);
    }
    static std::int64_t whole(const YamlNode& node, std::int64_t most) {
        demand(node, YamlNode::Kind::scalar, "a whole number");
        std::int64_t number = -1;
        const char* end = node.text.data() + node.text.size();
        const auto read = std::from_chars(node.text.data(), end, number);
        const bool is_canonical =
            read.ec == std::errc{} && read.ptr == end && std::to_string(number) == node.text;
        if (!node.is_plain || !is_canonical || number < 0 || number > most) {
            refuse(node, fmt::format("Write a whole number from 0 to {}.", most));
        }
        return number;
    }

    Form form_;
};

Result<Plan> plan_of(const Result<YamlNode>& tree, Form form) {
    if (!tree) {
        return std::unexpected(tree.error());
    }
    try {
        Plan plan;
        Reader{form}.read(*tree, plan);
        return plan;
    } catch (const Refusal& refusal) {
        return std::unexpected(refusal.error);
    }
}

// ── Writing ─────────────────────────────────────────────────────────────────────────────────────

class Writer {
public:
    static value json_of(const std::string& text) { return value(text); }
    static value json_of(std::int64_t number) { return number; }
    static value json_of(Ratio ratio) { return ratio.ppm; }
    static value json_of(Milliseconds duration) { return duration.count(); }
    static value json_of(const Condition& condition) { return value(to_text(condition)); }
    template <Enum E>
    static value json_of(const E& one) {
        return value(name_of(one));
    }
    template <class T>
    static value json_of(const std::vector<T>& list) {
        array items;
        for (const T& item : list) {
            items.push_back(json_of(item));
        }
        return items;
    }
    template <class T>
    static value json_of(const T& of) {
        object members;
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

// ── Schema ──────────────────────────────────────────────────────────────────────────────────────

template <class T>
value schema_of();

template <class T>
struct SchemaOf {
    static value make() {
        object properties;
        array required;
        const auto field = [&]<class Member>(std::string_view key, const Member&) {
            properties[key] = schema_of<Member>();
            if constexpr (!kIsOptional<Member> && !std::same_as<Member, bool>) {
                required.push_back(value(key));
            }
        };
        const T nothing{};
        describe(field, nothing);
        object schema{
            {"type", "object"},
            {"additionalProperties", false},
            {"properties", std::move(properties)},
        };
        if (!required.empty()) {
            schema["required"] = std::move(required);
        }
        return schema;
    }
};
template <class T>
struct SchemaOf<std::optional<T>> {
    static value make() { return schema_of<T>(); }
};
template <class T>
struct SchemaOf<std::vector<T>> {
    static value make() {
        return object{{"type", "array"}, {"maxItems", kItemsMax}, {"items", schema_of<T>()}};
    }
};
template <>
struct SchemaOf<std::string> {
    static value make() {
        return object{{"type", "string"}, {"minLength", 1}, {"maxLength", kTextMax}};
    }
};
template <>
struct SchemaOf<std::int64_t> {
    static value make() {
        return object{{"type", "integer"}, {"minimum", 0}, {"maximum", kNumberMax}};
    }
};
template <>
struct SchemaOf<bool> {
    static value make() { return object{{"type", "boolean"}}; }
};
value reference(std::string_view name) {
    return object{{"$ref", "#/$defs/" + std::string{name}}};
}
template <>
struct SchemaOf<Ratio> {
    static value make() { return reference("share"); }
};
template <>
struct SchemaOf<Milliseconds> {
    static value make() { return reference("duration"); }
};
template <>
struct SchemaOf<Condition> {
    static value make() { return reference("condition"); }
};
template <class E>
    requires Enum<E>
struct SchemaOf<E> {
    static value make() {
        array all;
        for (const std::string_view name : names(E{})) {
            all.push_back(value(name));
        }
        return object{{"enum", std::move(all)}};
    }
};

template <class T>
value schema_of() {
    return SchemaOf<T>::make();
}

object pattern(std::string_view expression) {
    return {{"type", "string"}, {"pattern", expression}};
}

// Two spaces a level, so that a change of the schema can be read in review.
void write_indented(std::string& out, const value& json, std::size_t depth) {
    const std::string indent(2 * (depth + 1), ' ');
    const auto close = [&](char bracket) { out += '\n' + std::string(2 * depth, ' ') + bracket; };
    if (const auto* members = json.if_object(); members != nullptr && !members->empty()) {
        std::string_view before = "{\n";
        for (const auto& [key, member] : *members) {
            out += std::string{before} + indent + serialize(value(key)) + ": ";
            write_indented(out, member, depth + 1);
            before = ",\n";
        }
        close('}');
    } else {
        out += serialize(json);
    }
}

}  // namespace

std::string_view to_string(RoleName role) {
    return name_of(role);
}
std::string_view to_string(Right right) {
    return name_of(right);
}
std::string_view to_string(PhaseName phase) {
    return name_of(phase);
}
std::string_view to_string(Severity severity) {
    return name_of(severity);
}

const Phase& Plan::phase(PhaseName name) const {
    const auto found = std::ranges::find(phases, name, &Phase::phase);
    base::ensure(found != phases.end(), "a plan is refused unless it has all four phases");
    return *found;
}

const Role* Plan::role(RoleName name) const {
    const auto found = std::ranges::find(roles, name, &Role::role);
    return found == roles.end() ? nullptr : &*found;
}

bool Plan::may(RoleName name, Right right) const {
    const Role* found = role(name);
    return found != nullptr && std::ranges::find(found->may, right) != found->may.end();
}

Result<Plan> parse_plan(std::string_view yaml) {
    return plan_of(parse_yaml(yaml, kPlanBytesMax), Form::written);
}

Result<Plan> parse_canonical_plan(std::string_view json) {
    return plan_of(parse_json_tree(json, kPlanBytesMax), Form::canonical);
}

Result<Plan> read_plan(const std::filesystem::path& file) {
    std::ifstream input{file, std::ios::binary};
    std::string text(kPlanBytesMax + 1, '\0');
    input.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(input.gcount()));
    if (!input.eof()) {
        return base::refuse(
            ErrorKind::invalid,
            "plan.no_file",
            fmt::format("{} can't be read, or is too large for a plan.", file.string())
        );
    }
    return parse_plan(text);
}

const Plan& default_plan() {
    static const Plan plan = [] {
        auto parsed = parse_plan(default_plan_text());
        base::ensure(parsed.has_value(), "a test reads the plan that the program is built with");
        return *std::move(parsed);
    }();
    return plan;
}

std::string canonical_json(const Plan& plan) {
    auto text = base::canonical_json(Writer::json_of(plan));
    base::ensure(text.has_value(), "a plan holds plain texts and whole numbers");
    return *std::move(text);
}

base::Digest digest_of(const Plan& plan) {
    return base::sha256(canonical_json(plan));
}

std::string plan_schema() {
    object schema{
        {"$schema", "https://json-schema.org/draft/2020-12/schema"},
        {"title", "AccuBooks launch plan"},
    };
    object body = schema_of<Plan>().as_object();
    for (const auto& [key, member] : body) {
        schema[key] = member;
    }
    schema["$defs"] = object{
        {"share", pattern(ratio_pattern())},
        {"duration", pattern(duration_pattern())},
        {"condition", pattern(condition_pattern())},
    };
    std::string text;
    write_indented(text, schema, 0);
    return text + "\n";
}

}  // namespace accubooks::launch
