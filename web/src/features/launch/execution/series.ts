import type { ExecutionView } from "./queries";

export interface Point {
  /** Milliseconds since 1970. */
  at: number;
  /** In the metric's unit; null without data, which stays a gap. */
  value: number | null;
}

/** What was seen of each criterion, oldest first. */
export type Series = Readonly<Record<string, readonly Point[]>>;

/** An hour, seen each second, thinned where it is drawn. */
const pointsMost = 3600;

/** With the points of a view added; a view that is there already adds nothing. */
export function extended(series: Series, view: ExecutionView): Series {
  const at = Date.parse(view.at);
  const next = { ...series };
  for (const { criterion, value } of view.criteria) {
    const points = series[criterion] ?? [];
    if (points.at(-1)?.at !== at) {
      next[criterion] = [...points.slice(1 - pointsMost), { at, value }];
    }
  }
  return next;
}

export interface Scale {
  low: number;
  high: number;
}

/** From zero to a tenth above the largest of all: the threshold is always within. */
export function scaleOf(points: readonly Point[], lines: readonly (number | null)[]): Scale {
  const values = [...points.map(({ value }) => value), ...lines].filter((one) => one !== null);
  const high = Math.max(0, ...values);
  return { low: Math.min(0, ...values), high: high === 0 ? 1 : high * 1.1 };
}

/** Runs of points with data: a gap stays open. */
export function runsOf(
  points: readonly Point[],
): readonly (readonly { at: number; value: number }[])[] {
  const runs: { at: number; value: number }[][] = [];
  let isOpen = false;
  for (const { at, value } of points) {
    if (value === null) {
      isOpen = false;
      continue;
    }
    if (!isOpen) runs.push([]);
    runs.at(-1)?.push({ at, value });
    isOpen = true;
  }
  return runs;
}
