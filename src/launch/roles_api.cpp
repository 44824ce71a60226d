#include "launch/roles_api.h"

#include <map>

#include <boost/json/serialize.hpp>

#include "base/json_writer.h"
#include "net/body_fields.h"
#include "net/body_member.h"
#include "net/json_body.h"
#include "net/routes.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;
using net::Request;
using net::Response;

/// People by their id, each looked up once.
using People = std::map<base::Uuid, identity::User>;

Task<People> people_of(RolesApi api, RoleBook book, base::Deadline deadline) {
    People people;
    const auto ids = [&book] {
        std::set<base::Uuid> all;
        for (const RoleHolding& one : book.holdings()) {
            all.insert(one.user);
        }
        for (const RoleEvent& one : book.pending()) {
            all.insert(one.change.user);
            all.insert(one.by.value());
        }
        return all;
    }();
    for (const base::Uuid& id : ids) {
        auto user = co_await api.directory.user_named(base::to_string(id), deadline);
        base::ensure(user.has_value(), "a foreign key keeps everybody with a role");
        people.emplace(id, *std::move(user));
    }
    co_return people;
}

void write_person(base::JsonWriter& json, std::string_view name, const identity::User& user) {
    json.key(name)
        .begin_object()
        .member("user_id", base::to_string(user.user_id))
        .member("email", user.email)
        .member("name", user.name)
        .end_object();
}

void write_pending(base::JsonWriter& json, const RoleEvent& event, const People& people) {
    json.begin_object()
        .member("grant_id", base::to_string(event.grant))
        .member("effect", to_string(event.change.effect))
        .member("role", to_string(event.change.role));
    write_person(json, "user", people.at(event.change.user));
    write_person(json, "proposed_by", people.at(event.by.value()));
    json.member("proposed_at", base::to_rfc3339(event.at)).end_object();
}

Task<Result<Response>> get_roles(RolesApi api, const Request& request) {
    AB_CO_TRY(person, co_await api.authenticator.person(request));
    AB_CO_CHECK(request.allow_query({}));
    const RoleBook book = co_await api.roles.book(request.deadline);
    if (book.roles_of(person.user.user_id, api.clock.now()).empty()) {
        co_return base::refuse(
            base::ErrorKind::forbidden,
            "launch.role_missing",
            "Only who holds a role of the launch sees who holds which."
        );
    }
    const People people = co_await people_of(api, book, request.deadline);
    base::JsonWriter json;
    json.begin_object().key("holders").begin_array();
    for (const RoleHolding& one : book.holdings()) {
        if (one.until) {
            continue;
        }
        json.begin_object().member("role", to_string(one.role));
        write_person(json, "user", people.at(one.user));
        json.member("since", base::to_rfc3339(one.since)).end_object();
    }
    json.end_array().key("pending").begin_array();
    for (const RoleEvent& event : book.pending()) {
        write_pending(json, event, people);
    }
    json.end_array().end_object();
    co_return Response::json(200, std::move(json).take());
}

Task<Result<Response>> post_statement(RolesApi api, const Request& request) {
    AB_CO_TRY(person, co_await api.authenticator.person(request));
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    const auto* envelope = fields.optional_value("envelope");
    if (envelope == nullptr) {
        fields.breach("envelope", "the signed statement");
    }
    fields.refuse_unknown();
    AB_CO_CHECK(net::refuse_breaches("launch.bad_fields", "Nothing was recorded", std::move(wrong))
    );
    auto recorded = co_await api.roles.record(
        std::move(person), boost::json::serialize(*envelope), request.deadline
    );
    AB_CO_TRY(event, net::at_member(std::move(recorded), "/envelope"));
    co_await api.changed(request.deadline);
    base::JsonWriter json;
    json.begin_object()
        .member("grant_id", base::to_string(event.grant))
        .member("state", to_string(event.kind))
        .member("effect", to_string(event.change.effect))
        .member("role", to_string(event.change.role))
        .member("user_id", base::to_string(event.change.user))
        .member("at", base::to_rfc3339(event.at))
        .end_object();
    co_return Response::json(201, std::move(json).take());
}

}  // namespace

void mount_roles(net::Router& router, const RolesApi& api) {
    const net::Routes routes{router, api};
    routes.add(net::Method::get, "/api/v1/launch/roles", get_roles);
    routes.add(net::Method::post, "/api/v1/launch/roles", post_statement);
}

}  // namespace accubooks::launch
