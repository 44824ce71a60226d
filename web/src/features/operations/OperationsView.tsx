import { useText } from "@/shared/text/text";
import { Section } from "@/shared/ui/Section";
import { type Status, StatusMark } from "@/shared/ui/StatusMark";

import { AlertsTable, countOf } from "./AlertsTable";
import { ClassTable } from "./ClassTable";
import { FigureTiles } from "./FigureTiles";
import { InstancesTable } from "./InstancesTable";
import { LatencyCourse } from "./LatencyCourse";
import classes from "./operations.module.css";
import { PoolCourse } from "./PoolCourse";
import type { Operations, OperationsSample } from "./queries";
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

const statuses = {
  ok: "ok",
  failing: "danger",
  unknown: "no-data",
} satisfies Record<OperationsSample["checks"][number]["state"], Status>;

function Checks({ checks }: { checks: OperationsSample["checks"] }) {
  const text = useText(operationsText);
  const words = { ok: text.grades.ok, failing: text.grades.danger, unknown: text.grades.no_data };
  return (
    <ul className={classes["checks"]}>
      {checks.map(({ name, state, detail }) => (
        <li key={name}>
          <span>{name}</span> <StatusMark status={statuses[state]}>{words[state]}</StatusMark>{" "}
          <span className={classes["here"]}>{detail}</span>
        </li>
      ))}
    </ul>
  );
}
