import { describe, expect, test } from "vitest";

import { fromWire, scaleOfWire, toWire } from "./decimal";
import { formatMoney } from "./format";

describe("formatMoney", () => {
  test.each([
    [123456789n, 2, "en-US", "1,234,567.89"],
    [123456789n, 2, "de-DE", "1.234.567,89"],
    [123456789n, 2, "de-CH", "1'234'567.89"],
    [123456789n, 2, "fr-FR", "1\u202f234\u202f567,89"],
    [123456789n, 2, "en-IN", "12,34,567.89"],
    [1234567n, 0, "ja-JP", "1,234,567"],
    [1234567n, 3, "en-US", "1,234.567"],
    [5n, 2, "en-US", "0.05"],
    [-5n, 2, "en-US", "\u22120.05"],
    [0n, 2, "en-US", "0.00"],
    [9223372036854775807n, 2, "en-US", "92,233,720,368,547,758.07"],
  ])("%s with %i digits in %s", (minor, scale, locale, shown) => {
    // Which apostrophe Switzerland has depends on the age of the locale data.
    expect(formatMoney(minor, scale, locale).replaceAll("\u2019", "'")).toBe(shown);
  });

  test("statements bracket what is negative and dash what is nothing", () => {
    const style = { negative: "brackets", zero: "dash" } as const;
    expect(formatMoney(-210000n, 2, "en-US", style)).toBe("(2,100.00)");
    expect(formatMoney(0n, 2, "en-US", style)).toBe("\u2013");
  });
});

describe("the wire form", () => {
  test.each([
    ["-12.50", 2, -1250n],
    ["0.00", 2, 0n],
    ["1234", 0, 1234n],
    ["12.5", 4, 125000n],
  ])("%s with %i digits", (text, scale, minor) => {
    expect(fromWire(text, scale)).toBe(minor);
  });

  test("has all its digits", () => {
    expect(toWire(-5n, 2)).toBe("-0.05");
    expect(toWire(5n, 0)).toBe("5");
    expect(scaleOfWire("12.500")).toBe(3);
  });

  test.each(["", "1,5", "1e3", "12.345", " 1", "--1"])("%j is a broken promise", (text) => {
    expect(() => fromWire(text, 2)).toThrow("is no amount");
  });
});
