import { defineText } from "@/shared/text/text";

import type { IncidentSeverity } from "./queries";
import type { ReportField } from "./report";

export const incidentsText = defineText({
  en: {
    title: "Incidents",
    none: "No incident was filed.",
    file: "File an incident…",
    fileTitle: "File an incident",
    fileNow: "File it",
    severity: "Severity",
    severities: {
      p0: "P0: integrity, isolation, downtime. Stops all changes, notifies everybody",
      p1: "P1: pauses new users, looked at within 15 min",
      p2: "P2: recorded",
    } satisfies Record<IncidentSeverity, string>,
    what: "What is wrong",
    cancel: "Cancel",
    incident: "Incident",
    state: "State",
    open: "open",
    closed: "closed",
    detected: "Detected",
    openedBy: "Opened by",
    trigger: "Trigger",
    execution: "Execution",
    executionOf: (change: string, revision: number, attempt: number) =>
      `${change}, revision ${revision}, attempt ${attempt}`,
    report: "Report",
    close: "Close with a report…",
    closeTitle: (incident: string) => `Report of ${incident}`,
    closeNow: "Close the incident",
    onlyExecutive: "A P0 is closed by the Executive Operator alone.",
    fields: {
      summary: "Summary",
      impact_users: "Impact on users",
      impact_services: "Impact on services",
      impact_data: "Impact on data",
      root_cause: "Root cause",
      resolution: "Resolution",
      prevention: "Prevention",
      lessons: "Lessons",
      reported_by: "Reported by",
      reviewed_by: "Reviewed by",
      approved_by: "Approved by",
    } satisfies Record<ReportField, string>,
    timeline: "Timeline",
    timelineHint: "One line each, such as: 2026-02-01T02:10Z Seen",
    closedBy: "Closed by",
    duration: "Duration",
  },
});
