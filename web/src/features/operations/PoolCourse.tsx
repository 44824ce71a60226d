import { useMemo } from "react";

import { useLocale, useText } from "@/shared/text/text";
import { NoDataMark } from "@/shared/ui/NoDataMark";

import { type CourseLine, level } from "./chartOption";
import { Course } from "./Course";
import { CourseTable } from "./CourseTable";
import { boundFor } from "./figures";
import classes from "./operations.module.css";
import type { Operations } from "./queries";
import { operationsText } from "./text";

/** Connections in use, their peaks and who waits, against the maximum and the plan's warning. */
export function PoolCourse({ operations }: { operations: Operations }) {
  const text = useText(operationsText);
  const { format } = useLocale();
  const count = useMemo(() => new Intl.NumberFormat(format), [format]);
  const { now, course } = operations;
  const { pool, figures } = now;
  const facts = text.poolFacts;
  const lines = useMemo((): CourseLine[] => {
    const at = course.map((point) => Date.parse(point.at));
    const lineOf = (field: "used" | "peak" | "waiting" | "max") =>
      course.map((point, index) => [at[index] ?? 0, point[field]] as const);
    const used = lineOf("used");
    const warn = boundFor(figures, "pool_utilisation", "warn");
    return [
      { name: facts.used, colour: "info", stroke: "solid", points: used },
      { name: facts.peak, colour: "dim", stroke: "dotted", points: lineOf("peak") },
      { name: facts.waiting, colour: "accent", stroke: "solid", points: lineOf("waiting") },
      { name: facts.max, colour: "danger", stroke: "dashed", points: lineOf("max") },
      ...level(warn === null ? null : (warn / 1e6) * pool.max, used, {
        name: text.warnLine,
        colour: "warn",
      }),
    ];
  }, [course, figures, pool.max, facts, text]);
  const max =
    pool.effective_max === pool.max
      ? count.format(pool.max)
      : text.inEffect(count.format(pool.max), count.format(pool.effective_max));
  return (
    <Course
      title={text.pool}
      label={text.poolChart(count.format(pool.used), count.format(pool.max))}
      lines={lines}
      formatted={count.format}
      table={
        <CourseTable
          label={text.pool}
          course={course}
          columns={[
            { name: facts.used, of: ({ used }) => count.format(used) },
            { name: facts.peak, of: ({ peak }) => count.format(peak) },
            { name: facts.waiting, of: ({ waiting }) => count.format(waiting) },
            { name: facts.max, of: (point) => count.format(point.max) },
          ]}
        />
      }
    >
      <dl className={classes["poolFacts"]}>
        {[
          [facts.used, count.format(pool.used)],
          [facts.peak, count.format(pool.peak)],
          [facts.idle, count.format(pool.idle)],
          [facts.waiting, count.format(pool.waiting)],
          [facts.min, count.format(pool.min)],
          [facts.max, max],
          [
            facts.limit,
            pool.limit === null ? <NoDataMark key="limit" /> : count.format(pool.limit),
          ],
        ].map(([name, value]) => (
          <div key={String(name)}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Course>
  );
}
