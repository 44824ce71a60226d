#include "launch/payload.h"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "base/canonical_json.h"
#include "base/json.h"
#include "base/rfc3339.h"
#include "launch/role_name.h"

namespace accubooks::launch {
namespace {

namespace json = boost::json;

constexpr std::string_view kSchema = "accubooks.launch.payload/1";

json::value json_of(const std::vector<SettingChange>& changes) {
    json::array list;
    for (const SettingChange& change : changes) {
        list.push_back({{"setting", change.setting}, {"from", change.from}, {"to", change.to}});
    }
    return list;
}

json::value json_of(const Stakeholder& person) {
    return {
        {"role", to_string(person.role)},
        {"user_id", base::to_string(person.user)},
        {"name", person.name},
    };
}

json::value json_of(const std::vector<Stakeholder>& people) {
    json::array list;
    for (const Stakeholder& person : people) {
        list.push_back(json_of(person));
    }
    return list;
}

json::value json_of(const std::vector<Guide>& guides) {
    json::array list;
    for (const Guide& guide : guides) {
        list.push_back({
            {"title", guide.title},
            {"path", guide.path},
            {"phase", guide.phase},
            {"sha256", base::to_hex(guide.digest)},
            {"lines", guide.lines},
        });
    }
    return list;
}

json::value json_of(const Policy& policy) {
    json::array sentences;
    for (const std::string& sentence : policy.sentences) {
        sentences.emplace_back(sentence);
    }
    return {
        {"quorum", policy.quorum},
        {"approver", to_string(policy.approver)},
        {"sentences", std::move(sentences)},
        {"approval_valid_s", policy.approval_valid.count()},
        {"separation", {"author", "contributors", "one_person_one_side"}},
    };
}

json::value json_of(const BuildSeen& build) {
    return {
        {"version", build.version},
        {"commit", build.commit},
        {"binary_sha256", base::to_hex(build.binary)},
        {"schema_sha256", base::to_hex(build.schema)},
    };
}

json::value json_of(const LoadSeen& load) {
    return {
        {"requests", load.requests},
        {"errors", load.errors},
        {"p50_us", load.p50_us},
        {"p95_us", load.p95_us},
        {"p99_us", load.p99_us},
    };
}

json::value json_of(const QuotedAudit& quoted) {
    json::array statements;
    for (const std::string& statement : quoted.statements) {
        statements.emplace_back(statement);
    }
    return {
        {"statements", std::move(statements)},
        {"reference", quoted.reference},
        {"reference_sha256", base::to_hex(quoted.digest)},
    };
}

/// Of JSON that this program wrote.
json::value parsed(std::string_view text) {
    auto value = base::parse_json(text);
    base::ensure(value.has_value(), "what this program writes as JSON is JSON");
    return *std::move(value);
}

std::unexpected<base::Error> refused() {
    return base::refuse(
        base::ErrorKind::conflict,
        "launch.bad_payload",
        "The revision's payload isn't of this program's form; it was made by another version."
    );
}

// The readers throw where a member is missing or of another kind; who calls them turns that into
// the refusal above.

std::string text_of(const json::object& object, std::string_view name) {
    return std::string{object.at(name).as_string()};
}

std::int64_t number_of(const json::object& object, std::string_view name) {
    return object.at(name).to_number<std::int64_t>();
}

base::Digest hash_of(const json::object& object, std::string_view name) {
    return base::digest_from_hex(text_of(object, name)).value();
}

template <class T>
std::vector<T> list_of(
    const json::object& object, std::string_view name, T (*read)(const json::object&)
) {
    std::vector<T> list;
    for (const json::value& item : object.at(name).as_array()) {
        list.push_back(read(item.as_object()));
    }
    return list;
}

SettingChange change_of(const json::object& object) {
    return {
        .setting = text_of(object, "setting"),
        .from = number_of(object, "from"),
        .to = number_of(object, "to"),
    };
}

Stakeholder stakeholder_of(const json::object& object) {
    return {
        .role = parse_role_name(text_of(object, "role")).value(),
        .user = base::Uuid::parse(text_of(object, "user_id")).value(),
        .name = text_of(object, "name"),
    };
}

Guide guide_of(const json::object& object) {
    return {
        .title = text_of(object, "title"),
        .path = text_of(object, "path"),
        .phase = text_of(object, "phase"),
        .digest = hash_of(object, "sha256"),
        .lines = number_of(object, "lines"),
    };
}

std::vector<std::string> texts_of(const json::object& object, std::string_view name) {
    std::vector<std::string> list;
    for (const json::value& item : object.at(name).as_array()) {
        list.emplace_back(item.as_string());
    }
    return list;
}

Policy policy_of(const json::object& object) {
    return {
        .quorum = number_of(object, "quorum"),
        .approver = parse_role_name(text_of(object, "approver")).value(),
        .sentences = texts_of(object, "sentences"),
        .approval_valid = std::chrono::seconds{number_of(object, "approval_valid_s")},
    };
}

BuildSeen build_of(const json::object& object) {
    return {
        .version = text_of(object, "version"),
        .commit = text_of(object, "commit"),
        .binary = hash_of(object, "binary_sha256"),
        .schema = hash_of(object, "schema_sha256"),
    };
}

LoadSeen load_of(const json::object& object) {
    return {
        .requests = number_of(object, "requests"),
        .errors = number_of(object, "errors"),
        .p50_us = number_of(object, "p50_us"),
        .p95_us = number_of(object, "p95_us"),
        .p99_us = number_of(object, "p99_us"),
    };
}

PhaseName phase_of(std::string_view text) {
    return parse_phase_name(text).value();
}

QuotedAudit quoted_of(const json::object& object) {
    return {
        .statements = texts_of(object, "statements"),
        .reference = text_of(object, "reference"),
        .digest = hash_of(object, "reference_sha256"),
    };
}

Payload read(const json::object& object) {
    if (text_of(object, "schema") != kSchema) {
        throw std::invalid_argument{"another schema"};
    }
    return {
        .change = parse_change_name(text_of(object, "change")).value(),
        .revision = number_of(object, "revision"),
        .phase = phase_of(text_of(object, "phase")),
        .made_at = base::parse_rfc3339(text_of(object, "made_at")).value(),
        .requester = stakeholder_of(object.at("requester").as_object()),
        .note = text_of(object, "note"),
        .quoted = quoted_of(object.at("quoted_audit").as_object()),
        .plan = parse_canonical_plan(base::canonical_json(object.at("plan")).value()).value(),
        .rollback = list_of(object, "rollback", change_of),
        .settings =
            ops::values_from_json(json::serialize(object.at("baseline").at("settings"))).value(),
        .settings_revision = number_of(object.at("baseline").as_object(), "settings_revision"),
        .instances = texts_of(object, "instances"),
        .build = build_of(object.at("build").as_object()),
        .policy = policy_of(object.at("policy").as_object()),
        .stakeholders = list_of(object, "stakeholders", stakeholder_of),
        .guides = list_of(object, "guides", guide_of),
        .load = load_of(object.at("synthetic_load").as_object()),
    };
}

}  // namespace

base::Digest Payload::baseline() const {
    return digest_of(settings);
}

base::Digest digest_of(const ops::Values& settings) {
    return base::sha256(ops::to_json(settings));
}

std::string to_json(const Payload& payload) {
    json::array instances;
    for (const std::string& instance : payload.instances) {
        instances.emplace_back(instance);
    }
    const json::value value{
        {"schema", kSchema},
        {"change", change_name(payload.change)},
        {"revision", payload.revision},
        {"phase", to_string(payload.phase)},
        {"made_at", base::to_rfc3339(payload.made_at)},
        {"requester", json_of(payload.requester)},
        {"note", payload.note},
        {"quoted_audit", json_of(payload.quoted)},
        {"plan", parsed(canonical_json(payload.plan))},
        {"plan_sha256", base::to_hex(digest_of(payload.plan))},
        {"change_of_settings", json_of(payload.plan.phase1.change)},
        {"rollback", json_of(payload.rollback)},
        {"baseline",
         {{"settings", parsed(ops::to_json(payload.settings))},
          {"settings_revision", payload.settings_revision},
          {"sha256", base::to_hex(payload.baseline())}}},
        {"instances", std::move(instances)},
        {"build", json_of(payload.build)},
        {"policy", json_of(payload.policy)},
        {"stakeholders", json_of(payload.stakeholders)},
        {"guides", json_of(payload.guides)},
        {"synthetic_load", json_of(payload.load)},
    };
    auto text = base::canonical_json(value);
    base::ensure(text.has_value(), "a payload holds texts and whole numbers");
    return *std::move(text);
}

base::Result<std::vector<SettingChange>> changes_of(std::string_view bytes) {
    const auto value = base::parse_json(bytes);
    try {
        const json::object& plan = value.value().as_object().at("plan").as_object();
        return list_of(plan.at("phase1").as_object(), "change", change_of);
    } catch (const std::exception&) {
        return refused();
    }
}

base::Result<Payload> payload_of(std::string_view bytes) {
    const auto value = base::parse_json(bytes);
    try {
        Payload payload = read(value.value().as_object());
        if (to_json(payload) != bytes) {
            return refused();
        }
        return payload;
    } catch (const std::exception&) {
        return refused();
    }
}

}  // namespace accubooks::launch
