import type { JudgedFigure } from "./queries";

export type Unit = JudgedFigure["unit"];

/** A value in its unit as people read it. */
export function figureText(value: number, unit: Unit, locale: string): string {
  switch (unit) {
    case "ppm":
      return new Intl.NumberFormat(locale, {
        style: "percent",
        maximumFractionDigits: 2,
      }).format(value / 1e6);
    case "us": {
      const digits = value < 10_000 ? 2 : value < 100_000 ? 1 : 0;
      return `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value / 1000)} ms`;
    }
    case "count":
      return new Intl.NumberFormat(locale).format(value);
  }
}

/** The condition of a threshold without the metric's name: "> 90 % for 5 min". */
export function boundOf(when: string, metric: string): string {
  return when.startsWith(`${metric} `) ? when.slice(metric.length + 1) : when;
}

/** The first bound of a metric with this grade, which a chart draws. */
export function boundFor(
  figures: readonly JudgedFigure[],
  metric: string,
  grade: JudgedFigure["grade"],
): number | null {
  const figure = figures.find((one) => one.metric === metric);
  return figure?.thresholds.find((one) => one.grade === grade)?.bound ?? null;
}
