#include "reports/scope.h"

#include "ledger/tags.h"

namespace accubooks::reports {
namespace {

std::string_view to_string(Closing closing) {
    return closing == Closing::include ? "include" : "exclude";
}

}  // namespace

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
    json.key("tags").raw(ledger::tags_json(scope.tags).value_or("{}"));
}

}  // namespace accubooks::reports
