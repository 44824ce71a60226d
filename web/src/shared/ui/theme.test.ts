import { expect, test } from "vitest";

import { palette } from "./theme";

type Name = keyof (typeof palette)["light"];

/** Relative luminance of WCAG 2.2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

test("contrast is that of WCAG: black on white is 21, a colour on itself 1", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.478, 3);
  expect(contrast("#1b5ea8", "#1b5ea8")).toBe(1);
});

const backgrounds: readonly Name[] = ["page", "raised"];
const written = [
  "text",
  "dim",
  "accent",
  "ok",
  "warn",
  "danger",
  "info",
  "no-data",
] as const satisfies readonly Name[];

test.each(["light", "dark"] as const)("everything written is readable on %s", (scheme) => {
  const colours = palette[scheme];
  for (const background of backgrounds) {
    for (const name of written) {
      expect(contrast(colours[name], colours[background])).toBeGreaterThanOrEqual(5.5);
    }
    expect(contrast(colours.edge, colours[background])).toBeGreaterThanOrEqual(3);
  }
  for (const rail of ["rail-books", "rail-operations"] as const) {
    expect(contrast(colours.text, colours[rail])).toBeGreaterThanOrEqual(5.5);
  }
  expect(contrast(colours["on-accent"], colours.accent)).toBeGreaterThanOrEqual(5.5);
});
