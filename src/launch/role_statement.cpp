#include "launch/role_statement.h"

#include <stdexcept>

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "audit/statement.h"
#include "base/digest.h"
#include "base/rfc3339.h"
#include "launch/internal/exact_statement.h"

namespace accubooks::launch {
namespace {

namespace json = boost::json;

constexpr std::string_view kPredicateType = "https://accubooks.dev/launch/role/v1";

std::string text_of(const json::object& object, std::string_view name) {
    return std::string{object.at(name).as_string()};
}

template <class Value>
Value one_of(std::string_view text, std::initializer_list<Value> values) {
    for (const Value value : values) {
        if (to_string(value) == text) {
            return value;
        }
    }
    throw std::invalid_argument{"none of them"};
}

/// Throws where a member is missing or of another kind.
RoleStatement read(const audit::Statement& statement) {
    const json::object& predicate = statement.predicate;
    using Kind = RoleEvent::Kind;
    return {
        .act = one_of(text_of(predicate, "act"), {Kind::proposed, Kind::confirmed}),
        .grant = base::Uuid::parse(text_of(predicate, "grant")).value(),
        .effect = one_of(text_of(predicate, "effect"), {RoleEffect::grant, RoleEffect::revoke}),
        .role = parse_role_name(text_of(predicate, "role")).value(),
        .email = text_of(predicate, "email"),
        .signed_at = base::parse_rfc3339(text_of(predicate, "signedAt")).value(),
    };
}

/// What proposal and confirmation are both about.
std::string content_of(const RoleStatement& statement) {
    return fmt::format(
        "{} {} {} {}",
        base::to_string(statement.grant),
        to_string(statement.effect),
        to_string(statement.role),
        statement.email
    );
}

}  // namespace

std::string statement_of(const RoleStatement& statement) {
    auto text = audit::to_json(audit::Statement{
        .subjects =
            {{.name = "grant/" + base::to_string(statement.grant),
              .sha256 = base::sha256(content_of(statement))}},
        .predicate_type = std::string{kPredicateType},
        .predicate =
            {{"act", to_string(statement.act)},
             {"grant", base::to_string(statement.grant)},
             {"effect", to_string(statement.effect)},
             {"role", to_string(statement.role)},
             {"email", statement.email},
             {"signedAt", base::to_rfc3339(statement.signed_at)}},
    });
    base::ensure(text.has_value(), "a statement of texts is canonical");
    return *std::move(text);
}

base::Result<RoleStatement> role_statement_of(std::string_view payload) {
    return exact_statement(payload, read, "a role");
}

}  // namespace accubooks::launch
