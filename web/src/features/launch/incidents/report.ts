import type { NewIncidentReport } from "./queries";

/** The written parts of a report, in the order of its form. */
export const reportFields = [
  "summary",
  "impact_users",
  "impact_services",
  "impact_data",
  "root_cause",
  "resolution",
  "prevention",
  "lessons",
  "reported_by",
  "reviewed_by",
  "approved_by",
] as const;
export type ReportField = (typeof reportFields)[number];

export type ReportForm = Record<ReportField | "timeline", string>;

export const emptyReport: ReportForm = {
  summary: "",
  impact_users: "",
  impact_services: "",
  impact_data: "",
  root_cause: "",
  resolution: "",
  prevention: "",
  lessons: "",
  reported_by: "",
  reviewed_by: "",
  approved_by: "",
  timeline: "",
};

const timed = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?Z)\s+(.+)$/;

/** Lines of a timeline: a time in UTC and what happened, or only what happened. */
export function timelineOf(text: string): NewIncidentReport["timeline"] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const [, at, what] = timed.exec(line) ?? [];
      if (at === undefined || what === undefined) return { what: line };
      return { at: at.length === 17 ? at.replace("Z", ":00Z") : at, what };
    });
}

/** What the server gets; null while something is missing. */
export function reportOf(form: ReportForm): NewIncidentReport | null {
  const { timeline: lines, ...texts } = form;
  const timeline = timelineOf(lines);
  const isWhole = timeline.length > 0 && reportFields.every((field) => form[field].trim() !== "");
  return isWhole ? { ...texts, timeline } : null;
}
