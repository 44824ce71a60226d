import { useText } from "@/shared/text/text";
import { Section } from "@/shared/ui/Section";

import { AlertsTable, countOf } from "./AlertsTable";
import { Checks } from "./Checks";
import { ClassTable } from "./ClassTable";
import { FigureTiles } from "./FigureTiles";
import { InstancesTable } from "./InstancesTable";
import { LatencyCourse } from "./LatencyCourse";
import classes from "./operations.module.css";
import { PoolCourse } from "./PoolCourse";
import type { Operations } from "./queries";
import { operationsText } from "./text";

interface OperationsViewProps {
  operations: Operations;
  /** What is shown is old. */
  isStale: boolean;
}

/** How an instance does, and what it knows of the others. */
export function OperationsView({ operations, isStale }: OperationsViewProps) {
  const text = useText(operationsText);
  const { now } = operations;
  const standing = text.standing(
    countOf(now.alerts, "danger"),
    countOf(now.alerts, "warn"),
    countOf(now.alerts, "no_data"),
  );
  return (
    <div className={classes["body"]} data-stale={isStale}>
      <p className={classes["standing"]} role="status">
        {`${text.alerts}: ${standing}`}
      </p>
      <p className={classes["note"]}>{text.ofInstance(now.instance, now.version)}</p>
      <FigureTiles figures={now.figures} />
      <div className={classes["charts"]}>
        <PoolCourse operations={operations} />
        <LatencyCourse operations={operations} />
      </div>
      <Section title={text.byClass}>
        <ClassTable latency={now.latency} />
      </Section>
      <Section title={text.alerts}>
        <AlertsTable alerts={now.alerts} />
      </Section>
      <Section title={text.instances}>
        <InstancesTable instances={now.instances} />
      </Section>
      <Section title={text.health}>
        <Checks checks={now.checks} />
      </Section>
    </div>
  );
}
