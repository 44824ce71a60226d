#include "launch/incident.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/rfc3339.h"
#include "base/utf8.h"
#include "launch/role_name.h"

namespace accubooks::launch {
namespace {

using base::ErrorKind;
using base::Result;

constexpr std::string_view kPrefix = "INC-";

/// A report's text and its name, in the order of the plan.
struct Part {
    std::string_view name;
    std::string IncidentReport::* text;
};
constexpr std::array kParts{
    Part{"summary", &IncidentReport::summary},
    Part{"impact_users", &IncidentReport::impact_users},
    Part{"impact_services", &IncidentReport::impact_services},
    Part{"impact_data", &IncidentReport::impact_data},
    Part{"root_cause", &IncidentReport::root_cause},
    Part{"resolution", &IncidentReport::resolution},
    Part{"prevention", &IncidentReport::prevention},
    Part{"lessons", &IncidentReport::lessons},
    Part{"reported_by", &IncidentReport::reported_by},
    Part{"reviewed_by", &IncidentReport::reviewed_by},
    Part{"approved_by", &IncidentReport::approved_by},
};

bool may(const Participant& by, Right right, const Plan& plan) {
    return std::ranges::any_of(by.roles, [&](RoleName role) { return plan.may(role, right); });
}

Result<void> require(const Participant& by, Right right, const Plan& plan, std::string_view act) {
    if (!may(by, right, plan)) {
        return base::refuse(
            ErrorKind::forbidden,
            "launch.role_missing",
            fmt::format("None of your roles in the launch may {}.", act)
        );
    }
    return {};
}

bool is_text(std::string_view text, std::size_t most) {
    return !text.empty() && text.size() <= most && base::is_plain_text(text);
}

void write_parts(base::JsonWriter& json, const IncidentReport& report) {
    for (const Part& part : kParts) {
        json.member(part.name, report.*part.text);
    }
    json.key("timeline").begin_array();
    for (const TimelineEntry& entry : report.timeline) {
        json.begin_object()
            .member("at", base::to_rfc3339(entry.at))
            .member("what", entry.what)
            .end_object();
    }
    json.end_array();
}

std::vector<base::FieldError> missing_in(const IncidentReport& report) {
    std::vector<base::FieldError> missing;
    for (const Part& part : kParts) {
        if (!is_text(report.*part.text, kReportTextMax)) {
            missing.push_back({
                .pointer = fmt::format("/{}", part.name),
                .detail = fmt::format("1 to {} bytes of plain text on one line", kReportTextMax),
            });
        }
    }
    const bool is_told = !report.timeline.empty() && report.timeline.size() <= kTimelineMax &&
                         std::ranges::all_of(report.timeline, [](const TimelineEntry& entry) {
                             return is_text(entry.what, kReportTextMax);
                         });
    if (!is_told) {
        missing.push_back({
            .pointer = "/timeline",
            .detail = fmt::format("1 to {} entries with time and plain text", kTimelineMax),
        });
    }
    if (report.reported_by == report.reviewed_by || report.reported_by == report.approved_by) {
        missing.push_back({
            .pointer = "/reviewed_by",
            .detail = "somebody else than who reported reviews and approves",
        });
    }
    return missing;
}

}  // namespace

std::string incident_name(std::int64_t incident) {
    return fmt::format("{}{:04}", kPrefix, incident);
}

std::unexpected<base::Error> incident_not_found() {
    return base::refuse(
        ErrorKind::not_found,
        "launch.incident_not_found",
        "There is no such incident; accubooks incident list shows them."
    );
}

Result<std::int64_t> parse_incident_name(std::string_view text) {
    if (text.starts_with(kPrefix)) {
        std::int64_t number = 0;
        const std::string_view digits = text.substr(kPrefix.size());
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (error == std::errc{} && number > 0 && incident_name(number) == text) {
            return number;
        }
    }
    return incident_not_found();
}

Result<Severity> parse_severity(std::string_view text) {
    for (const Severity severity : {Severity::p0, Severity::p1, Severity::p2}) {
        if (to_string(severity) == text) {
            return severity;
        }
    }
    return base::refuse(
        ErrorKind::invalid, "launch.bad_severity", "An incident's severity is p0, p1 or p2."
    );
}

Result<void> check_opening(const Incident& incident, const Participant& by, const Plan& plan) {
    AB_CHECK(require(by, Right::file_incident, plan, "file an incident"));
    if (!is_text(incident.title, kIncidentTitleMax)) {
        return base::refuse(
            ErrorKind::invalid,
            "launch.bad_incident",
            fmt::format("An incident has a title of 1 to {} bytes on one line.", kIncidentTitleMax),
            {{"/title", fmt::format("1 to {} bytes on one line", kIncidentTitleMax)}}
        );
    }
    if (incident.detected_at > incident.opened_at) {
        return base::refuse(
            ErrorKind::invalid,
            "launch.bad_incident",
            "An incident isn't detected in the future.",
            {{"/detected", "not in the future"}}
        );
    }
    return {};
}

Result<void> check_closing(
    const Incident& incident, const Closure& closure, const Participant& by, const Plan& plan
) {
    if (incident.closure) {
        return base::refuse(
            ErrorKind::conflict,
            "launch.incident_closed",
            fmt::format("{} is closed already.", incident_name(incident.number))
        );
    }
    if (incident.severity == Severity::p0) {
        if (!may(by, Right::resume_after_p0, plan)) {
            return base::refuse(
                ErrorKind::forbidden,
                "launch.executive_closes_p0",
                "A P0 is closed by the Executive Operator alone."
            );
        }
    } else if (!may(by, Right::resume, plan)) {
        AB_CHECK(require(by, Right::file_incident, plan, "close an incident"));
    }
    std::vector<base::FieldError> missing = missing_in(closure.report);
    if (closure.resolved_at < incident.detected_at || closure.resolved_at > closure.closed_at) {
        missing.push_back({
            .pointer = "/resolved",
            .detail = "between its detection and now",
        });
    }
    if (!missing.empty()) {
        return base::refuse(
            ErrorKind::invalid,
            "launch.report_incomplete",
            "The report isn't complete; correct the named members.",
            std::move(missing)
        );
    }
    return {};
}

std::string report_json(const Incident& incident) {
    base::JsonWriter json;
    json.begin_object()
        .member("id", incident_name(incident.number))
        .member("severity", to_string(incident.severity))
        .member("title", incident.title)
        .member("open", incident.is_open())
        .member(
            "trigger", incident.trigger.empty() ? std::nullopt : std::optional{incident.trigger}
        )
        .member("opened_by", incident.opened_by)
        .member("detected", base::to_rfc3339(incident.detected_at))
        .member("opened", base::to_rfc3339(incident.opened_at));
    json.key("execution");
    if (incident.execution) {
        json.begin_object()
            .member("change", change_name(incident.execution->change))
            .member("revision", incident.execution->revision)
            .member("attempt", incident.execution->attempt)
            .end_object();
    } else {
        json.value(nullptr);
    }
    json.key("report");
    if (incident.closure) {
        const Closure& closure = *incident.closure;
        const auto took = closure.resolved_at - incident.detected_at;
        json.begin_object()
            .member("resolved", base::to_rfc3339(closure.resolved_at))
            .member("duration_ms", std::chrono::duration_cast<Milliseconds>(took).count())
            .member("closed", base::to_rfc3339(closure.closed_at))
            .member("closed_by", closure.closed_by);
        write_parts(json, closure.report);
        json.end_object();
    } else {
        json.value(nullptr);
    }
    json.end_object();
    return std::move(json).take();
}

std::string to_json(const IncidentReport& report) {
    base::JsonWriter json;
    json.begin_object();
    write_parts(json, report);
    json.end_object();
    return std::move(json).take();
}

IncidentReport incident_report_of(std::string_view text) {
    const auto value = base::parse_json(text);
    base::ensure(
        value && value->is_object(), "launch.incident_report holds what was written there"
    );
    const boost::json::object& object = value->get_object();
    IncidentReport report;
    for (const Part& part : kParts) {
        report.*part.text = std::string{object.at(part.name).as_string()};
    }
    for (const boost::json::value& item : object.at("timeline").as_array()) {
        report.timeline.push_back({
            .at = base::parse_rfc3339(item.at("at").as_string()).value(),
            .what = std::string{item.at("what").as_string()},
        });
    }
    return report;
}

}  // namespace accubooks::launch
