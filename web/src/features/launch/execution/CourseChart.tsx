import classes from "./execution.module.css";
import { type Point, runsOf, scaleOf } from "./series";

interface CourseChartProps {
  /** What is said of the chart to who doesn't see it. */
  label: string;
  points: readonly Point[];
  threshold: number | null;
  baseline: number | null;
}

const width = 240;
const height = 56;
const drawnMost = 240;

/** One in so many of them, so that no more than fits is drawn. */
function thinned(points: readonly Point[]): readonly Point[] {
  const every = Math.ceil(points.length / drawnMost);
  return points.filter((_, at) => at % every === 0 || at === points.length - 1);
}

/** A metric's course: its gaps stay open, the dashed threshold and the dotted baseline are always in sight. */
export function CourseChart({ label, points, threshold, baseline }: CourseChartProps) {
  const drawn = thinned(points);
  const { low, high } = scaleOf(drawn, [threshold, baseline]);
  const [first, last] = [drawn[0]?.at ?? 0, drawn.at(-1)?.at ?? 1];
  const x = (at: number) => (last === first ? width : ((at - first) / (last - first)) * width);
  const y = (value: number) => height - ((value - low) / (high - low)) * height;
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 -3 ${width} ${height + 6}`}
      className={classes["chart"]}
      preserveAspectRatio="none"
    >
      <line x1="0" x2={width} y1={y(0)} y2={y(0)} className={classes["axis"]} />
      {baseline !== null && (
        <line x1="0" x2={width} y1={y(baseline)} y2={y(baseline)} className={classes["before"]} />
      )}
      {threshold !== null && (
        <line x1="0" x2={width} y1={y(threshold)} y2={y(threshold)} className={classes["limit"]} />
      )}
      {runsOf(drawn).map((run) => (
        <polyline
          key={run[0]?.at}
          points={run.map(({ at, value }) => `${x(at)},${y(value)}`).join(" ")}
          className={classes["course"]}
        />
      ))}
    </svg>
  );
}
