import { describe, expect, test } from "vitest";

import { differences } from "./jsonDiff";
import { clockText, latencyText, spanText } from "./span";

describe("two documents", () => {
  test("differ in nothing when they say the same", () => {
    const document = { a: [1, { b: null }], c: "x" };
    expect(differences(document, structuredClone(document))).toEqual([]);
  });

  test("differ in leaves, each with its path", () => {
    const before = { pool: { max: 50, min: 10 }, note: "", steps: [1, 2] };
    const after = { pool: { max: 200, min: 10 }, note: "later", steps: [1], extra: true };
    expect(differences(before, after)).toEqual([
      { path: "pool.max", before: 50, after: 200 },
      { path: "note", before: "", after: "later" },
      { path: "steps.1", before: 2, after: undefined },
      { path: "extra", before: undefined, after: true },
    ]);
  });

  test("differ where one has a list and the other a value", () => {
    expect(differences({ a: [1] }, { a: 1 })).toEqual([{ path: "a", before: [1], after: 1 }]);
    expect(differences({ a: null }, { a: {} })).toEqual([{ path: "a", before: null, after: {} }]);
  });
});

describe("spans", () => {
  test.each([
    [3_600_000, "1 h"],
    [90_000, "90 s"],
    [1500, "1500 ms"],
    [0, "0 ms"],
    [604_800_000, "7 d"],
  ])("%i ms is %s", (ms, text) => {
    expect(spanText(ms)).toBe(text);
  });

  test("run like a clock", () => {
    expect([clockText(1_880_999), clockText(3_723_000), clockText(-5)]).toEqual([
      "31:20",
      "1:02:03",
      "00:00",
    ]);
    expect([latencyText(4100), latencyText(212_400)]).toEqual(["4.1 ms", "212 ms"]);
  });
});
