import { Button } from "@mantine/core";
import { lazy, type ReactNode, Suspense, useState } from "react";

import { useText } from "@/shared/text/text";
import { Section } from "@/shared/ui/Section";

import type { CourseLine } from "./chartOption";
import classes from "./operations.module.css";
import { operationsText } from "./text";

// The code that draws is loaded where something is drawn.
const CourseChart = lazy(async () => ({ default: (await import("./CourseChart")).CourseChart }));

interface CourseProps {
  title: string;
  /** What is said of the chart to who doesn't see it. */
  label: string;
  lines: readonly CourseLine[];
  /** The unit of the figures on the axis. */
  formatted: (value: number) => string;
  table: ReactNode;
  children?: ReactNode;
}

/** A course drawn, or as the table of its figures. */
export function Course({ title, label, lines, formatted, table, children }: CourseProps) {
  const text = useText(operationsText);
  const [isTable, setTable] = useState(false);
  const toggle = (
    <Button
      variant="subtle"
      size="compact-sm"
      aria-label={`${isTable ? text.showChart : text.showTable}: ${title}`}
      onClick={() => setTable(!isTable)}
    >
      {isTable ? text.showChart : text.showTable}
    </Button>
  );
  return (
    <Section title={title} mark={toggle}>
      {isTable ? (
        table
      ) : (
        <Suspense fallback={<div className={classes["chart"]} />}>
          <CourseChart label={label} lines={lines} formatted={formatted} />
        </Suspense>
      )}
      {children}
    </Section>
  );
}
