#include "launch/change_api.h"

#include <array>

#include <boost/json/value.hpp>

#include "launch/change_json.h"
#include "launch/internal/requests.h"
#include "launch/stakeholders.h"
#include "net/body_fields.h"
#include "net/body_member.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;
using net::Request;
using net::Response;

constexpr std::size_t kDecisionBytesMax = 128UL * 1024;

Task<Result<Response>> get_changes(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_CHECK(request.allow_query({}));
    const std::vector<Change> changes = co_await api.changes.list(request.deadline);
    base::JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const Change& change : changes) {
        write_standing(json, change);
    }
    json.end_array().member("next", nullptr).end_object();
    co_return Response::json(200, std::move(json).take());
}

constexpr std::array kMembersOfRequest{net::MemberOfCode{"launch.bad_note", "/note"}};

Task<Result<Response>> post_change(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(sent, sent_by(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{sent.body, "", wrong};
    const std::string phase_name = fields.text("phase");
    Wish wish{
        .note = fields.optional_text("note").value_or(""),
        .send_load = [&load = api.load](base::Deadline by) { return load.run(by); },
    };
    wish.replaces = fields.optional_truth("new_revision").value_or(false);
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    AB_CO_TRY(phase, parse_phase_name(phase_name));
    AB_CO_TRY(writer, with_key(std::move(actor), request, "POST changes", sent.canonical));
    wish.stakeholders = co_await stakeholders(api.roles, api.directory, request.deadline);
    auto asked =
        co_await api.changes.request(std::move(writer), phase, std::move(wish), request.deadline);
    AB_CO_TRY(written, net::at_members(std::move(asked), kMembersOfRequest));
    co_return co_await answer(api, std::move(written), request.deadline);
}

Task<Result<Response>> get_change(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(change, co_await change_of(api, request));
    const auto history = co_await api.changes.history(change.number, request.deadline);
    co_return Response::json(200, change_json(change, history, actor.person, api.changes.now()));
}

/// The revision that the route names.
Task<Result<StoredRevision>> revision_of(
    LaunchApi api, const Change& change, const Request& request
) {
    AB_CO_TRY(number, request.path_id("revision"));
    co_return co_await api.changes.revision(change.number, number, request.deadline);
}

Task<Result<Response>> get_revision(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(change, co_await change_of(api, request));
    AB_CO_TRY(revision, co_await revision_of(api, change, request));
    co_return Response::json(200, revision_json(change, revision));
}

/// The exact bytes that are signed about, never written again.
Task<Result<Response>> get_payload(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(change, co_await change_of(api, request));
    AB_CO_TRY(revision, co_await revision_of(api, change, request));
    co_return Response::json(200, std::move(revision.payload));
}

Task<Result<Response>> get_decisions(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(change, co_await change_of(api, request));
    const auto decisions = co_await api.changes.decisions(change.number, request.deadline);
    co_return Response::json(200, decisions_json(decisions));
}

Task<Result<Response>> get_record(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(change, co_await change_of(api, request));
    AB_CO_TRY(record, co_await api.changes.record(std::move(change), request.deadline));
    co_return Response::text(200, to_markdown(record), "text/markdown; charset=utf-8");
}

Task<Result<Response>> post_decision(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(sent, co_await signed_by(api, std::move(actor), request, "decisions"));
    auto taken = co_await api.changes.take(
        std::move(sent.asked.writer), sent.asked.change, std::move(sent.envelope), request.deadline
    );
    AB_CO_TRY(written, net::at_member(std::move(taken), "/envelope"));
    co_return co_await answer(api, std::move(written), request.deadline);
}

Task<Result<Response>> post_withdrawal(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(sent, sent_by(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{sent.body, "", wrong};
    std::string reason = fields.text("reason");
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    AB_CO_TRY(
        asked, co_await asked_by(api, std::move(actor), request, sent.canonical, "withdrawal")
    );
    auto withdrawn = co_await api.changes.withdraw(
        std::move(asked.writer), asked.change, std::move(reason), request.deadline
    );
    AB_CO_TRY(written, net::at_member(std::move(withdrawn), "/reason"));
    co_return co_await answer(api, std::move(written), request.deadline);
}

Task<Result<Response>> post_acknowledgement(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(sent, sent_by(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{sent.body, "", wrong};
    const std::int64_t revision = fields.id("revision");
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    AB_CO_TRY(
        asked, co_await asked_by(api, std::move(actor), request, sent.canonical, "acknowledgement")
    );
    AB_CO_TRY(
        written,
        co_await api.changes.acknowledge(
            std::move(asked.writer), asked.change, revision, request.deadline
        )
    );
    co_return co_await answer(api, std::move(written), request.deadline);
}

}  // namespace

void mount_changes(net::Router& router, LaunchApi api) {
    using net::Method;
    const std::string changes = "/api/v1/launch/changes";
    const std::string change = changes + "/{change}";
    const Routes routes{router, api};
    routes.add(Method::get, changes, get_changes);
    routes.add(Method::post, changes, post_change);
    routes.add(Method::get, change, get_change);
    routes.add(Method::get, change + "/record", get_record);
    routes.add(Method::get, change + "/revisions/{revision}", get_revision);
    routes.add(Method::get, change + "/revisions/{revision}/payload", get_payload);
    routes.add(Method::get, change + "/decisions", get_decisions);
    routes.add(Method::post, change + "/decisions", post_decision, kDecisionBytesMax);
    routes.add(Method::post, change + "/withdrawal", post_withdrawal);
    routes.add(Method::post, change + "/acknowledgement", post_acknowledgement);
}

}  // namespace accubooks::launch
