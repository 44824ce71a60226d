#include <algorithm>
#include <set>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "audit/internal/bundle_checks.h"
#include "audit/internal/bundle_layout.h"
#include "audit/internal/json_fields.h"
#include "base/json.h"

namespace accubooks::audit {
namespace {

/// What a decision's predicate says; the rest of it is the launch's to read.
struct Said {
    std::string decision;
    std::string role;
    std::string user;
    base::Instant not_before;
    base::Instant expires_at;
};

base::Result<Said> said_by(const boost::json::object& predicate) {
    const boost::json::value value(predicate);  // braces would make it an array
    JsonFields fields{value, "audit.bad_statement"};
    fields.allow_unknown();
    Said said{
        .decision = fields.text("decision", 1, 20),
        .role = fields.text("role", 1, 64),
        .user = {},
        .not_before = fields.time("notBefore"),
        .expires_at = fields.time("expiresAt"),
    };
    if (const auto* const approver = fields.required("approver")) {
        JsonFields who{*approver, "audit.bad_statement"};
        who.allow_unknown();
        said.user = who.text("id", 36, 36);
        fields.adopt(std::move(who));
    }
    AB_CHECK(std::move(fields).finish("The decision"));
    return said;
}

/// The revision's author, whom nobody may have for an approver.
base::Result<std::string> requester_of(const ProvenAttempt& attempt) {
    const std::string path{kRevisionFile};
    const auto found = attempt.files.find(path);
    if (found == attempt.files.end()) {
        return not_verified(path, "there is no such file");
    }
    if (base::sha256(found->second) != attempt.manifest.head.revision_digest) {
        return not_verified(path, "it isn't the revision that the manifest names");
    }
    AB_TRY(document, read_json(found->second, kFileBytesMax, "audit.not_verified"));
    JsonFields fields{document, "audit.not_verified"};
    fields.allow_unknown();
    std::string requester;
    if (const auto* const value = fields.required("requester")) {
        JsonFields who{*value, "audit.not_verified"};
        who.allow_unknown();
        requester = who.text("user_id", 36, 36);
        fields.adopt(std::move(who));
    }
    AB_CHECK(std::move(fields).finish(path));
    return requester;
}

/// Whether an act's payload carries these bytes as its envelope.
bool carries(std::string_view payload, std::string_view envelope) {
    const auto document = base::parse_json(payload);
    const auto* const carried = document && document->is_object()
                                    ? document->get_object().if_contains("envelope")
                                    : nullptr;
    return carried != nullptr && carried->is_string() &&
           std::string_view{carried->get_string()} == envelope;
}

/// The log's word for a decision about this revision: the act that carries the envelope.
const Leaf* find_leaf(const ProvenAttempt& attempt, std::string_view envelope) {
    for (std::size_t i = 0; i < attempt.leaves.size(); ++i) {
        const Leaf& leaf = attempt.leaves[i];
        if (leaf.action == kDecision &&
            leaf.object_digest == attempt.manifest.head.revision_digest &&
            carries(attempt.payloads[i], envelope)) {
            return &leaf;
        }
    }
    return nullptr;
}

/// Whose key has signed: one person whom the policy knows.
base::Result<const Approver*> signer_of(
    std::string_view file, const Envelope& envelope, const Policy& policy
) {
    std::vector<base::PublicKey> keys;
    keys.reserve(policy.approvers.size());
    for (const Approver& approver : policy.approvers) {
        keys.push_back(approver.key);
    }
    const auto signers = envelope.signers(keys);
    if (signers.size() != 1 || envelope.signatures.size() != 1) {
        return not_verified(file, "it isn't signed by exactly one key that the policy knows");
    }
    return &*std::ranges::find(policy.approvers, *signers.begin(), &Approver::key);
}

struct Judged {
    ProvenDecision proven;
    Said said;
    std::int64_t seq = 0;
};

base::Result<Judged> judge(
    const ProvenAttempt& attempt,
    const std::string& file,
    std::string_view bytes,
    const Policy& policy
) {
    const auto envelope = Envelope::parse(bytes);
    if (!envelope) {
        return not_verified(file, envelope.error());
    }
    AB_TRY(approver, signer_of(file, *envelope, policy));
    const auto statement = Statement::parse(envelope->payload);
    if (!statement || envelope->payload_type != kStatementType) {
        return not_verified(file, "what was signed isn't a statement");
    }
    if (statement->predicate_type != kDecisionType || statement->subjects.size() != 1 ||
        statement->subjects[0].sha256 != attempt.manifest.head.revision_digest) {
        return not_verified(file, "what was signed isn't about this revision");
    }
    const auto said = said_by(statement->predicate);
    if (!said) {
        return not_verified(file, said.error());
    }
    if (said->user != approver->user) {
        return not_verified(file, "it names another person than whose key has signed");
    }
    const Leaf* const leaf = find_leaf(attempt, bytes);
    if (leaf == nullptr) {
        return not_verified(file, "the log has no such decision");
    }
    if (leaf->time < approver->enrolled_at ||
        (approver->revoked_at && leaf->time >= *approver->revoked_at)) {
        return not_verified(file, "the key wasn't good when the log took the decision in");
    }
    return Judged{
        .proven =
            {.file = file,
             .decision = said->decision,
             .role = said->role,
             .user = approver->user,
             .name = approver->name,
             .at = leaf->time},
        .said = *said,
        .seq = leaf->seq,
    };
}

/// Whether an approval counted when the execution began.
base::Result<void> check_approval(
    const Judged& judged, const std::string& requester, const Leaf& began, const Policy& policy
) {
    const std::string& file = judged.proven.file;
    const auto approver = std::ranges::find_if(policy.approvers, [&](const Approver& one) {
        return one.user == judged.proven.user && one.roles.contains(judged.said.role);
    });
    if (approver == policy.approvers.end()) {
        return not_verified(
            file, fmt::format("its signer isn't {} by the policy", judged.said.role)
        );
    }
    if (judged.proven.user == requester) {
        return not_verified(file, "who requested the change has approved it");
    }
    if (began.time < judged.said.not_before || began.time >= judged.said.expires_at) {
        return not_verified(file, "it wasn't valid when the execution began");
    }
    return {};
}

base::Result<void> check_quorum(
    const ProvenAttempt& attempt, const std::vector<Judged>& before, const Policy& policy
) {
    if (policy.quorum.empty()) {
        return not_verified(kApprovals, "the policy demands no approval, so that none is proven");
    }
    for (const auto& [role, wanted] : policy.quorum) {
        std::set<std::string> people;
        for (const Judged& judged : before) {
            if (judged.proven.decision == "approve" && judged.proven.role == role) {
                people.insert(judged.proven.user);
            }
        }
        if (std::ssize(people) < wanted) {
            return not_verified(
                kApprovals,
                fmt::format(
                    "{} of {} approvals as {} were there when attempt {} began",
                    people.size(),
                    wanted,
                    role,
                    attempt.manifest.head.attempt
                )
            );
        }
    }
    return {};
}

}  // namespace

base::Result<void> check_decisions(ProvenAttempt& attempt, const Policy& policy) {
    AB_TRY(requester, requester_of(attempt));
    const auto began = std::ranges::find(attempt.leaves, kExecutionEvent, &Leaf::action);
    if (began == attempt.leaves.end()) {
        return not_verified(kLeavesFile, "the log doesn't tell when the execution began");
    }
    attempt.executed_at = began->time;
    std::vector<Judged> before;
    for (const auto& [path, bytes] : attempt.files) {
        if (!path.starts_with(kApprovals)) {
            continue;
        }
        if (!path.ends_with(kApprovalEnding)) {
            return not_verified(path, "it isn't a signed decision");
        }
        AB_TRY(judged, judge(attempt, path, bytes, policy));
        attempt.decisions.push_back(judged.proven);
        if (judged.seq > began->seq) {
            continue;
        }
        if (judged.proven.decision != "approve") {
            return not_verified(
                path, fmt::format("{} was decided before the execution", judged.proven.decision)
            );
        }
        AB_CHECK(check_approval(judged, requester, *began, policy));
        before.push_back(std::move(judged));
    }
    // A decision that the log has and the bundle leaves out is as bad as a forged one.
    const auto told = std::ranges::count(attempt.leaves, kDecision, &Leaf::action);
    if (told != std::ssize(attempt.decisions)) {
        return not_verified(
            kApprovals,
            fmt::format("the log has {} decisions, the bundle {}", told, attempt.decisions.size())
        );
    }
    return check_quorum(attempt, before, policy);
}

}  // namespace accubooks::audit
