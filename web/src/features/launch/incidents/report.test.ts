import { describe, expect, test } from "vitest";

import { emptyReport, reportFields, reportOf, timelineOf } from "./report";

describe("an incident's report", () => {
  test("has a timeline of lines, each with its time or without", () => {
    expect(
      timelineOf(
        "2026-02-01T02:10:00Z Seen\n\n 2026-02-01T02:12Z Rolled back \nAll was well again",
      ),
    ).toEqual([
      { at: "2026-02-01T02:10:00Z", what: "Seen" },
      { at: "2026-02-01T02:12:00Z", what: "Rolled back" },
      { what: "All was well again" },
    ]);
  });

  test("is whole only with every part", () => {
    const whole = {
      ...emptyReport,
      ...Object.fromEntries(reportFields.map((field) => [field, "As it was"])),
      timeline: "Seen",
    };
    expect(reportOf(whole)).toMatchObject({ summary: "As it was", timeline: [{ what: "Seen" }] });
    for (const field of [...reportFields, "timeline"] as const) {
      expect(reportOf({ ...whole, [field]: " " })).toBeNull();
    }
  });
});
