import { useText } from "@/shared/text/text";
import { ColumnHeads } from "@/shared/ui/ColumnHeads";
import { Moment } from "@/shared/ui/Moment";
import { NoDataMark } from "@/shared/ui/NoDataMark";
import table from "@/shared/ui/table.module.css";
import { TableFrame } from "@/shared/ui/TableFrame";

import { GradeMark } from "./GradeMark";
import classes from "./operations.module.css";
import type { OperationsSample } from "./queries";
import { operationsText, wordOf } from "./text";

type Instance = NonNullable<OperationsSample["instances"]>[number];

function standingOf({ live, draining, standing }: Instance): string {
  if (!live) return "dead";
  return draining ? "draining" : standing;
}

/** The instances as the database knows them. */
export function InstancesTable({ instances }: { instances: OperationsSample["instances"] }) {
  const text = useText(operationsText);
  if (instances === null || instances.length === 0) return <NoDataMark />;
  return (
    <TableFrame label={text.instances}>
      <thead>
        <tr>
          <ColumnHeads of={[text.instance, text.state, text.version, text.since, text.lastSeen]} />
          <th scope="col" className={table["number"]}>
            {text.revision}
          </th>
        </tr>
      </thead>
      <tbody>
        {instances.map((one) => (
          <tr key={one.boot_id}>
            <th scope="row">
              {one.instance} <code title={one.boot_id}>{one.boot_id.slice(-8)}</code>{" "}
              {one.this && <span className={classes["here"]}>{text.thisOne}</span>}
            </th>
            <td>
              <GradeMark grade={one.grade} />{" "}
              <span className={classes["here"]}>{wordOf(text.standings, standingOf(one))}</span>
            </td>
            <td>{one.version}</td>
            <td>
              <Moment at={one.since} />
            </td>
            <td>
              <Moment at={one.last_seen_at} />
            </td>
            <td className={table["number"]}>{one.revision ?? <NoDataMark />}</td>
          </tr>
        ))}
      </tbody>
    </TableFrame>
  );
}
