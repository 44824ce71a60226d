#include "launch/event_json.h"

#include <boost/json/value.hpp>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/rfc3339.h"
#include "launch/role_name.h"

namespace accubooks::launch {
namespace {

namespace json = boost::json;
using base::JsonWriter;

std::optional<std::string> text_of(std::optional<base::Instant> at) {
    return at ? std::optional{base::to_rfc3339(*at)} : std::nullopt;
}

void write(JsonWriter& out, const Drafted& event) {
    out.member("sha256", base::to_hex(event.digest))
        .member("baseline_sha256", base::to_hex(event.baseline))
        .member("author", base::to_string(event.author))
        .member("earliest", text_of(event.earliest))
        .member("quorum", event.policy.quorum)
        .member("approver", to_string(event.policy.approver))
        .member("approval_valid_s", std::int64_t{event.policy.approval_valid.count()});
    out.key("sentences").begin_array();
    for (const std::string& sentence : event.policy.sentences) {
        out.value(sentence);
    }
    out.end_array();
}

void write(JsonWriter& out, const Submitted&) {
    out.member("state", "in_review");
}

/// The very statement that was signed.
void write(JsonWriter& out, const Decided& event) {
    out.member("statement", statement_of(event.decision));
}

void write(JsonWriter& out, const Withdrawn& event) {
    out.member("reason", event.reason);
}

void write(JsonWriter& out, const Expired&) {
    out.member("state", "expired");
}

void write(JsonWriter& out, const WentStale& event) {
    out.member("found_sha256", base::to_hex(event.found));
}

void write(JsonWriter& out, const Started& event) {
    out.member("attempt", event.attempt)
        .member("rehearsal", event.is_rehearsal)
        .member("override_reason", event.override_reason);
}

void write(JsonWriter& out, const Ended& event) {
    out.member("ending", to_string(event.ending));
}

void write(JsonWriter& out, const Reported& event) {
    out.member("report_sha256", base::to_hex(event.report));
}

std::string text_of(const json::object& object, std::string_view name) {
    return std::string{object.at(name).as_string()};
}

base::Digest hash_of(const json::object& object, std::string_view name) {
    return base::digest_from_hex(text_of(object, name)).value();
}

std::optional<base::Instant> optional_instant_of(
    const json::object& object, std::string_view name
) {
    return object.at(name).is_null()
               ? std::nullopt
               : std::optional{base::parse_rfc3339(text_of(object, name)).value()};
}

Ending ending_of(std::string_view text) {
    for (const Ending ending :
         {Ending::completed,
          Ending::rolled_back,
          Ending::failed_manual,
          Ending::cancelled,
          Ending::rehearsed}) {
        if (to_string(ending) == text) {
            return ending;
        }
    }
    throw std::invalid_argument{"no ending"};
}

Drafted drafted_of(std::int64_t revision, const json::object& object) {
    Drafted event{
        .revision = revision,
        .digest = hash_of(object, "sha256"),
        .baseline = hash_of(object, "baseline_sha256"),
        .policy =
            {.quorum = object.at("quorum").to_number<std::int64_t>(),
             .approver = parse_role_name(text_of(object, "approver")).value(),
             .approval_valid =
                 std::chrono::seconds{object.at("approval_valid_s").to_number<std::int64_t>()}},
        .author = base::Uuid::parse(text_of(object, "author")).value(),
        .earliest = optional_instant_of(object, "earliest"),
    };
    for (const json::value& sentence : object.at("sentences").as_array()) {
        event.policy.sentences.emplace_back(sentence.as_string());
    }
    return event;
}

Happening read(std::string_view kind, std::int64_t revision, const json::object& object) {
    if (kind == "drafted") {
        return drafted_of(revision, object);
    }
    if (kind == "submitted") {
        return Submitted{revision};
    }
    if (kind == "withdrawn") {
        return Withdrawn{.revision = revision, .reason = text_of(object, "reason")};
    }
    if (kind == "expired") {
        return Expired{revision};
    }
    if (kind == "went_stale") {
        return WentStale{.revision = revision, .found = hash_of(object, "found_sha256")};
    }
    if (kind == "started") {
        return Started{
            .revision = revision,
            .attempt = object.at("attempt").to_number<std::int64_t>(),
            .is_rehearsal = object.at("rehearsal").as_bool(),
            .override_reason = text_of(object, "override_reason"),
        };
    }
    if (kind == "ended") {
        return Ended{.revision = revision, .ending = ending_of(text_of(object, "ending"))};
    }
    if (kind == "reported") {
        return Reported{.revision = revision, .report = hash_of(object, "report_sha256")};
    }
    return Decided{decision_of(text_of(object, "statement")).value()};
}

}  // namespace

std::string to_json(const Happening& what) {
    JsonWriter out;
    out.begin_object();
    std::visit([&out](const auto& event) { write(out, event); }, what);
    out.end_object();
    return std::move(out).take();
}

Happening happening_of(std::string_view kind, std::int64_t revision, std::string_view detail) {
    std::optional<Happening> read_back;
    try {
        const auto object = base::parse_json(detail);
        read_back = read(kind, revision, object.value().as_object());
    } catch (const std::exception&) {
        read_back.reset();
    }
    base::ensure(
        read_back && name_of(*read_back) == kind,
        "launch.change_event holds only what this program or an earlier one wrote"
    );
    return *std::move(read_back);
}

}  // namespace accubooks::launch
