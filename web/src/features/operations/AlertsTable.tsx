import { useText } from "@/shared/text/text";
import { ColumnHeads } from "@/shared/ui/ColumnHeads";
import { TableFrame } from "@/shared/ui/TableFrame";

import { GradeMark } from "./GradeMark";
import classes from "./operations.module.css";
import type { Grade, OperationsSample } from "./queries";
import { operationsText, wordOf } from "./text";

type Alerts = OperationsSample["alerts"];

const gravity = { danger: 0, warn: 1, no_data: 2, ok: 3 } satisfies Record<Grade, number>;

export function countOf(alerts: Alerts, grade: Grade): number {
  return alerts.filter((alert) => alert.grade === grade).length;
}

/** What is watched, the gravest first, with threshold and what was found. */
export function AlertsTable({ alerts }: { alerts: Alerts }) {
  const text = useText(operationsText);
  const sorted = alerts.toSorted((a, b) => gravity[a.grade] - gravity[b.grade]);
  return (
    <TableFrame label={text.alerts}>
      <thead>
        <tr>
          <ColumnHeads of={[text.alert, text.state, text.found, text.threshold, text.severity]} />
        </tr>
      </thead>
      <tbody>
        {sorted.map(({ alert, grade, found, threshold, severity }) => (
          <tr key={alert}>
            <th scope="row">{wordOf(text.alertNames, alert)}</th>
            <td className={classes["grade"]}>
              <GradeMark grade={grade} />
            </td>
            <td className={classes["found"]}>{found === "" ? "–" : found}</td>
            <td>{threshold === "" ? text.noThreshold : threshold}</td>
            <td>{severity?.toUpperCase() ?? "–"}</td>
          </tr>
        ))}
      </tbody>
    </TableFrame>
  );
}
