#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/rfc3339.h"
#include "launch/change_api.h"
#include "launch/internal/requests.h"
#include "net/body_fields.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;
using net::Request;
using net::Response;

constexpr std::size_t kReportBytesMax = 1024UL * 1024;

/// A time in the body; `otherwise` when it isn't said.
base::Instant time_in(net::BodyFields& fields, std::string_view name, base::Instant otherwise) {
    const auto text = fields.optional_text(name);
    if (!text) {
        return otherwise;
    }
    const auto at = base::parse_rfc3339(*text);
    if (!at) {
        fields.breach(name, at.error().detail);
        return otherwise;
    }
    return *at;
}

std::optional<ExecutionName> execution_in(
    const boost::json::value* value, std::vector<base::FieldError>& wrong
) {
    if (value == nullptr || value->is_null()) {
        return std::nullopt;
    }
    net::BodyFields fields{*value, "/execution", wrong};
    const auto change = parse_change_name(fields.text("change"));
    if (!change) {
        fields.breach("change", "the name of a change, such as CHG-0001");
    }
    ExecutionName execution{
        .change = change ? *change : 0,
        .revision = fields.id("revision"),
        .attempt = fields.id("attempt"),
    };
    fields.refuse_unknown();
    return execution;
}

Result<Incident> incident_in(const boost::json::value& body, base::Instant now) {
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    Incident incident{.title = fields.text("title"), .trigger = {}, .opened_by = {}};
    const auto severity = parse_severity(fields.text("severity"));
    if (severity) {
        incident.severity = *severity;
    } else {
        fields.breach("severity", severity.error().detail);
    }
    incident.detected_at = time_in(fields, "detected", now);
    incident.execution = execution_in(fields.optional_value("execution"), wrong);
    fields.refuse_unknown();
    AB_CHECK(refuse_breaches(std::move(wrong)));
    return incident;
}

struct ClosingWish {
    IncidentReport report;
    base::Instant resolved_at{};
};

Result<ClosingWish> closing_in(const boost::json::value& body, base::Instant now) {
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    ClosingWish wish;
    IncidentReport& report = wish.report;
    wish.resolved_at = time_in(fields, "resolved", now);
    report.summary = fields.text("summary");
    report.impact_users = fields.text("impact_users");
    report.impact_services = fields.text("impact_services");
    report.impact_data = fields.text("impact_data");
    report.root_cause = fields.text("root_cause");
    report.resolution = fields.text("resolution");
    report.prevention = fields.text("prevention");
    report.lessons = fields.text("lessons");
    report.reported_by = fields.text("reported_by");
    report.reviewed_by = fields.text("reviewed_by");
    report.approved_by = fields.text("approved_by");
    if (const auto* timeline = fields.array("timeline")) {
        for (std::size_t at = 0; at < timeline->size() && at <= kTimelineMax; ++at) {
            net::BodyFields entry{(*timeline)[at], fmt::format("/timeline/{}", at), wrong};
            report.timeline.push_back({.at = time_in(entry, "at", now), .what = entry.text("what")}
            );
            entry.refuse_unknown();
        }
    }
    fields.refuse_unknown();
    AB_CHECK(refuse_breaches(std::move(wrong)));
    return wish;
}

Task<Result<Response>> get_incidents(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_CHECK(request.allow_query({}));
    const std::vector<Incident> incidents = co_await api.incidents.list(request.deadline);
    base::JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const Incident& incident : incidents) {
        json.raw(report_json(incident));
    }
    json.end_array().member("next", nullptr).end_object();
    co_return Response::json(200, std::move(json).take());
}

Task<Result<Response>> get_incident(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_CHECK(request.allow_query({}));
    AB_CO_TRY(number, parse_incident_name(request.parameters.at("incident")));
    AB_CO_TRY(incident, co_await api.incidents.find(number, request.deadline));
    co_return Response::json(200, report_json(incident));
}

Task<Result<Response>> post_incident(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(sent, sent_by(request));
    AB_CO_TRY(incident, incident_in(sent.body, api.incidents.now()));
    AB_CO_TRY(writer, with_key(std::move(actor), request, "POST incidents", sent.canonical));
    AB_CO_TRY(
        written,
        co_await api.incidents.open(std::move(writer), std::move(incident), request.deadline)
    );
    co_return co_await answer(api, std::move(written), request.deadline);
}

Task<Result<Response>> post_report(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(sent, sent_by(request));
    AB_CO_TRY(wish, closing_in(sent.body, api.incidents.now()));
    AB_CO_TRY(number, parse_incident_name(request.parameters.at("incident")));
    const std::string act = "POST report " + incident_name(number);
    AB_CO_TRY(writer, with_key(std::move(actor), request, act, sent.canonical));
    AB_CO_TRY(
        written,
        co_await api.incidents.close(
            std::move(writer), number, std::move(wish.report), wish.resolved_at, request.deadline
        )
    );
    co_return co_await answer(api, std::move(written), request.deadline);
}

}  // namespace

void mount_incidents(net::Router& router, LaunchApi api) {
    using net::Method;
    const std::string incidents = "/api/v1/launch/incidents";
    const Routes routes{router, api};
    routes.add(Method::get, incidents, get_incidents);
    routes.add(Method::post, incidents, post_incident);
    routes.add(Method::get, incidents + "/{incident}", get_incident);
    routes.add(Method::post, incidents + "/{incident}/report", post_report, kReportBytesMax);
}

}  // namespace accubooks::launch
