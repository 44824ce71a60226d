#include "launch/decision.h"

#include <array>
#include <charconv>

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "audit/bundle_verifier.h"
#include "audit/statement.h"
#include "base/rfc3339.h"
#include "base/utf8.h"

namespace accubooks::launch {
namespace {

namespace json = boost::json;

constexpr std::array kVerbs{Verb::approve, Verb::reject, Verb::defer, Verb::revoke};

std::string subject_name(const Decision& decision) {
    return fmt::format("{}/rev/{}", change_name(decision.change), decision.revision);
}

json::object predicate_of(const Decision& decision) {
    json::array conditions;
    for (const Condition& condition : decision.conditions) {
        conditions.emplace_back(to_text(condition));
    }
    json::object predicate{
        {"decision", to_string(decision.verb)},
        {"change", decision.change},
        {"revision", decision.revision},
        {"role", to_string(decision.role)},
        {"approver",
         {{"id", base::to_string(decision.approver)},
          {"name", decision.approver_name},
          {"keyid", decision.key_id},
          {"method", "ed25519"}}},
        {"notBefore", base::to_rfc3339(decision.not_before)},
        {"expiresAt", base::to_rfc3339(decision.expires_at)},
        {"conditions", std::move(conditions)},
    };
    if (decision.verb == Verb::approve) {
        predicate["sentence"] = decision.sentence;
    }
    if (!decision.rationale.empty()) {
        predicate["rationale"] = decision.rationale;
    }
    if (decision.defer_until) {
        predicate["deferUntil"] = base::to_rfc3339(*decision.defer_until);
    }
    return predicate;
}

std::unexpected<base::Error> bad_statement(std::string detail) {
    return base::refuse(base::ErrorKind::invalid, "launch.bad_statement", std::move(detail));
}

/// Whether a decision's texts are short enough and show what they hold.
bool has_plain_texts(const Decision& decision) {
    for (const std::string* text :
         {&decision.approver_name, &decision.key_id, &decision.sentence, &decision.rationale}) {
        if (text->size() > kStatementTextMax || !base::is_plain_text(*text)) {
            return false;
        }
    }
    return decision.conditions.size() <= kConditionsMax;
}

Verb verb_of(std::string_view text) {
    for (const Verb verb : kVerbs) {
        if (to_string(verb) == text) {
            return verb;
        }
    }
    throw std::invalid_argument{"no verb"};
}

std::string text_of(const json::object& object, std::string_view name) {
    return std::string{object.at(name).as_string()};
}

std::string optional_text_of(const json::object& object, std::string_view name) {
    return object.contains(name) ? text_of(object, name) : std::string{};
}

base::Instant instant_of(const json::object& object, std::string_view name) {
    return base::parse_rfc3339(text_of(object, name)).value();
}

/// Throws where a member is missing or of another kind.
Decision read(const audit::Statement& statement) {
    const json::object& predicate = statement.predicate;
    const json::object& approver = predicate.at("approver").as_object();
    Decision decision{
        .verb = verb_of(text_of(predicate, "decision")),
        .change = predicate.at("change").to_number<std::int64_t>(),
        .revision = predicate.at("revision").to_number<std::int64_t>(),
        .payload = statement.subjects.at(0).sha256,
        .role = parse_role_name(text_of(predicate, "role")).value(),
        .approver = base::Uuid::parse(text_of(approver, "id")).value(),
        .approver_name = text_of(approver, "name"),
        .key_id = text_of(approver, "keyid"),
        .sentence = optional_text_of(predicate, "sentence"),
        .rationale = optional_text_of(predicate, "rationale"),
        .not_before = instant_of(predicate, "notBefore"),
        .expires_at = instant_of(predicate, "expiresAt"),
    };
    if (predicate.contains("deferUntil")) {
        decision.defer_until = instant_of(predicate, "deferUntil");
    }
    for (const json::value& condition : predicate.at("conditions").as_array()) {
        decision.conditions.push_back(parse_approval_condition(condition.as_string()).value());
    }
    return decision;
}

}  // namespace

std::string_view to_string(Verb verb) {
    switch (verb) {
        case Verb::approve:
            return "approve";
        case Verb::reject:
            return "reject";
        case Verb::defer:
            return "defer";
        case Verb::revoke:
            return "revoke";
    }
    return "";
}

std::string statement_of(const Decision& decision) {
    auto text = audit::to_json(audit::Statement{
        .subjects = {{.name = subject_name(decision), .sha256 = decision.payload}},
        .predicate_type = std::string{audit::kDecisionType},
        .predicate = predicate_of(decision),
    });
    base::ensure(text.has_value(), "a decision holds plain texts and whole numbers");
    return *std::move(text);
}

base::Result<Decision> decision_of(std::string_view statement) {
    AB_TRY(opened, audit::Statement::parse(statement));
    Decision decision;
    try {
        decision = read(opened);
    } catch (const std::exception&) {
        return bad_statement("The signed statement isn't a decision of this program's form.");
    }
    // Written again it must be the same, byte for byte: no member too many, no second spelling.
    if (!has_plain_texts(decision) || statement_of(decision) != statement) {
        return bad_statement(
            "The signed statement isn't written as this program writes decisions; sign with the "
            "accubooks command of the same version."
        );
    }
    return decision;
}

std::string change_name(std::int64_t change) {
    return fmt::format("CHG-{:04}", change);
}

base::Result<std::int64_t> parse_change_name(std::string_view text) {
    constexpr std::string_view kPrefix = "CHG-";
    if (text.starts_with(kPrefix)) {
        std::int64_t number = 0;
        const std::string_view digits = text.substr(kPrefix.size());
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (error == std::errc{} && number > 0 && change_name(number) == text) {
            return number;
        }
    }
    return change_not_found();
}

std::unexpected<base::Error> change_not_found() {
    return base::refuse(
        base::ErrorKind::not_found,
        "launch.change_not_found",
        "There is no such change; accubooks launch status lists them."
    );
}

}  // namespace accubooks::launch
