#include "launch/change_json.h"

#include "launch/event_json.h"

namespace accubooks::launch {
namespace {

std::optional<std::string> text_of(std::optional<base::Instant> at) {
    return at ? std::optional{base::to_rfc3339(*at)} : std::nullopt;
}

void write_members(base::JsonWriter& json, const Change& change) {
    const Revision& newest = change.newest();
    json.member("change", change_name(change.number))
        .member("phase", to_string(change.phase))
        .member("revision", newest.number)
        .member("sha256", base::to_hex(newest.digest))
        .member("state", to_string(newest.state));
}

void write_approval(base::JsonWriter& json, const GivenApproval& approval) {
    json.begin_object()
        .member("approver", base::to_string(approval.approver))
        .member("key_id", approval.key_id)
        .member("at", base::to_rfc3339(approval.at))
        .member("expires_at", base::to_rfc3339(approval.expires_at));
    json.key("conditions").begin_array();
    for (const Condition& condition : approval.conditions) {
        json.value(to_text(condition));
    }
    json.end_array().end_object();
}

void write_revision(base::JsonWriter& json, const Revision& revision) {
    json.begin_object()
        .member("revision", revision.number)
        .member("sha256", base::to_hex(revision.digest))
        .member("baseline_sha256", base::to_hex(revision.baseline))
        .member("state", to_string(revision.state))
        .member("author", base::to_string(revision.author))
        .member("made_at", base::to_rfc3339(revision.made_at))
        .member("earliest", text_of(revision.earliest))
        .member("deferred_until", text_of(revision.deferred_until));
    json.key("approvals").begin_array();
    for (const GivenApproval& approval : revision.approvals) {
        write_approval(json, approval);
    }
    json.end_array().end_object();
}

void write_asker(base::JsonWriter& json, const Participant& asker) {
    json.key("you")
        .begin_object()
        .member("user_id", base::to_string(asker.user))
        .member("name", asker.name);
    json.key("roles").begin_array();
    for (const RoleName role : asker.roles) {
        json.value(to_string(role));
    }
    json.end_array().end_object();
}

void write_policy(base::JsonWriter& json, const Policy& policy) {
    json.key("policy")
        .begin_object()
        .member("approver", to_string(policy.approver))
        .member("quorum", policy.quorum)
        .member("approval_valid_s", std::int64_t{policy.approval_valid.count()});
    json.key("sentences").begin_array();
    for (const std::string& sentence : policy.sentences) {
        json.value(sentence);
    }
    json.end_array().end_object();
}

}  // namespace

void write_standing(base::JsonWriter& json, const Change& change) {
    json.begin_object();
    write_members(json, change);
    json.end_object();
}

std::string standing_json(const Change& change) {
    base::JsonWriter json;
    write_standing(json, change);
    return std::move(json).take();
}

std::string change_json(
    const Change& change,
    const std::vector<Entry>& history,
    const Participant& asker,
    base::Instant now
) {
    base::JsonWriter json;
    json.begin_object();
    write_members(json, change);
    json.member("now", base::to_rfc3339(now));
    write_asker(json, asker);
    write_policy(json, change.newest().policy);
    json.key("revisions").begin_array();
    for (const Revision& revision : change.revisions) {
        write_revision(json, revision);
    }
    json.end_array().key("history").begin_array();
    for (const Entry& entry : history) {
        json.begin_object()
            .member("sequence", entry.sequence)
            .member("revision", revision_of(entry.event.what))
            .member("event", name_of(entry.event.what))
            .member("actor", entry.actor)
            .member("at", base::to_rfc3339(entry.event.at))
            .key("detail")
            .raw(to_json(entry.event.what))
            .end_object();
    }
    json.end_array().end_object();
    return std::move(json).take();
}

std::string revision_json(const Change& change, const StoredRevision& revision) {
    const Revision* known = change.revision(revision.number);
    base::ensure(known != nullptr, "the revision is one of the change");
    base::JsonWriter json;
    json.begin_object()
        .member("change", change_name(change.number))
        .member("revision", revision.number)
        .member("sha256", base::to_hex(revision.digest))
        .member("state", to_string(known->state))
        .member("author", base::to_string(revision.author))
        .member("author_name", revision.author_name)
        .member("made_at", base::to_rfc3339(revision.made_at))
        .member("payload_bytes", revision.payload.size())
        .end_object();
    return std::move(json).take();
}

std::string decisions_json(const std::vector<StoredDecision>& decisions) {
    base::JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const StoredDecision& decision : decisions) {
        json.begin_object()
            .member("sequence", decision.sequence)
            .member("sha256", base::to_hex(decision.envelope_digest))
            .key("envelope")
            .raw(decision.envelope)
            .end_object();
    }
    json.end_array().member("next", nullptr).end_object();
    return std::move(json).take();
}

}  // namespace accubooks::launch
