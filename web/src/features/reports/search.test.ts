import { expect, test } from "vitest";

import { questionOf, rangeIn, reportSearch, searchOf } from "./search";

test("what a URL says is kept, and what makes no sense isn't", () => {
  const said = {
    from: "2026-01-01",
    to: "end",
    compare: 2,
    every: "quarter",
    tag: ["dept=hq"],
    known: 761,
    closing: "include",
  };
  expect(reportSearch(said)).toEqual(said);
  const nonsense = {
    from: "2026-02-30",
    to: "start",
    compare: 13,
    every: "week",
    tag: ["dept", 3],
    known: -1,
    closing: "maybe",
    other: 1,
  };
  expect(reportSearch(nonsense)).toEqual({});
});

test("without days a report is of the fiscal year", () => {
  expect(rangeIn({}, "2026-02-01", "04-01")).toEqual({ from: "2025-04-01", to: "2026-03-31" });
});

test("all days stay all days on the way through the URL", () => {
  for (const range of [{}, { to: "2026-03-31" }, { from: "2026-03-01", to: "2026-03-31" }]) {
    expect(rangeIn(searchOf(range), "2026-02-01", "01-01")).toEqual(range);
  }
});

test("quarters beside ask for something only with columns beside", () => {
  expect(questionOf({ every: "quarter" })).toEqual({});
  expect(questionOf({ every: "quarter", compare: 2 })).toEqual({
    compare: 2,
    compare_with: "quarter",
  });
});
