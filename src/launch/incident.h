#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "launch/change.h"
#include "launch/plan.h"

namespace accubooks::launch {

/// The execution that an incident belongs to.
struct ExecutionName {
    std::int64_t change = 0;
    std::int64_t revision = 0;
    std::int64_t attempt = 0;

    friend bool operator==(const ExecutionName&, const ExecutionName&) = default;
};

/// One line of an incident's timeline.
struct TimelineEntry {
    base::Instant at{};
    std::string what;
};

/// With what an incident is closed; the rest of the plan's report is the incident itself.
struct IncidentReport {
    std::string summary;
    std::string impact_users;
    std::string impact_services;
    std::string impact_data;
    std::vector<TimelineEntry> timeline{};
    std::string root_cause;
    std::string resolution;
    std::string prevention;
    std::string lessons;
    std::string reported_by;
    std::string reviewed_by;
    std::string approved_by;
};

struct Closure {
    IncidentReport report;
    std::string closed_by;
    base::Instant resolved_at{};
    base::Instant closed_at{};
};

struct Incident {
    std::int64_t number = 0;
    Severity severity{};
    std::string title;
    std::optional<ExecutionName> execution{};
    std::string trigger;  // the hard trigger that opened it; empty: a person did
    std::string opened_by;
    base::Instant detected_at{};
    base::Instant opened_at{};
    std::optional<Closure> closure{};

    bool is_open() const { return !closure; }
};

/// "INC-0001".
std::string incident_name(std::int64_t incident);
/// Refuses what is asked about an incident that isn't there: `launch.incident_not_found`.
std::unexpected<base::Error> incident_not_found();
/// Errors: `launch.incident_not_found`.
base::Result<std::int64_t> parse_incident_name(std::string_view text);
/// Errors: `launch.bad_severity`.
base::Result<Severity> parse_severity(std::string_view text);

/// Longest title, in bytes; longest text of a report.
inline constexpr std::size_t kIncidentTitleMax = 200;
inline constexpr std::size_t kReportTextMax = 4000;
inline constexpr std::size_t kTimelineMax = 200;

/// Whether this person may open the incident as it is filled in. Errors: `launch.role_missing`,
/// `launch.bad_incident`.
base::Result<void> check_opening(const Incident& incident, const Participant& by, const Plan& plan);

/// Whether it may be closed so. A P0 is closed by the Executive Operator alone, and nobody reviews
/// or approves what they reported. Errors: `launch.role_missing`, `launch.incident_closed`,
/// `launch.executive_closes_p0`, `launch.report_incomplete`, with the members that are missing.
base::Result<void> check_closing(
    const Incident& incident, const Closure& closure, const Participant& by, const Plan& plan
);

/// The whole report: one JSON object with every member that the plan asks for.
std::string report_json(const Incident& incident);

/// As stored: the members of IncidentReport.
std::string to_json(const IncidentReport& report);
IncidentReport incident_report_of(std::string_view json);

}  // namespace accubooks::launch
