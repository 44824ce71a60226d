import { useText } from "@/shared/text/text";
import { NoDataMark } from "@/shared/ui/NoDataMark";
import table from "@/shared/ui/table.module.css";
import { TableFrame } from "@/shared/ui/TableFrame";

import classes from "./operations.module.css";
import type { OperationsPoint } from "./queries";
import { operationsText } from "./text";

interface CourseTableProps {
  label: string;
  course: readonly OperationsPoint[];
  columns: readonly { name: string; of: (point: OperationsPoint) => string | null }[];
}

const shown = 120;

/** The figures of a chart, second by second. */
export function CourseTable({ label, course, columns }: CourseTableProps) {
  const text = useText(operationsText);
  return (
    <div className={classes["rows"]}>
      <TableFrame label={`${label}. ${text.lastMinutes}`}>
        <thead>
          <tr>
            <th scope="col">{text.time}</th>
            {columns.map(({ name }) => (
              <th key={name} scope="col" className={table["number"]}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {course
            .slice(-shown)
            .toReversed()
            .map((point) => (
              <tr key={point.seq} data-sample={point.seq}>
                <th scope="row">
                  <time dateTime={point.at}>{point.at.slice(11, 19)}</time>
                </th>
                {columns.map(({ name, of }) => (
                  <td key={name} className={table["number"]}>
                    {of(point) ?? <NoDataMark />}
                  </td>
                ))}
              </tr>
            ))}
        </tbody>
      </TableFrame>
    </div>
  );
}
