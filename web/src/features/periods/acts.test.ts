import { expect, test } from "vitest";

import { actsOn, yearsOf } from "./acts";
import type { Period } from "./queries";

function month(
  name: string,
  state: Period["state"],
  acts: readonly [act: Period["acts"][number]["act"], at: string][] = [],
): Period {
  return {
    period: name,
    first_day: `${name}-01`,
    last_day: `${name}-28`,
    state,
    acts: acts.map(([act, at]) => ({ act, at, by: "user:ann", reason: "why" })),
  };
}

const acts = (periods: Period[], today = "2026-12-31"): Record<string, string[]> =>
  Object.fromEntries(actsOn(periods, today));

test("periods close and lock in order", () => {
  expect(
    acts([
      month("2026-01", "hard_locked"),
      month("2026-02", "soft_closed"),
      month("2026-03", "soft_closed"),
      month("2026-04", "open"),
      month("2026-05", "open"),
    ]),
  ).toEqual({
    "2026-01": [],
    "2026-02": ["lock", "ask"],
    "2026-03": ["ask"],
    "2026-04": ["close"],
    "2026-05": [],
  });
});

test("a period that hasn't ended isn't offered to be closed", () => {
  expect(acts([month("2026-04", "open")], "2026-04-28")).toEqual({ "2026-04": [] });
});

test("what was asked can be confirmed until the next act", () => {
  const asked = month("2026-01", "soft_closed", [
    ["close", "2026-05-01T10:00:00Z"],
    ["ask_reopen", "2026-05-02T10:00:00Z"],
  ]);
  expect(acts([asked, month("2026-02", "open")])["2026-01"]).toEqual(["lock", "reopen"]);
  const later = month("2026-02", "soft_closed", [["close", "2026-05-03T10:00:00Z"]]);
  expect(acts([asked, later])["2026-01"]).toEqual(["lock", "ask"]);
});

test("a fiscal year is named by the year in which it begins, the newest first", () => {
  const years = yearsOf(
    ["2025-03", "2025-04", "2026-03", "2026-04"].map((name) => month(name, "open")),
    "04-01",
  );
  expect(years.map(({ name, periods }) => [name, periods.length])).toEqual([
    ["2026", 1],
    ["2025", 2],
    ["2024", 1],
  ]);
});
