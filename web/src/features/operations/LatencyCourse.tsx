import { useCallback, useMemo } from "react";

import { useLocale, useText } from "@/shared/text/text";

import { type CourseLine, level } from "./chartOption";
import { Course } from "./Course";
import { CourseTable } from "./CourseTable";
import { boundFor, figureText } from "./figures";
import type { Operations } from "./queries";
import { operationsText } from "./text";

/** Latency of what is judged, against the plan's warning and its critical bound. */
export function LatencyCourse({ operations }: { operations: Operations }) {
  const text = useText(operationsText);
  const { format } = useLocale();
  const { now, course } = operations;
  const { figures } = now;
  const time = useCallback((us: number) => figureText(us, "us", format), [format]);
  const lines = useMemo((): CourseLine[] => {
    const at = course.map((point) => Date.parse(point.at));
    const lineOf = (field: "p50_us" | "p95_us" | "p99_us") =>
      course.map((point, index) => [at[index] ?? 0, point[field]] as const);
    const p95 = lineOf("p95_us");
    const bounds = (["warn", "danger"] as const).flatMap((grade) =>
      level(boundFor(figures, "latency_p95", grade), p95, {
        name: grade === "warn" ? text.warnLine : text.dangerLine,
        colour: grade,
      }),
    );
    return [
      { name: "p50", colour: "dim", stroke: "solid", points: lineOf("p50_us") },
      { name: "p95", colour: "info", stroke: "solid", points: p95 },
      { name: "p99", colour: "dim", stroke: "dotted", points: lineOf("p99_us") },
      ...bounds,
    ];
  }, [course, figures, text]);
  const p95 = course.at(-1)?.p95_us ?? null;
  const cell = (us: number | null) => (us === null ? null : time(us));
  return (
    <Course
      title={text.latency}
      label={text.latencyChart(p95 === null ? text.grades.no_data : time(p95))}
      lines={lines}
      formatted={time}
      table={
        <CourseTable
          label={text.latency}
          course={course}
          columns={[
            { name: "p50", of: ({ p50_us }) => cell(p50_us) },
            { name: "p95", of: ({ p95_us }) => cell(p95_us) },
            { name: "p99", of: ({ p99_us }) => cell(p99_us) },
          ]}
        />
      }
    />
  );
}
