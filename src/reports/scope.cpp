#include "reports/scope.h"

namespace accubooks::reports {
namespace {

std::string_view to_string(Closing closing) {
    return closing == Closing::include ? "include" : "exclude";
}

void write_tags(base::JsonWriter& json, const ledger::Tags& tags) {
    json.begin_object();
    for (const auto& [name, value] : tags) {
        json.member(name, value);
    }
    json.end_object();
}

}  // namespace

std::optional<ledger::Tags::value_type> parse_tag(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos) {
        return std::nullopt;
    }
    return ledger::Tags::value_type{text.substr(0, equals), text.substr(equals + 1)};
}

std::string to_string(const Scope& scope) {
    std::string text =
        scope.closing == Closing::include ? "with closing entries" : "without closing entries";
    for (const auto& [name, value] : scope.tags) {
        text.append(", with ").append(name).append("=").append(value);
    }
    return text;
}

void write_scope(base::JsonWriter& json, const Scope& scope) {
    json.member("closing", to_string(scope.closing));
    json.key("tags");
    write_tags(json, scope.tags);
}

std::optional<std::string> tags_json(const Scope& scope) {
    if (scope.tags.empty()) {
        return std::nullopt;
    }
    base::JsonWriter json;
    write_tags(json, scope.tags);
    return std::move(json).take();
}

}  // namespace accubooks::reports
