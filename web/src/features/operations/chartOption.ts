import type { EChartsCoreOption } from "echarts/core";

import type { palette } from "@/shared/ui/theme";

export type ChartPoint = readonly [at: number, value: number | null];

/** A line of a chart: a course with its gaps, or a threshold. */
export interface CourseLine {
  name: string;
  colour: keyof (typeof palette)["light"];
  /** Thresholds are dashed, what is beside the main course dotted. */
  stroke: "solid" | "dashed" | "dotted";
  points: readonly ChartPoint[];
}

/** Longer without a point, and something is missing: the line stays open there. */
const gapMs = 2500;

/** With an open end wherever points are missing. */
export function withGaps(points: readonly ChartPoint[]): ChartPoint[] {
  return points.flatMap((point, at) => {
    const before = points[at - 1];
    const isMissing = before !== undefined && point[0] - before[0] > gapMs;
    return isMissing ? [[before[0] + 1, null] as const, point] : [point];
  });
}

/** A tenth above the largest of all, so that each threshold is in sight. */
export function axisMax(lines: readonly CourseLine[]): number {
  const values = lines.flatMap(({ points }) => points.flatMap(([, value]) => value ?? []));
  const most = Math.max(0, ...values);
  return most === 0 ? 1 : most * 1.1;
}

export interface ChartLook {
  colours: (typeof palette)["light"] | (typeof palette)["dark"];
  locale: string;
  formatted: (value: number) => string;
}

/** What ECharts draws. Tooltips are drawn too: markup would need an exception in the content security policy. */
export function optionOf(
  lines: readonly CourseLine[],
  { colours, locale, formatted }: ChartLook,
): EChartsCoreOption {
  const time = new Intl.DateTimeFormat(locale, { timeStyle: "medium", timeZone: "UTC" });
  const quiet = { color: colours.dim, fontSize: 11 };
  return {
    animation: false,
    grid: { left: 8, right: 12, top: 28, bottom: 8, containLabel: true },
    legend: {
      top: 0,
      left: 0,
      itemWidth: 20,
      // The line as it is drawn, without the mark of a point.
      itemStyle: { opacity: 0 },
      textStyle: quiet,
      data: lines.map(({ name }) => name),
    },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      backgroundColor: colours.raised,
      borderColor: colours.edge,
      textStyle: { color: colours.text, fontSize: 12 },
      valueFormatter: (value: unknown) => (typeof value === "number" ? formatted(value) : "–"),
    },
    xAxis: {
      type: "time",
      axisLine: { lineStyle: { color: colours.edge } },
      axisLabel: { ...quiet, hideOverlap: true, formatter: (at: number) => time.format(at) },
    },
    yAxis: {
      type: "value",
      min: 0,
      max: axisMax(lines),
      splitNumber: 4,
      splitLine: { lineStyle: { color: colours.line } },
      axisLabel: { ...quiet, showMaxLabel: false, formatter: formatted },
    },
    series: lines.map(({ name, colour, stroke, points }) => ({
      name,
      type: "line",
      // A threshold is drawn from end to end.
      data: stroke === "dashed" ? points : withGaps(points),
      showSymbol: false,
      connectNulls: false,
      step: false,
      color: colours[colour],
      lineStyle: { color: colours[colour], type: stroke, width: stroke === "solid" ? 2 : 1.5 },
    })),
  };
}

/** A threshold over the time that the course covers. */
export function level(
  bound: number | null,
  points: readonly ChartPoint[],
  line: Omit<CourseLine, "points" | "stroke">,
): CourseLine[] {
  const [first, last] = [points[0], points.at(-1)];
  if (bound === null || first === undefined || last === undefined) return [];
  return [
    {
      ...line,
      stroke: "dashed",
      points: [
        [first[0], bound],
        [last[0], bound],
      ],
    },
  ];
}
