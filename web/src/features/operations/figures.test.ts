// @vitest-environment node
import { expect, test } from "vitest";

import { boundFor, boundOf, figureText } from "./figures";

test.each([
  [1234, "us", "en-US", "1.23 ms"],
  [43_210, "us", "de-DE", "43,2 ms"],
  [1_000_500, "us", "en-US", "1,001 ms"],
  [700_000, "ppm", "en-US", "70%"],
  [1_250, "ppm", "en-US", "0.13%"],
  [0, "ppm", "en-US", "0%"],
  [2048, "count", "en-US", "2,048"],
] as const)("%i %s is %s", (value, unit, locale, text) => {
  expect(figureText(value, unit, locale)).toBe(text);
});

test("a bound stands without its metric", () => {
  expect(boundOf("error_rate > 1 % for 5 min", "error_rate")).toBe("> 1 % for 5 min");
  expect(boundOf("Every check is ok", "health")).toBe("Every check is ok");
});

test("a chart draws the first bound of a grade", () => {
  const figure = {
    metric: "latency_p95",
    unit: "us" as const,
    value: null,
    samples: 0,
    grade: "no_data" as const,
    thresholds: [
      { grade: "warn" as const, when: "latency_p95 >= 500 ms", bound: 500_000 },
      { grade: "danger" as const, when: "latency_p95 > 1000 ms", bound: 1_000_000 },
    ],
  };
  expect(boundFor([figure], "latency_p95", "danger")).toBe(1_000_000);
  expect(boundFor([figure], "latency_p50", "danger")).toBeNull();
});
