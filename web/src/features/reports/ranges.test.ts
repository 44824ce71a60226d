import { expect, test } from "vitest";

import { fiscalYearStart, type Preset, presetOf, presets, rangeOf } from "./ranges";

interface Case {
  preset: Preset;
  today: string;
  start: string;
  from: string;
  to: string;
}

const cases: Case[] = [
  {
    preset: "this-month",
    today: "2026-02-14",
    start: "01-01",
    from: "2026-02-01",
    to: "2026-02-28",
  },
  {
    preset: "last-month",
    today: "2026-03-31",
    start: "01-01",
    from: "2026-02-01",
    to: "2026-02-28",
  },
  {
    preset: "last-month",
    today: "2026-01-01",
    start: "01-01",
    from: "2025-12-01",
    to: "2025-12-31",
  },
  {
    preset: "this-quarter",
    today: "2026-05-31",
    start: "01-01",
    from: "2026-04-01",
    to: "2026-06-30",
  },
  {
    preset: "last-quarter",
    today: "2026-02-01",
    start: "01-01",
    from: "2025-10-01",
    to: "2025-12-31",
  },
  {
    preset: "this-quarter",
    today: "2026-05-31",
    start: "05-01",
    from: "2026-05-01",
    to: "2026-07-31",
  },
  {
    preset: "this-quarter",
    today: "2026-04-05",
    start: "04-06",
    from: "2026-01-06",
    to: "2026-04-05",
  },
  {
    preset: "this-year",
    today: "2026-03-31",
    start: "04-01",
    from: "2025-04-01",
    to: "2026-03-31",
  },
  {
    preset: "last-year",
    today: "2026-11-28",
    start: "01-01",
    from: "2025-01-01",
    to: "2025-12-31",
  },
];

test.each(cases)("$preset on $today, year from $start", ({ preset, today, start, from, to }) => {
  expect(rangeOf(preset, today, start)).toEqual({ from, to });
});

test("the fiscal year begins on its first day, not the day after", () => {
  expect(fiscalYearStart("2026-04-01", "04-01")).toBe("2026-04-01");
  expect(fiscalYearStart("2026-03-31", "04-01")).toBe("2025-04-01");
});

test("a preset is found again by its days", () => {
  for (const preset of presets) {
    expect(presetOf(rangeOf(preset, "2026-11-28", "01-01"), "2026-11-28", "01-01")).toBe(preset);
  }
  expect(presetOf({ from: "2026-11-02", to: "2026-11-30" }, "2026-11-28", "01-01")).toBeNull();
});
