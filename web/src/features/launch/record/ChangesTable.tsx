import { useText } from "@/shared/text/text";
import table from "@/shared/ui/table.module.css";
import { TableFrame } from "@/shared/ui/TableFrame";

import type { Payload } from "../payload";
import { spanText } from "../span";
import classes from "./record.module.css";
import { recordText } from "./text";

/** What a revision changes, drawn from the bytes that are signed: before and after of each setting. */
export function ChangesTable({ payload }: { payload: Payload }) {
  const text = useText(recordText);
  return (
    <TableFrame label={text.changes}>
      <thead>
        <tr>
          <th scope="col">{text.setting}</th>
          <th scope="col" className={table["number"]}>
            {text.before}
          </th>
          <th scope="col" className={table["number"]}>
            {text.after}
          </th>
        </tr>
      </thead>
      <tbody>
        {payload.changes.map(({ setting, from, to }) => (
          <tr key={setting}>
            <th scope="row" className={classes["setting"]}>
              <code>{setting}</code>
            </th>
            <td className={table["number"]}>
              <del className={classes["old"]}>{from}</del>
            </td>
            <td className={table["number"]}>
              <ins className={classes["new"]}>{to}</ins>
            </td>
          </tr>
        ))}
        {payload.plan.keeps.map(({ setting, ms }) => (
          <tr key={setting}>
            <th scope="row" className={classes["setting"]}>
              <code>{setting}</code>
            </th>
            <td className={table["number"]}>{spanText(ms)}</td>
            <td className={table["number"]}>{text.unchanged}</td>
          </tr>
        ))}
      </tbody>
    </TableFrame>
  );
}
