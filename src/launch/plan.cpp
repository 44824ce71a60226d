#include "launch/plan.h"

#include <algorithm>
#include <fstream>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/canonical_json.h"
#include "launch/internal/plan_fields.h"
#include "launch/internal/yaml.h"

namespace accubooks::launch {
namespace {

using base::ErrorKind;
using base::Result;
using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr std::size_t kFolderNameMax = 64;

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
        return object{
            {"type", "array"}, {"maxItems", kWrittenLimits.items}, {"items", schema_of<T>()}
        };
    }
};
template <>
struct SchemaOf<std::string> {
    static value make() {
        return object{{"type", "string"}, {"minLength", 1}, {"maxLength", kWrittenLimits.text}};
    }
};
template <>
struct SchemaOf<std::int64_t> {
    static value make() {
        return object{{"type", "integer"}, {"minimum", 0}, {"maximum", kWrittenLimits.number}};
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
template <>
struct SchemaOf<FolderName> {
    static value make() { return reference("folder_name"); }
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
    return read_record<Plan>(parse_yaml(yaml, kPlanBytesMax), Form::written);
}

Result<Plan> parse_canonical_plan(std::string_view json) {
    return read_record<Plan>(parse_json_tree(json, kPlanBytesMax), Form::canonical);
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
    auto plan = parse_plan(text);
    if (!plan) {
        plan.error().detail = fmt::format("{}: {}", file.string(), plan.error().detail);
    }
    return plan;
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
    auto text = base::canonical_json(RecordWriter::json_of(plan));
    base::ensure(text.has_value(), "a plan holds plain texts and whole numbers");
    return *std::move(text);
}

base::Digest digest_of(const Plan& plan) {
    return base::sha256(canonical_json(plan));
}

Result<FolderName> parse_folder_name(std::string_view text) {
    const bool is_plain = std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (text.empty() || text.size() > kFolderNameMax || !is_plain) {
        return base::refuse(
            ErrorKind::invalid,
            "plan.bad_value",
            fmt::format("A folder is named with a to z, 0 to 9 and _, {} at most.", kFolderNameMax)
        );
    }
    return FolderName{std::string{text}};
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
        {"folder_name", pattern(fmt::format("^[a-z0-9_]{{1,{}}}$", kFolderNameMax))},
    };
    std::string text;
    write_indented(text, schema, 0);
    return text + "\n";
}

}  // namespace accubooks::launch
