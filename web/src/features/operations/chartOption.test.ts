// @vitest-environment node
import { expect, test } from "vitest";

import { palette } from "@/shared/ui/theme";

import { axisMax, type ChartPoint, level, optionOf, withGaps } from "./chartOption";

const course: readonly ChartPoint[] = [
  [1000, 2],
  [2000, null],
  [3000, 4],
  [9000, 5],
];

test("a gap stays open: where nothing was measured, and where nothing came", () => {
  expect(withGaps(course)).toEqual([
    [1000, 2],
    [2000, null],
    [3000, 4],
    [3001, null],
    [9000, 5],
  ]);
});

test("a threshold is dashed, over the whole course and always in sight", () => {
  const limit = level(70, course, { name: "warns", colour: "warn" });
  expect(limit).toEqual([
    {
      name: "warns",
      colour: "warn",
      stroke: "dashed",
      points: [
        [1000, 70],
        [9000, 70],
      ],
    },
  ]);
  expect(axisMax(limit)).toBeGreaterThan(70);
  expect(level(null, course, { name: "warns", colour: "warn" })).toEqual([]);
  expect(level(70, [], { name: "warns", colour: "warn" })).toEqual([]);
});

test("a threshold is drawn from end to end, a course only where it was measured", () => {
  const lines = [
    { name: "used", colour: "info", stroke: "solid", points: course } as const,
    ...level(70, course, { name: "warns", colour: "warn" }),
  ];
  const option = optionOf(lines, { colours: palette.light, locale: "en-US", formatted: String });
  expect(option).toMatchObject({
    series: [
      { data: withGaps(course) },
      {
        data: [
          [1000, 70],
          [9000, 70],
        ],
        lineStyle: { type: "dashed" },
      },
    ],
  });
});

test("lines aren't joined over gaps, nothing moves, and tooltips are no markup", () => {
  const lines = [{ name: "used", colour: "info", stroke: "solid", points: course }] as const;
  const option = optionOf(lines, { colours: palette.dark, locale: "en-US", formatted: String });
  expect(option).toMatchObject({
    animation: false,
    tooltip: { renderMode: "richText" },
    series: [{ connectNulls: false, lineStyle: { color: palette.dark.info, type: "solid" } }],
  });
});
