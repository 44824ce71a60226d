#include "audit/policy.h"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "audit/envelope.h"
#include "audit/internal/files.h"
#include "audit/internal/json_fields.h"
#include "base/base64.h"
#include "base/canonical_json.h"
#include "base/ids.h"

namespace accubooks::audit {
namespace {

namespace json = boost::json;

constexpr std::string_view kBadPolicy = "audit.bad_policy";
constexpr std::size_t kLogsMax = 1000;
constexpr std::size_t kWitnessesMax = 100;
constexpr std::size_t kApproversMax = 1000;
constexpr std::size_t kRolesMax = 16;
constexpr std::size_t kNameBytesMax = 800;  // a person's name has 200 characters
constexpr std::size_t kRoleMax = 64;

std::vector<VerifierKey> keys_of(
    JsonFields& fields, std::string_view name, std::size_t most, KeyType type
) {
    std::vector<VerifierKey> keys;
    for (const json::value& one : fields.array(name, 0, most)) {
        const json::string* const text = one.if_string();
        const auto key = VerifierKey::parse(text == nullptr ? "" : std::string_view{*text});
        if (!key || key->type != type) {
            fields.breach(fmt::format("{} holds what isn't a key of that kind", name));
        } else if (std::ranges::any_of(keys, [&](const VerifierKey& other) {
                       // A witness counts once, whatever its names; a log's key serves its origins.
                       return other.name == key->name ||
                              (type == KeyType::cosignature && other.key == key->key);
                   })) {
            fields.breach(fmt::format("{} holds {} twice", name, key->name));
        } else {
            keys.push_back(*key);
        }
    }
    return keys;
}

std::set<std::string> roles_of(JsonFields& fields) {
    std::set<std::string> roles;
    for (const json::value& one : fields.array("roles", 0, kRolesMax)) {
        const json::string* const text = one.if_string();
        if (text == nullptr || text->empty() || text->size() > kRoleMax) {
            fields.breach("roles holds what isn't a role");
        } else {
            roles.emplace(text->data(), text->size());
        }
    }
    return roles;
}

Approver approver_of(const json::value& value, JsonFields& policy) {
    JsonFields fields{value, kBadPolicy};
    Approver approver{
        .user = fields.text("user", 36, 36),
        .name = fields.text("name", 1, kNameBytesMax),
        .roles = roles_of(fields),
        .enrolled_at = fields.time("enrolled_at"),
        .revoked_at = fields.optional_time("revoked_at"),
    };
    const std::string key = fields.base64("public_key", approver.key.bytes.size());
    if (key.size() == approver.key.bytes.size()) {
        std::ranges::copy(key, approver.key.bytes.begin());
    } else {
        fields.breach("public_key isn't 32 bytes");
    }
    if (fields.text("keyid", 64, 64) != key_id(approver.key)) {
        fields.breach("keyid is that of another key");
    }
    policy.adopt(std::move(fields));
    return approver;
}

std::vector<Approver> approvers_of(JsonFields& fields) {
    std::vector<Approver> approvers;
    std::set<base::PublicKey> keys;
    for (const json::value& one : fields.array("approvers", 0, kApproversMax)) {
        approvers.push_back(approver_of(one, fields));
        if (!keys.insert(approvers.back().key).second) {
            fields.breach("approvers holds a key twice");
        }
    }
    return approvers;
}

std::map<std::string, std::int64_t> quorum_of(JsonFields& fields) {
    std::map<std::string, std::int64_t> quorum;
    const json::value* const value = fields.required("quorum");
    const json::object* const roles = value == nullptr ? nullptr : value->if_object();
    if (roles == nullptr || roles->size() > kRolesMax) {
        fields.breach("quorum isn't an object of numbers by role");
        return quorum;
    }
    for (const auto& member : *roles) {
        const std::int64_t* const count = member.value().if_int64();
        if (count == nullptr || *count < 1 || *count > 100 || member.key().size() > kRoleMax) {
            fields.breach("quorum isn't an object of numbers by role");
        } else {
            quorum.emplace(std::string_view{member.key()}, *count);
        }
    }
    return quorum;
}

json::array array_of(const std::vector<VerifierKey>& keys) {
    json::array texts;
    for (const VerifierKey& key : keys) {
        texts.push_back(json::value(to_string(key)));
    }
    return texts;
}

json::object object_of(const Approver& approver) {
    json::array roles;
    for (const std::string& role : approver.roles) {
        roles.push_back(json::value(role));
    }
    json::value revoked_at;
    if (approver.revoked_at) {
        revoked_at = base::to_rfc3339(*approver.revoked_at);
    }
    return {
        {"user", approver.user},
        {"name", approver.name},
        {"keyid", key_id(approver.key)},
        {"public_key", base::to_base64(approver.key.bytes)},
        {"roles", std::move(roles)},
        {"enrolled_at", base::to_rfc3339(approver.enrolled_at)},
        {"revoked_at", std::move(revoked_at)},
    };
}

}  // namespace

base::Result<Policy> Policy::parse(std::string_view text) {
    AB_TRY(document, read_json(text, kPolicyBytesMax, kBadPolicy));
    JsonFields fields{document, kBadPolicy};
    fields.count("v", 1, 1);
    Policy policy{
        .logs = keys_of(fields, "logs", kLogsMax, KeyType::ed25519),
        .witnesses = keys_of(fields, "witnesses", kWitnessesMax, KeyType::cosignature),
        .witnesses_required = fields.count("witnesses_required", 0, std::int64_t{kWitnessesMax}),
        .approvers = approvers_of(fields),
        .quorum = quorum_of(fields),
    };
    if (policy.witnesses_required > std::ssize(policy.witnesses)) {
        fields.breach("witnesses_required is more than there are");
    }
    AB_CHECK(std::move(fields).finish("The policy"));
    return policy;
}

const VerifierKey* Policy::find_log(std::string_view origin) const {
    const auto found = std::ranges::find(logs, origin, &VerifierKey::name);
    return found == logs.end() ? nullptr : &*found;
}

std::string to_json(const Policy& policy) {
    json::array approvers;
    for (const Approver& approver : policy.approvers) {
        approvers.push_back(object_of(approver));
    }
    json::object quorum;
    for (const auto& [role, count] : policy.quorum) {
        quorum[role] = count;
    }
    const auto text = base::canonical_json(json::object{
        {"v", 1},
        {"logs", array_of(policy.logs)},
        {"witnesses", array_of(policy.witnesses)},
        {"witnesses_required", policy.witnesses_required},
        {"approvers", std::move(approvers)},
        {"quorum", std::move(quorum)},
    });
    base::ensure(text.has_value(), "a policy's texts were checked when they were stored");
    return *text;
}

base::Digest fingerprint(const Policy& policy) {
    return base::sha256(to_json(policy));
}

base::Digest write_policy(const std::filesystem::path& folder, const Policy& policy) {
    const std::string text = to_json(policy);
    make_folders(folder);
    replace_file(folder / "policy.json", text + '\n', 0644);
    return base::sha256(text);
}

base::Result<Policy> read_policy(const std::filesystem::path& file) {
    const auto text = read_file(file, kPolicyBytesMax);
    if (!text) {
        return base::refuse(
            base::ErrorKind::invalid,
            kBadPolicy,
            fmt::format("{} isn't a policy that can be read.", file.string())
        );
    }
    return Policy::parse(*text);
}

}  // namespace accubooks::audit
